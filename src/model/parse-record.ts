/**
 * Parses a package record, the only place where records are made. Refuses what a summary cannot hold, and what is unsafe as
 * a name, a path or a key; keeps every field that it does not know.
 */

import { quote } from '../text/printable.ts';
import {
  type Check,
  checkArch,
  checkDigest,
  checkName,
  checkNames,
  checkObject,
  checkPackageDeltas,
  checkPath,
  checkSize,
  checkText,
  checkTexts,
  checkUrl,
  checkValue,
} from './field-checks.ts';
import { MAX_NAME_LENGTH, MAX_TEXT_LENGTH } from './limits.ts';
import type { PackageRecord } from './record.ts';
import { RecordProblems } from './record-problems.ts';

/** What a record is checked against besides the schema. */
export interface ParseRecordOptions {
  /** Top-level fields that go to `details/`; their texts may be longer than `MAX_TEXT_LENGTH`. */
  readonly detailFields?: ReadonlySet<string>;
}

/** A record, or everything that is wrong with it. */
export type ParsedRecord = { readonly record: PackageRecord } | { readonly problems: readonly string[] };

/** The fields that repomill knows. Any other is the user's own and may hold any JSON value. */
const knownFields: ReadonlyMap<string, Check> = new Map([
  ['name', checkName],
  ['version', checkName],
  ['arch', checkArch],
  ['subsets', checkNames],
  ['size', checkSize],
  ['installedSize', checkSize],
  ['sha256', checkDigest],
  ['path', checkPath],
  ['url', checkUrl],
  ['dependencies', checkTexts],
  ['summary', checkText],
  ['description', checkText],
  ['licence', checkText],
  ['homepage', checkText],
  ['tags', checkTexts],
  ['packageDeltas', checkPackageDeltas],
  ['details', checkObject],
]);

const requiredFields = ['name', 'version', 'arch'];

/** Written by repomill into records whose fields went to `details/`. */
const RESERVED_FIELD = 'detailsSize';

const noDetails: ReadonlySet<string> = new Set();

/**
 * Checks the fields of one record (`record.schema.json`). Gives the same object as a record, or all of its problems, each as
 * `field "size": expected …, found …`. Nothing is thrown.
 */
export function parseRecord(
  fields: Readonly<Record<string, unknown>>,
  { detailFields = noDetails }: ParseRecordOptions = {},
): ParsedRecord {
  const at = new RecordProblems();
  for (const field of requiredFields) {
    if (!Object.hasOwn(fields, field)) at.messages.push(`field "${field}": expected a value, found nothing`);
  }
  for (const field of Object.keys(fields)) {
    const check = knownFields.get(field);
    if (check === undefined) checkFieldName(field, at);
    at.textLimit = detailFields.has(field) ? Number.POSITIVE_INFINITY : MAX_TEXT_LENGTH;
    at.enter(field);
    (check ?? checkValue)(fields[field], at);
    at.leave();
  }
  // Every key and value was checked above, so the fields are a record.
  return at.messages.length === 0 ? { record: fields as PackageRecord } : { problems: at.messages };
}

function checkFieldName(field: string, at: RecordProblems): void {
  const refuse = (expected: string): void => {
    at.messages.push(`field ${quote(field)}: expected a ${expected}`);
  };
  if (field === RESERVED_FIELD) refuse('different name: repomill writes this one itself');
  else if (field === '__proto__') refuse('different name');
  else if (field.length === 0 || field.length > MAX_NAME_LENGTH) {
    refuse(`name of 1 to ${MAX_NAME_LENGTH} characters, found ${field.length}`);
  } else if (/\p{Cc}/u.test(field)) refuse('name without control characters');
  else if (!field.isWellFormed()) refuse('name of well-formed Unicode, found a lone surrogate');
}

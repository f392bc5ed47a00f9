/**
 * Unknown fields to a package record: the one place where records are made. It refuses what no summary could hold and
 * what would be unsafe as a name, a path or a key, and it keeps every field that it does not know.
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
import { Findings } from './findings.ts';
import { MAX_NAME_LENGTH, MAX_TEXT_LENGTH } from './limits.ts';
import type { PackageRecord } from './record.ts';

/** What a record is checked against beside the schema. */
export interface ParseRecordOptions {
  /** Top-level fields that go to `details/`: their texts may be longer than `MAX_TEXT_LENGTH`. */
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

/** Written by repomill, for records whose fields went to `details/`. */
const RESERVED_FIELD = 'detailsSize';

const noDetails: ReadonlySet<string> = new Set();

/**
 * Checks the fields of one record (`record.schema.json`). The record that comes back is the object that went in.
 * All problems of the record are returned, each as `field "size": expected …, found …`; nothing is thrown.
 */
export function parseRecord(
  fields: Readonly<Record<string, unknown>>,
  { detailFields = noDetails }: ParseRecordOptions = {},
): ParsedRecord {
  const at = new Findings();
  for (const field of requiredFields) {
    if (!Object.hasOwn(fields, field)) at.problems.push(`field "${field}": expected a value, found nothing`);
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
  return at.problems.length === 0 ? { record: fields as PackageRecord } : { problems: at.problems };
}

function checkFieldName(field: string, at: Findings): void {
  const refuse = (expected: string): void => {
    at.problems.push(`field ${quote(field)}: expected a name ${expected}`);
  };
  if (field === RESERVED_FIELD) refuse('of its own, this one is written by repomill');
  else if (field === '__proto__') refuse('other than this');
  else if (field.length === 0 || field.length > MAX_NAME_LENGTH) {
    refuse(`of 1 to ${MAX_NAME_LENGTH} characters, found ${field.length}`);
  } else if (/\p{Cc}/u.test(field)) refuse('without control characters');
  else if (!field.isWellFormed()) refuse('of well-formed Unicode, found a lone surrogate');
}

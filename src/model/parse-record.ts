/**
 * Parses package records; the only place where records are created. Refuses values that a summary cannot hold or that are
 * unsafe as names, paths or keys. Keeps every unknown field.
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
import { type RecordProblem, RecordProblems } from './record-problems.ts';

/** Options of a check besides the schema. */
export interface ParseRecordOptions {
  /** Top-level fields that go to `details/`; their texts may be longer than `MAX_TEXT_LENGTH`. */
  readonly detailFields?: ReadonlySet<string>;
  /** What the user calls a field, for messages, where that differs from its name here. */
  readonly names?: ReadonlyMap<string, string>;
  /** Whether it is enough to know that there are problems: they get no words, which saves time. */
  readonly isWordless?: boolean;
}

/** A record, or all of its problems. */
export type ParsedRecord = { readonly record: PackageRecord } | { readonly problems: readonly RecordProblem[] };

/** The fields that repomill knows. All others belong to the user and may hold any JSON value. */
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

const textChecks: readonly Check[] = [
  ...[checkName, checkNames, checkArch, checkDigest, checkPath, checkUrl],
  ...[checkText, checkTexts],
];

/** The known fields that hold a text or a list of texts. */
export const textFields: readonly string[] = [...knownFields].flatMap(([field, check]) =>
  textChecks.includes(check) ? [field] : [],
);

/** The known fields that may hold a list of texts. */
export const listFields: readonly string[] = [...knownFields].flatMap(([field, check]) =>
  check === checkTexts || check === checkNames || check === checkArch ? [field] : [],
);

/** Whether a field of this name has a meaning to repomill, so that a user's field must have a different one. */
export function isRecordField(name: string): boolean {
  return knownFields.has(name) || name === RESERVED_FIELD;
}

const requiredFields = ['name', 'version', 'arch'];

/** The fields that every record needs and this one lacks. */
export function missingFields(fields: Readonly<Record<string, unknown>>): readonly string[] {
  return requiredFields.filter((field) => fields[field] === undefined || fields[field] === null);
}

/** Added by repomill to records with fields in `details/`. */
const RESERVED_FIELD = 'detailsSize';

const noDetails: ReadonlySet<string> = new Set();

/**
 * Checks the fields of one record (`record.schema.json`). Returns the same object as a record, or all of its problems, each as
 * `field "size": expected …, found …`. Never throws.
 */
export function parseRecord(
  fields: Readonly<Record<string, unknown>>,
  { detailFields = noDetails, names, isWordless }: ParseRecordOptions = {},
): ParsedRecord {
  const at = new RecordProblems(names, isWordless);
  for (const field of requiredFields) {
    if (!Object.hasOwn(fields, field)) at.refuse(`field "${field}": expected a value, found nothing`);
  }
  for (const field of Object.keys(fields)) {
    const check = knownFields.get(field);
    if (check === undefined) checkFieldName(field, at);
    at.textLimit = detailFields.has(field) ? Number.POSITIVE_INFINITY : MAX_TEXT_LENGTH;
    at.enter(field);
    (check ?? checkValue)(fields[field], at);
    at.leave();
  }
  // Every key and value has been checked, so the fields are a record.
  return at.found.length === 0 ? { record: fields as PackageRecord } : { problems: at.found };
}

function checkFieldName(field: string, at: RecordProblems): void {
  const refuse = (expected: string): void => {
    at.refuse(`field ${quote(field)}: expected a ${expected}`);
  };
  if (field === RESERVED_FIELD) refuse('different name: repomill writes this one itself');
  else if (field === '__proto__') refuse('different name');
  else if (field.length === 0 || field.length > MAX_NAME_LENGTH) {
    refuse(`name of 1 to ${MAX_NAME_LENGTH} characters, found ${field.length}`);
  } else if (/\p{Cc}/u.test(field)) refuse('name without control characters');
  else if (!field.isWellFormed()) refuse('name of well-formed Unicode, found a lone surrogate');
}

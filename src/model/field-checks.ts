/**
 * Checks of the values of each kind of field. A check reports problems and never throws, whatever the value.
 * `record.schema.json` states the same rules for other programs.
 */
import { isDigest } from './digest.ts';
import { MAX_FIELD_DEPTH, MAX_NAME_LENGTH } from './limits.ts';
import { ALL } from './record.ts';
import { describeValue, type RecordProblems } from './record-problems.ts';

/** Reports the problems of a value that `at` has entered. */
export type Check = (value: unknown, at: RecordProblems) => void;

/** Any JSON value of at most `MAX_FIELD_DEPTH` levels. */
export function checkValue(value: unknown, at: RecordProblems): void {
  if (typeof value === 'string') checkText(value, at);
  else if (Array.isArray(value)) checkList(value, at, checkValue);
  else if (typeof value === 'object' && value !== null) checkObject(value, at);
  else if (!isJsonLiteral(value)) at.report('a JSON value', describeValue(value));
}

function isJsonLiteral(value: unknown): boolean {
  return value === null || typeof value === 'boolean' || Number.isFinite(value);
}

/** A string of well-formed Unicode within the field's length limit. */
export function checkText(value: unknown, at: RecordProblems): void {
  if (typeof value !== 'string') {
    at.report('a string', describeNonText(value));
  } else if (!value.isWellFormed()) {
    at.report('well-formed Unicode', `a lone surrogate in ${describeValue(value)}`);
  } else if (value.length > at.textLimit) {
    const advice = 'list the field under "details:" to keep it out of the summary';
    at.report(`at most ${at.textLimit} characters`, `${value.length}; ${advice}`);
  }
}

/** A value where a text is wanted: what only lacks quotation marks is written like a text. */
function describeNonText(value: unknown): string {
  const isBare = typeof value === 'number' || typeof value === 'boolean';
  return isBare ? `${describeValue(value)}; put it in quotation marks` : describeValue(value);
}

/** A list of such strings. */
export function checkTexts(value: unknown, at: RecordProblems): void {
  if (Array.isArray(value)) checkList(value, at, checkText);
  else at.report('a list of strings', describeValue(value));
}

/** A name that is safe as a path segment and as a key: no separators, no control characters, no `.` or `..`. */
export function checkName(value: unknown, at: RecordProblems): void {
  if (typeof value !== 'string') at.report('a string', describeNonText(value));
  else if (value.length === 0) at.report('at least one character', describeValue(value));
  else if (value.length > MAX_NAME_LENGTH) at.report(`at most ${MAX_NAME_LENGTH} characters`, String(value.length));
  else if (!value.isWellFormed()) at.report('well-formed Unicode', `a lone surrogate in ${describeValue(value)}`);
  else if (/[/\\\p{Cc}]/u.test(value)) at.report('no slash, backslash or control character', describeValue(value));
  else if (value.trim() !== value) at.report('no leading or trailing white space', describeValue(value));
  else if (value === '.' || value === '..' || value === '__proto__')
    at.report('a different name', describeValue(value));
}

/** A list of names. */
export function checkNames(value: unknown, at: RecordProblems): void {
  if (Array.isArray(value)) checkList(value, at, checkName);
  else at.report('a list of strings', describeValue(value));
}

/** One architecture, or a list of them; `all` must be the only one. */
export function checkArch(value: unknown, at: RecordProblems): void {
  if (typeof value === 'string') {
    checkName(value, at);
  } else if (!Array.isArray(value)) {
    at.report('a string or a list of strings', describeNonText(value));
  } else if (value.length === 0) {
    at.report('at least one architecture', describeValue(value));
  } else {
    checkList(value, at, checkName);
    if (new Set(value).size < value.length) at.report('distinct architectures', 'a duplicate');
    if (value.length > 1 && value.includes(ALL)) at.report(`"${ALL}" on its own`, 'it with other architectures');
  }
}

/** A count of bytes. */
export function checkSize(value: unknown, at: RecordProblems): void {
  if (Number.isSafeInteger(value) && Number(value) >= 0) return;
  at.report(`an integer from 0 to ${Number.MAX_SAFE_INTEGER}`, describeValue(value));
}

/** A SHA-256 digest. */
export function checkDigest(value: unknown, at: RecordProblems): void {
  if (!isDigest(value)) at.report('64 lower-case hexadecimal digits', describeValue(value));
}

// An empty, "." or ".." segment, which includes a slash at either end; a backslash; a control character.
const unsafePath = /(?:^|\/)\.{0,2}(?:\/|$)|[\\\p{Cc}]/u;

/** Whether a relative path stays inside its root on every system. */
export function isSafePath(path: string): boolean {
  return !unsafePath.test(path);
}

/** Such a path. */
export function checkPath(value: unknown, at: RecordProblems): void {
  if (typeof value === 'string' && isHttpUrl(value)) {
    at.report('a relative path (a URL belongs in "url")', describeValue(value));
  } else if (typeof value === 'string' && !isSafePath(value)) {
    at.report(
      'a relative path without empty, "." or ".." segments, backslashes or control characters',
      describeValue(value),
    );
  } else {
    checkText(value, at);
  }
}

/** An absolute http(s) URL. */
export function checkUrl(value: unknown, at: RecordProblems): void {
  if (typeof value === 'string' && isHttpUrl(value)) checkText(value, at);
  else at.report('an absolute http or https URL', describeValue(value));
}

/** Whether a text is an absolute http(s) URL. */
export function isHttpUrl(text: string): boolean {
  // The pattern refuses what `URL` would silently repair: white space, control characters, backslashes, missing slashes.
  return /^https?:\/\/[^\s\\\p{Cc}]+$/iu.test(text) && URL.canParse(text);
}

/** Binary deltas from older versions of the package file, each with its `from` version, size, digest, and path or URL. */
export function checkPackageDeltas(value: unknown, at: RecordProblems): void {
  if (Array.isArray(value)) checkList(value, at, checkPackageDelta);
  else at.report('a list of objects', describeValue(value));
}

const packageDeltaChecks: ReadonlyMap<string, Check> = new Map([
  ['from', checkName],
  ['size', checkSize],
  ['sha256', checkDigest],
  ['path', checkPath],
  ['url', checkUrl],
]);

function checkPackageDelta(value: unknown, at: RecordProblems): void {
  if (!isPlainObject(value)) {
    at.report('an object', describeValue(value));
    return;
  }
  checkMembers(value, at, packageDeltaChecks);
  const missing = ['from', 'size', 'sha256'].filter((key) => !Object.hasOwn(value, key));
  if (!Object.hasOwn(value, 'path') && !Object.hasOwn(value, 'url')) missing.push('path or url');
  if (missing.length > 0) at.report(missing.join(', '), 'nothing');
}

const noChecks: ReadonlyMap<string, Check> = new Map();

/** An object of JSON values. */
export function checkObject(value: unknown, at: RecordProblems): void {
  if (isPlainObject(value)) checkMembers(value, at, noChecks);
  else at.report('an object of JSON values', describeValue(value));
}

function checkMembers(value: Record<string, unknown>, at: RecordProblems, checks: ReadonlyMap<string, Check>): void {
  if (isTooDeep(at)) return;
  for (const key of Object.keys(value)) {
    if (key === '__proto__') at.report('no key "__proto__"', 'one');
    else if (!key.isWellFormed()) at.report('well-formed Unicode', `a lone surrogate in the key ${describeValue(key)}`);
    else if (key.length > at.textLimit) at.report(`keys of at most ${at.textLimit} characters`, String(key.length));
    at.enter(key);
    (checks.get(key) ?? checkValue)(value[key], at);
    at.leave();
  }
}

function checkList(value: readonly unknown[], at: RecordProblems, check: Check): void {
  if (isTooDeep(at)) return;
  for (let i = 0; i < value.length; i++) {
    at.enter(i);
    check(value[i], at);
    at.leave();
  }
}

function isTooDeep(at: RecordProblems): boolean {
  if (at.depth <= MAX_FIELD_DEPTH) return false;
  at.report(`at most ${MAX_FIELD_DEPTH} levels of lists and objects`, 'more');
  return true;
}

// Excludes dates, maps and other instances that a reader might produce but JSON cannot represent.
function isPlainObject(value: unknown): value is Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

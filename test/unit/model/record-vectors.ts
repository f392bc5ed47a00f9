/** Good and bad records, for the parser and for the published schema alike. */
import { MAX_FIELD_DEPTH, MAX_NAME_LENGTH, MAX_TEXT_LENGTH } from '../../../src/model/limits.ts';

export type Fields = Readonly<Record<string, unknown>>;

const digest = 'ab'.repeat(32);

/** The smallest record, with more fields. */
export function record(fields: Fields = {}): Fields {
  return { name: 'tool', version: '1.0', arch: 'amd64', ...fields };
}

/** A value inside of `levels` lists. */
export function nested(levels: number): unknown {
  let value: unknown = 0;
  for (let i = 0; i < levels; i++) value = [value];
  return value;
}

function packageDelta(fields: Fields): Fields {
  return record({ packageDeltas: [{ from: '0.9', size: 1, sha256: digest, path: 'deltas/tool', ...fields }] });
}

function without(field: string): Fields {
  const { [field]: _, ...rest } = record();
  return rest;
}

export const goodRecords: readonly (readonly [string, Fields])[] = [
  ['the three required fields', record()],
  ['a list of one architecture', record({ arch: ['amd64'] })],
  ['a list of several architectures', record({ arch: ['amd64', 'arm64'] })],
  ['the architecture all', record({ arch: 'all' })],
  ['a list of the architecture all alone', record({ arch: ['all'] })],
  ['a name of the greatest length', record({ name: 'n'.repeat(MAX_NAME_LENGTH) })],
  ['a name of other scripts', record({ name: 'инструмент-工具-🔧' })],
  ['a name with white space, dots and colons inside', record({ name: 'a tool: v..1 …' })],
  ['a version that is a word', record({ version: '1:2.0~rc1+b2' })],
  ['subsets', record({ subsets: ['free', 'games'] })],
  ['no subsets', record({ subsets: [] })],
  ['sizes of nothing', record({ size: 0, installedSize: 0 })],
  ['the greatest size', record({ size: Number.MAX_SAFE_INTEGER })],
  ['a digest', record({ sha256: digest })],
  ['a path with dots in its names', record({ path: 'pool/..a/.b/c.../tool_1.0.deb' })],
  ['a path of one segment', record({ path: 'tool.deb' })],
  ['an https URL', record({ url: 'https://packages.example/tool?version=1#top' })],
  ['an http URL in upper case', record({ url: 'HTTP://PACKAGES.EXAMPLE/' })],
  ['dependencies', record({ dependencies: ['libc6 (>= 2.34)', ''] })],
  ['texts', record({ summary: '', description: 'two\nlines', licence: 'MIT', homepage: 'anything' })],
  ['tags', record({ tags: ['role::program'] })],
  ['the longest text', record({ description: 'x'.repeat(MAX_TEXT_LENGTH) })],
  ['a package delta with a path', packageDelta({})],
  ['a package delta with a field of its own', packageDelta({ algorithm: 'bsdiff' })],
  ['no package deltas', record({ packageDeltas: [] })],
  ['details', record({ details: { changelog: ['a', { b: null }] } })],
  ['fields of its own', record({ a: null, b: true, c: -1.5, d: 'text', e: [1, [2]], f: { g: { h: [] } } })],
  ['a field named like a method', record({ constructor: 'x', toString: 1, hasOwnProperty: [] })],
  ['a field name of the greatest length', record({ ['f'.repeat(MAX_NAME_LENGTH)]: 1 })],
  ['a field name of other scripts', record({ 'ключ 🔑': 1 })],
  ['a field of the greatest depth', record({ tree: nested(MAX_FIELD_DEPTH) })],
];

/** A record that is refused. */
export interface BadRecord {
  readonly title: string;
  readonly fields: Fields;
  /** The parser's message. */
  readonly problem: string;
  /** The schema accepts it: JSON Schema cannot express depth, code units, lone surrogates and the rules of a configuration. */
  readonly beyondSchema?: true;
}

/** A text as messages show it. */
function shown(text: string): string {
  return JSON.stringify(text).replaceAll('\x85', '\\u0085');
}

const badNames: readonly (readonly [string, unknown, string])[] = [
  ['an empty one', '', 'expected at least one character, found ""'],
  ['a number', 1.1, 'expected a string, found 1.1; put it in quotation marks'],
  ['null', null, 'expected a string, found null'],
  ['one that is too long', 'n'.repeat(MAX_NAME_LENGTH + 1), 'expected at most 255 characters, found 256'],
  ['a slash', 'a/b', 'expected no slash, backslash or control character, found "a/b"'],
  ['a backslash', 'a\\b', 'expected no slash, backslash or control character, found "a\\\\b"'],
  ['NUL', 'a\0b', 'expected no slash, backslash or control character, found "a\\u0000b"'],
  ['a newline', 'a\n', 'expected no slash, backslash or control character, found "a\\n"'],
  ['DEL', 'a\x7f', 'expected no slash, backslash or control character, found "a\\u007f"'],
  ['a C1 control character', 'a\x9b1m', 'expected no slash, backslash or control character, found "a\\u009b1m"'],
  ['the directory itself', '.', 'expected a different name, found "."'],
  ['the directory above', '..', 'expected a different name, found ".."'],
  ['the prototype', '__proto__', 'expected a different name, found "__proto__"'],
  ['leading white space', ' a', 'expected no leading or trailing white space, found " a"'],
  ['trailing white space', 'a\u00a0', 'expected no leading or trailing white space, found "a\u00a0"'],
];

const badPath = 'expected a relative path without empty, "." or ".." segments, backslashes or control characters';
const badUrl = 'expected an absolute http or https URL';
const badSize = 'expected an integer from 0 to 9007199254740991';

export const badRecords: readonly BadRecord[] = [
  ...['name', 'version', 'arch'].map((field) => ({
    title: `no ${field}`,
    fields: without(field),
    problem: `field "${field}": expected a value, found nothing`,
  })),
  ...['name', 'version'].flatMap((field) =>
    badNames.map(([title, value, problem]) => ({
      title: `as ${field} ${title}`,
      fields: record({ [field]: value }),
      problem: `field "${field}": ${problem}`,
    })),
  ),
  ...badNames.map(([title, value, problem]) => ({
    title: `as subset ${title}`,
    fields: record({ subsets: ['free', value] }),
    problem: `field "subsets[1]": ${problem}`,
  })),
  bad(
    'a lone surrogate in a name',
    { name: 'a\ud800' },
    'name',
    'expected well-formed Unicode, found a lone surrogate in "a\\ud800"',
    true,
  ),
  bad('a list of no architectures', { arch: [] }, 'arch', 'expected at least one architecture, found an empty list'),
  bad('an architecture twice', { arch: ['a', 'a'] }, 'arch', 'expected distinct architectures, found a duplicate'),
  bad(
    'all among others',
    { arch: ['amd64', 'all'] },
    'arch',
    'expected "all" on its own, found it with other architectures',
  ),
  bad(
    'an architecture with a slash',
    { arch: ['amd64', 'a/b'] },
    'arch[1]',
    'expected no slash, backslash or control character, found "a/b"',
  ),
  bad(
    'a number of architectures',
    { arch: 64 },
    'arch',
    'expected a string or a list of strings, found 64; put it in quotation marks',
  ),
  bad('subsets as a string', { subsets: 'free' }, 'subsets', 'expected a list of strings, found "free"'),
  bad('a negative size', { size: -3 }, 'size', `${badSize}, found -3`),
  bad('a fraction of a byte', { installedSize: 1.5 }, 'installedSize', `${badSize}, found 1.5`),
  bad('a size of 2^53', { size: 2 ** 53 }, 'size', `${badSize}, found 9007199254740992`),
  bad('a size that is no number', { size: '12' }, 'size', `${badSize}, found "12"`),
  bad('a size that is null', { size: null }, 'size', `${badSize}, found null`),
  bad(
    'a digest in upper case',
    { sha256: 'AB'.repeat(32) },
    'sha256',
    `expected 64 lower-case hexadecimal digits, found "${'AB'.repeat(32)}"`,
  ),
  bad(
    'a digest that is too short',
    { sha256: 'ab' },
    'sha256',
    'expected 64 lower-case hexadecimal digits, found "ab"',
  ),
  bad(
    'a digest that is too long',
    { sha256: `${digest}0` },
    'sha256',
    `expected 64 lower-case hexadecimal digits, found "${digest}0"`,
  ),
  bad(
    'a digest with a newline',
    { sha256: `${digest}\n` },
    'sha256',
    `expected 64 lower-case hexadecimal digits, found "${digest}\\n"`,
  ),
  ...['', '/a', 'a/', 'a//b', '.', './a', 'a/.', '..', '../a', 'a/../b', 'a\\b', 'a\nb', 'a\x85b'].map((path) =>
    bad(`the path ${JSON.stringify(path)}`, { path }, 'path', `${badPath}, found ${shown(path)}`),
  ),
  bad(
    'a URL as the path',
    { path: 'https://example.org/a.zip' },
    'path',
    'expected a relative path (a URL belongs in "url"), found "https://example.org/a.zip"',
  ),
  bad('a path that is a list', { path: ['a'] }, 'path', 'expected a string, found a list'),
  bad(
    'a lone surrogate in a path',
    { path: 'a/\udc00' },
    'path',
    'expected well-formed Unicode, found a lone surrogate in "a/\\udc00"',
    true,
  ),
  ...[
    '',
    'a/b',
    '//host/a',
    'ftp://host/',
    'javascript:alert(1)',
    'https:host',
    'https://',
    'https://[',
    ' https://host/',
    'https://host/a b',
    'https://host\\a',
    'https://host/\n',
  ].map((url) => bad(`the URL ${JSON.stringify(url)}`, { url }, 'url', `${badUrl}, found ${shown(url)}`)),
  bad('a URL that is a number', { url: 1 }, 'url', `${badUrl}, found 1`),
  bad('dependencies as a text', { dependencies: 'libc6' }, 'dependencies', 'expected a list of strings, found "libc6"'),
  bad(
    'a dependency that is an object',
    { dependencies: ['a', { name: 'b' }] },
    'dependencies[1]',
    'expected a string, found an object',
  ),
  bad('a summary that is a list', { summary: ['a'] }, 'summary', 'expected a string, found a list'),
  bad('tags that are null', { tags: null }, 'tags', 'expected a list of strings, found null'),
  bad(
    'a licence that is true',
    { licence: true },
    'licence',
    'expected a string, found true; put it in quotation marks',
  ),
  bad(
    'package deltas as an object',
    { packageDeltas: {} },
    'packageDeltas',
    'expected a list of objects, found an object',
  ),
  bad(
    'a package delta that is a list',
    { packageDeltas: [[]] },
    'packageDeltas[0]',
    'expected an object, found an empty list',
  ),
  bad(
    'an empty package delta',
    { packageDeltas: [{}] },
    'packageDeltas[0]',
    'expected from, size, sha256, path or url, found nothing',
  ),
  {
    title: 'a package delta of a negative size',
    fields: packageDelta({ size: -1 }),
    problem: `field "packageDeltas[0].size": ${badSize}, found -1`,
  },
  {
    title: 'a package delta from ..',
    fields: packageDelta({ from: '..' }),
    problem: 'field "packageDeltas[0].from": expected a different name, found ".."',
  },
  {
    title: 'a package delta outside',
    fields: packageDelta({ path: '../x' }),
    problem: `field "packageDeltas[0].path": ${badPath}, found "../x"`,
  },
  bad('details that are a list', { details: [] }, 'details', 'expected an object of JSON values, found an empty list'),
  bad(
    'a text that is too long',
    { notes: 'x'.repeat(300_000) },
    'notes',
    'expected at most 262144 characters, found 300000; list the field under "details:" to keep it out of the summary',
    true,
  ),
  bad(
    'a lone surrogate in a text',
    { notes: ['x', '\udfff'] },
    'notes[1]',
    'expected well-formed Unicode, found a lone surrogate in "\\udfff"',
    true,
  ),
  bad(
    'a lone surrogate in a key',
    { notes: { '\ud83d': 1 } },
    'notes',
    'expected well-formed Unicode, found a lone surrogate in the key "\\ud83d"',
    true,
  ),
  bad(
    'a field that is too deep',
    { tree: nested(MAX_FIELD_DEPTH + 1) },
    `tree${'[0]'.repeat(MAX_FIELD_DEPTH)}`.slice(0, 80),
    'expected at most 32 levels of lists and objects, found more',
    true,
  ),
  bad(
    'a key __proto__ in a field',
    { notes: JSON.parse('{"a": {"__proto__": 1}}') },
    'notes.a',
    'expected no key "__proto__", found one',
  ),
  bad(
    'a key __proto__ in details',
    { details: JSON.parse('{"__proto__": 1}') },
    'details',
    'expected no key "__proto__", found one',
  ),
  {
    title: 'a field named __proto__',
    fields: JSON.parse('{"name":"a","version":"1","arch":"b","__proto__":{}}'),
    problem: 'field "__proto__": expected a different name',
  },
  {
    title: 'a field without a name',
    fields: record({ '': 1 }),
    problem: 'field "": expected a name of 1 to 255 characters, found 0',
  },
  {
    title: 'a field name that is too long',
    fields: record({ ['f'.repeat(256)]: 1 }),
    problem: `field "${'f'.repeat(80)}…": expected a name of 1 to 255 characters, found 256`,
  },
  {
    title: 'a field name with a control character',
    fields: record({ 'a\tb': 1 }),
    problem: 'field "a\\tb": expected a name without control characters',
  },
  {
    title: 'a lone surrogate in a field name',
    fields: record({ 'a\ud800': 1 }),
    problem: 'field "a\\ud800": expected a name of well-formed Unicode, found a lone surrogate',
    beyondSchema: true,
  },
  {
    title: 'a reserved field',
    fields: record({ detailsSize: 12 }),
    problem: 'field "detailsSize": expected a different name: repomill writes this one itself',
  },
];

function bad(title: string, fields: Fields, place: string, problem: string, beyondSchema = false): BadRecord {
  return {
    title,
    fields: record(fields),
    problem: `field ${JSON.stringify(place).slice(0, -1)}${place.length >= 80 ? '…' : ''}": ${problem}`,
    ...(beyondSchema ? { beyondSchema } : {}),
  };
}

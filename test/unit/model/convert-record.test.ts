import { describe, expect, it } from 'vitest';
import { convertRecord, parseConvertible } from '../../../src/model/convert-record.ts';
import type { ParsedRecord } from '../../../src/model/parse-record.ts';

type Fields = Readonly<Record<string, unknown>>;

const UPPER = 'AB'.repeat(32);
const LOWER = UPPER.toLowerCase();

/** The problems of a record with these fields besides the required ones. */
function problemsOf(fields: Fields): readonly string[] {
  return messagesOf(parseConvertible({ name: 'n', version: '1', arch: 'all', ...fields }, {}));
}

function messagesOf(parsed: ParsedRecord): readonly string[] {
  return 'problems' in parsed ? parsed.problems.map(({ message }) => message) : [];
}

describe('convertRecord', () => {
  it.each<[Fields, Fields]>([
    // numbers given as text
    [{ size: '123' }, { size: 123 }],
    [{ size: ' 123\n' }, { size: 123 }],
    [{ size: '0' }, { size: 0 }],
    [{ size: '9007199254740991' }, { size: Number.MAX_SAFE_INTEGER }],
    [{ installedSize: '5' }, { installedSize: 5 }],
    // digests
    [{ sha256: UPPER }, { sha256: LOWER }],
    [{ sha256: `sha256:${UPPER}` }, { sha256: LOWER }],
    [{ sha256: `SHA256:${LOWER}` }, { sha256: LOWER }],
    [{ sha256: ` ${LOWER}\n` }, { sha256: LOWER }],
    // one text where a list belongs
    [{ dependencies: 'libc (>= 2)' }, { dependencies: ['libc (>= 2)'] }],
    [{ tags: 'one' }, { tags: ['one'] }],
    [{ tags: 'a, b' }, { tags: ['a, b'] }],
    [{ subsets: 'free' }, { subsets: ['free'] }],
    // paths
    [{ path: './x.deb' }, { path: 'x.deb' }],
    [{ path: '././x.deb' }, { path: 'x.deb' }],
    [{ path: './a//b/./c.deb' }, { path: 'a/b/c.deb' }],
    [{ path: 'a///b' }, { path: 'a/b' }],
    // white space
    [{ name: ' n ' }, { name: 'n' }],
    [{ version: '2.1\n' }, { version: '2.1' }],
    [{ arch: ' amd64' }, { arch: 'amd64' }],
    // null for no value
    [{ size: null, sha256: null, path: null, url: null, tags: null, licence: null, arch: null }, {}],
    // no text where there is no file
    [{ sha256: '', path: ' ', url: '' }, {}],
    [
      { summary: '', name: '', homepage: '' },
      { summary: '', name: '', homepage: '' },
    ],
  ])('converts %j to %j', (fields, converted) => {
    expect(convertRecord(fields)).toEqual(converted);
  });

  it.each<Fields>([
    { size: 123, sha256: LOWER, path: 'a/b', tags: ['a'], name: 'n', version: '1', arch: ['x86', 'x64'] },
    { tags: [], dependencies: [] },
    { path: 'https://example.org/a//b.zip' },
    { path: 'file:///b.zip' },
    { path: '//host/b.zip' },
    { summary: ' a summary ', description: 'x\n' },
    // a user's own fields keep their types
    { own: ' x ', other: '12', title: null, provides: 'x', list: [null] },
  ])('leaves %j as it is', (fields) => {
    expect(convertRecord(fields)).toEqual(fields);
  });

  it('does not change the record that it converts', () => {
    const fields = { size: '1', tags: 'a', own: { x: 1 } };
    convertRecord(fields);
    expect(fields).toEqual({ size: '1', tags: 'a', own: { x: 1 } });
  });
});

describe('parseConvertible', () => {
  it('makes a record of fields that need a conversion, and of those that need none', () => {
    expect(parseConvertible({ name: ' n', version: '1 ', arch: 'all', size: '7', tags: 'a' }, {})).toEqual({
      record: { name: 'n', version: '1', arch: 'all', size: 7, tags: ['a'] },
    });
    const fields = { name: 'n', version: '1', arch: 'all' };
    expect(parseConvertible(fields, {})).toEqual({ record: fields });
  });

  const size = 'field "size": expected an integer from 0 to 9007199254740991, found';
  const path =
    'field "path": expected a relative path without empty, "." or ".." segments, backslashes or control characters, found';
  it.each<[Fields, string]>([
    // each would lose or invent something
    [{ size: '0x10' }, `${size} "0x10"`],
    [{ size: '1e3' }, `${size} "1e3"`],
    [{ size: '1.0' }, `${size} "1.0"`],
    [{ size: '12 kB' }, `${size} "12 kB"`],
    [{ size: '1,234' }, `${size} "1,234"`],
    [{ size: '-1' }, `${size} "-1"`],
    [{ size: '' }, `${size} ""`],
    [{ size: 1.5 }, `${size} 1.5`],
    [{ size: true }, `${size} true`],
    [{ size: '9007199254740993' }, `${size} "9007199254740993"`],
    [{ size: ['1'] }, `${size} a list`],
    [{ sha256: [LOWER] }, 'field "sha256": expected 64 lower-case hexadecimal digits, found a list'],
    [
      { sha256: LOWER.slice(1) },
      `field "sha256": expected 64 lower-case hexadecimal digits, found "${LOWER.slice(1)}"`,
    ],
    // the value is shown as the file has it
    [{ sha256: 'sha256:ZZ' }, 'field "sha256": expected 64 lower-case hexadecimal digits, found "sha256:ZZ"'],
    [{ path: './a/../b' }, `${path} "./a/../b"`],
    [{ name: ' a/b' }, 'field "name": expected no slash, backslash or control character, found " a/b"'],
    [{ path: '/x' }, `${path} "/x"`],
    [{ path: '../x' }, `${path} "../x"`],
    [{ path: 'a/../b' }, `${path} "a/../b"`],
    [{ path: 'a\\b' }, `${path} "a\\\\b"`],
    [{ path: '.' }, `${path} "."`],
    [{ path: '..' }, `${path} ".."`],
    [{ version: 1.2 }, 'field "version": expected a string, found 1.2; put it in quotation marks'],
    [{ name: 5 }, 'field "name": expected a string, found 5; put it in quotation marks'],
    [{ name: null }, 'field "name": expected a value, found nothing'],
    [{ arch: [] }, 'field "arch": expected at least one architecture, found an empty list'],
    [{ arch: ['all', 'x86'] }, 'field "arch": expected "all" on its own, found it with other architectures'],
    [{ licence: ['MIT'] }, 'field "licence": expected a string, found a list'],
    [{ licence: 5 }, 'field "licence": expected a string, found 5; put it in quotation marks'],
    [{ tags: { a: 1 } }, 'field "tags": expected a list of strings, found an object'],
    [{ tags: 5 }, 'field "tags": expected a list of strings, found 5'],
    [{ dependencies: [{ name: 'x' }] }, 'field "dependencies[0]": expected a string, found an object'],
    [{ url: ['https://example.org/'] }, 'field "url": expected an absolute http or https URL, found a list'],
    [{ url: 'pool/x.deb' }, 'field "url": expected an absolute http or https URL, found "pool/x.deb"'],
  ])('refuses %j', (fields, problem) => {
    expect(problemsOf(fields)).toEqual([problem]);
  });

  it('reports every problem, under the names of the file', () => {
    const names = new Map([['size', 'download_size']]);
    const parsed = parseConvertible({ name: ' n ', version: 1, arch: 'all', size: 'big' }, { names });
    expect(messagesOf(parsed)).toEqual([
      'field "version": expected a string, found 1; put it in quotation marks',
      'field "download_size": expected an integer from 0 to 9007199254740991, found "big"',
    ]);
  });
});

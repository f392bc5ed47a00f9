import { describe, expect, it } from 'vitest';
import { decodeText, encodeText } from '../../../../../src/bytes/bytes.ts';
import type { RepositoryIndex, SummaryEntry } from '../../../../../src/layouts/native/format/repository-index.ts';
import { decodeIndex, encodeIndex } from '../../../../../src/layouts/native/format/repository-index.ts';
import type { Digest } from '../../../../../src/model/digest.ts';
import {
  MAX_CANONICAL_RATIO,
  MAX_CANONICAL_SLACK,
  MAX_DICTIONARY_SIZE,
  MAX_HEADER_SIZE,
  MAX_HISTORY,
  MAX_INDEX_SIZE,
  MAX_SUMMARY_SIZE,
  maxStoredSize,
} from '../../../../../src/model/limits.ts';
import { failureOf } from '../../../../failure.ts';

/** What the largest summary needs at least. */
const MAX_STORED = Math.ceil((MAX_SUMMARY_SIZE - MAX_CANONICAL_SLACK) / MAX_CANONICAL_RATIO);

const sha256 = 'ab'.repeat(32) as Digest;
const old = { sha256: 'cd'.repeat(32) as Digest, deltaSize: 10 };
const summary: SummaryEntry = {
  arch: 'amd64',
  sha256,
  size: MAX_SUMMARY_SIZE,
  storedSize: MAX_STORED,
  packages: 3,
  header: { sha256, size: 40, storedSize: 30 },
  history: [old],
};
const signed = { format: 'repomill/1', version: 7, name: 'sample', summaries: [summary] } as const;
const combined = { sha256, size: 10, storedSize: 5, packages: 1, arches: ['amd64'] };

describe('an index', () => {
  const full: RepositoryIndex = {
    signed: {
      ...signed,
      title: 'A sample',
      subsets: [{ name: 'free', where: 'licence:MIT' }, { name: 'tagged' }],
      combined,
      dictionary: { sha256, size: MAX_DICTIONARY_SIZE },
      summaries: [summary, { ...summary, subset: 'free', history: [] }],
    },
    signatures: [{ key: 'x' }],
  };

  it.each([
    ['with everything', full],
    ['with the least', { signed: { ...signed, summaries: [] }, signatures: [] }],
  ] satisfies [string, RepositoryIndex][])('%s is read as it was written', (_title, index) => {
    expect(decodeIndex(encodeIndex(index))).toEqual(index);
  });

  it('has a line for each summary, and one for the signatures', () => {
    const lines = decodeText(encodeIndex(full)).split('\n');
    expect(lines).toHaveLength(6);
    expect(lines.filter((line) => line.startsWith('{"arch"'))).toHaveLength(2);
  });

  it('may have members that are not known, wherever', () => {
    const more = (value: object) => ({ ...value, more: [{}] });
    const history = summary.history.map(more);
    const summaries = [more({ ...summary, header: more(summary.header), history })];
    const bytes = encodeText(JSON.stringify(more({ signed: more({ ...signed, summaries }), signatures: [] })));
    expect(decodeIndex(bytes)).toEqual({ signed, signatures: [] });
  });
});

describe('the bounds of an index', () => {
  const history = (count: number) => Array.from({ length: count }, () => old);
  const small = { ...summary, size: 1000, storedSize: 100 };

  it.each([
    [
      'history of 256',
      { ...summary, history: history(MAX_HISTORY) },
      { ...summary, history: history(MAX_HISTORY + 1) },
      'summary: expected at most 256 older versions, found 257',
    ],
    [
      'size of a summary',
      summary,
      { ...summary, size: MAX_SUMMARY_SIZE + 1 },
      'summary: size: expected an integer from 0 to 2147483647, found 2147483648',
    ],
    [
      'stored size',
      storing(maxStoredSize(1000)),
      storing(maxStoredSize(1000) + 1),
      'summary: storedSize: expected an integer from 0 to 4195314, found 4195315',
    ],
    [
      'size for what is stored',
      summary,
      { ...summary, storedSize: MAX_STORED - 1 },
      `summary: expected at most 2147483564 bytes of content in ${MAX_STORED - 1} stored bytes, found 2147483647`,
    ],
    [
      'size of a header',
      heading({ size: MAX_HEADER_SIZE }),
      heading({ size: MAX_HEADER_SIZE + 1 }),
      'summary: header: size: expected an integer from 0 to 16777216, found 16777217',
    ],
    [
      'size of a header in its summary',
      withHeader(small, 1000),
      withHeader(small, 1001),
      'summary: header: size: expected an integer from 0 to 1000, found 1001',
    ],
    [
      'stored size of a header',
      heading({ storedSize: MAX_HEADER_SIZE }),
      heading({ storedSize: MAX_HEADER_SIZE + 1 }),
      'summary: header: storedSize: expected an integer from 0 to 16777216, found 16777217',
    ],
    [
      'size of a delta',
      delta(MAX_SUMMARY_SIZE),
      delta(MAX_SUMMARY_SIZE + 1),
      'history: deltaSize: expected an integer from 0 to 2147483647, found 2147483648',
    ],
    [
      'count of packages',
      { ...summary, packages: 0 },
      { ...summary, packages: -1 },
      'summary: packages: expected an integer from 0 to 9007199254740991, found -1',
    ],
  ])('let the greatest %s pass and refuse one more', (_title, good, bad, problem) => {
    expect(decodeSigned({ summaries: [good] }).summaries).toEqual([good]);
    expect(() => decodeSigned({ summaries: [bad] })).toThrow(refusal(`index: ${problem}`));
  });

  it('let the greatest dictionary pass and refuse one byte more', () => {
    const dictionary = (size: number) => ({ dictionary: { sha256, size } });
    expect(decodeSigned(dictionary(MAX_DICTIONARY_SIZE)).dictionary?.size).toBe(MAX_DICTIONARY_SIZE);
    expect(() => decodeSigned(dictionary(MAX_DICTIONARY_SIZE + 1))).toThrow(
      refusal('index: signed: dictionary: size: expected an integer from 0 to 32768, found 32769'),
    );
  });

  it('keep the writer from an index that no reader takes', async () => {
    const summaries = Array.from({ length: 90_000 }, () => summary);
    expect(
      await failureOf(Promise.resolve().then(() => encodeIndex({ signed: { ...signed, summaries }, signatures: [] }))),
    ).toMatchObject({
      code: 'metadata',
      message: expect.stringMatching(/^index: expected at most 16777216 bytes, found \d{8}$/),
      hint: '90000 summaries are too many: one for each arch and subset; a shorter `history` takes less, too',
    });
  });

  it('let an index of 16 MiB pass and refuse one byte more', () => {
    const bytes = encodeIndex({ signed, signatures: [] });
    const padded = new Uint8Array(MAX_INDEX_SIZE + 1).fill(0x20);
    padded.set(bytes);
    expect(decodeIndex(padded.subarray(0, MAX_INDEX_SIZE)).signed.version).toBe(7);
    expect(() => decodeIndex(padded)).toThrow(refusal('index: expected at most 16777216 bytes, found 16777217'));
  });

  function storing(storedSize: number): object {
    return { ...small, header: { ...summary.header, size: 40 }, storedSize };
  }

  function heading(header: object): object {
    return { ...summary, header: { ...summary.header, ...header } };
  }

  function withHeader(entry: SummaryEntry, size: number): object {
    return { ...entry, header: { ...entry.header, size } };
  }

  function delta(deltaSize: number): object {
    return { ...summary, history: [{ ...old, deltaSize }] };
  }
});

describe('an index that is wrong', () => {
  it.each([
    ['an older format', { format: 'repomill/0' }, 'index: expected format repomill/1, found "repomill/0"'],
    ['no format', { format: undefined }, 'index: signed: format: expected a string, found nothing'],
    [
      'no version',
      { version: undefined },
      'index: signed: version: expected an integer from 0 to 9007199254740991, found nothing',
    ],
    [
      'half a version',
      { version: 1.5 },
      'index: signed: version: expected an integer from 0 to 9007199254740991, found 1.5',
    ],
    [
      'a version as text',
      { version: '7' },
      'index: signed: version: expected an integer from 0 to 9007199254740991, found "7"',
    ],
    [
      'a version beyond 2^53 - 1',
      { version: 2 ** 53 },
      'index: signed: version: expected an integer from 0 to 9007199254740991, found 9007199254740992',
    ],
    ['no name', { name: undefined }, 'index: signed: name: expected a string, found nothing'],
    ['a title that is no text', { title: 1 }, 'index: signed: title: expected a string, found 1'],
    ['no summaries', { summaries: undefined }, 'index: signed: summaries: expected a list, found nothing'],
    ['summaries that are an object', { summaries: {} }, 'index: signed: summaries: expected a list, found an object'],
    ['a summary that is null', { summaries: [null] }, 'index: summary: expected an object, found null'],
    [
      'a title that is nested without end',
      { title: JSON.parse(`${'['.repeat(900)}${']'.repeat(900)}`) },
      'index: signed: title: expected a string, found a list',
    ],
    [
      'a summary twice',
      { summaries: [summary, { ...summary, storedSize: MAX_STORED + 1 }] },
      'index: a summary is listed twice',
    ],
    ['a subset twice', { summaries: subsets('free', 'free') }, 'index: a summary is listed twice'],
    [
      'a subset without a name',
      { summaries: subsets('') },
      'index: summary: subset: expected a name, found an empty string',
    ],
    [
      'a summary without arch',
      { summaries: [{ ...summary, arch: undefined }] },
      'index: summary: arch: expected a string, found nothing',
    ],
    [
      'a summary without digest',
      { summaries: [{ ...summary, sha256: undefined }] },
      'index: summary: sha256: expected 64 lower-case hexadecimal digits, found nothing',
    ],
    [
      'a digest that is a path',
      { summaries: [{ ...summary, sha256: '../index' }] },
      'index: summary: sha256: expected 64 lower-case hexadecimal digits, found "../index"',
    ],
    [
      'a summary without header',
      { summaries: [{ ...summary, header: undefined }] },
      'index: summary: header: expected an object, found nothing',
    ],
    [
      'a summary without history',
      { summaries: [{ ...summary, history: undefined }] },
      'index: summary: history: expected a list, found nothing',
    ],
    [
      'an older version as text',
      { summaries: [{ ...summary, history: [sha256] }] },
      'index: history: expected an object, found "abababababababababababababababababababababababababababababababab"',
    ],
    [
      'a delta without size',
      { summaries: [{ ...summary, history: [{ sha256 }] }] },
      'index: history: deltaSize: expected an integer from 0 to 2147483647, found nothing',
    ],
    ['subsets that are an object', { subsets: {} }, 'index: signed: subsets: expected a list, found an object'],
    [
      'a subset rule that is no text',
      { subsets: [{ name: 'free', where: 1 }] },
      'index: subset: where: expected a string, found 1',
    ],
    [
      'a dictionary that is a digest',
      { dictionary: sha256 },
      'index: signed: dictionary: expected an object, found "abababababababababababababababababababababababababababababababab"',
    ],
    ['combined that is null', { combined: null }, 'index: signed: combined: expected an object, found null'],
    [
      'combined without arches',
      { combined: { ...combined, arches: undefined } },
      'index: signed: combined: arches: expected a list, found nothing',
    ],
    [
      'combined that is too large',
      { combined: { ...combined, size: MAX_SUMMARY_SIZE + 1 } },
      'index: signed: combined: size: expected an integer from 0 to 2147483647, found 2147483648',
    ],
  ])('is refused with %s', (_title, change, problem) => {
    expect(() => decodeSigned(change)).toThrow(refusal(problem));
  });

  it.each([
    ['nothing', '', 'expected JSON'],
    ['half of it', '{"signed":', 'expected JSON'],
    ['a list', '[]', 'expected a JSON object'],
    ['null', 'null', 'expected a JSON object'],
    ['signed that is a text', '{"signed":"","signatures":[]}', 'signed: expected an object, found ""'],
    ['no signatures', JSON.stringify({ signed }), 'signatures: expected a list, found nothing'],
    [
      'signatures that are an object',
      JSON.stringify({ signed, signatures: {} }),
      'signatures: expected a list, found an object',
    ],
    ['a byte order mark', `\uFEFF${JSON.stringify({ signed, signatures: [] })}`, 'expected JSON'],
  ])('is refused where it is %s', (_title, text, problem) => {
    expect(() => decodeIndex(encodeText(text))).toThrow(refusal(`index: ${problem}`));
  });

  it('is refused with the advice to update where its format is newer', () => {
    expect(() => decodeSigned({ format: 'repomill/2', summaries: 'else' })).toThrow(
      expect.objectContaining({
        ...refusalOf('index: expected format repomill/1, found "repomill/2"'),
        hint: 'the tree was written by a newer repomill; update repomill to read it',
      }),
    );
  });
});

function decodeSigned(change: object): RepositoryIndex['signed'] {
  return decodeIndex(encodeText(JSON.stringify({ signed: { ...signed, ...change }, signatures: [] }))).signed;
}

function subsets(...names: readonly string[]): readonly object[] {
  return names.map((subset) => ({ ...summary, subset }));
}

function refusal(problem: string): unknown {
  return expect.objectContaining(refusalOf(problem));
}

function refusalOf(message: string): object {
  return { code: 'format', message };
}

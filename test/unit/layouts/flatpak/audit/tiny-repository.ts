/**
 * A flatpak repository of five refs, small enough to read, written by a writer of its own: a draft says what is in each file, so
 * that a test can change it in one of them.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { deflateRawSync, gzipSync } from 'node:zlib';
import { concatBytes, encodeText, parseHex } from '../../../../../src/bytes/bytes.ts';
import { memorySource } from '../../../../../src/client/in-memory.ts';
import {
  type Packed,
  packArray,
  packBoolean,
  packBytes,
  packDictionary,
  packInt32,
  packString,
  packTuple,
  packUint32,
  packUint64,
  packVariant,
} from '../../../../../src/glib/gvariant/pack.ts';
import { type Digest, isDigest } from '../../../../../src/model/digest.ts';
import { DELTA_INDEXES_PATH, deltaIndexPath, objectPath, STATIC_DELTAS_PATH } from '../../../../../src/ostree/paths.ts';
import { verify } from '../../../../../src/verify.ts';
import { type Audited, onlyLayout } from '../../../../audited.ts';
import { sha256Of } from '../../../../workspace.ts';

/** A repository's files, by path. */
export type Files = Map<string, Uint8Array>;

/** What a commit says. */
export interface CommitDraft {
  timestamp: bigint;
  /** Undefined: its tree tells. */
  sizes: { installed: bigint; download: bigint } | undefined;
  metadata: string | undefined;
  subsets: string[];
  binding: string[];
  collection: string | undefined;
  eol: string | undefined;
  eolr: string | undefined;
  token: number | undefined;
  extra: bigint | undefined;
}

/** What summaries say of a ref. */
export interface ShownDraft {
  commit: Digest;
  size: bigint;
  timestamp: bigint;
  installed: bigint;
  download: bigint;
  metadata: string;
  eol: string | undefined;
  eolr: string | undefined;
  token: number | undefined;
  extra: { sources: number; size: bigint } | undefined;
}

/** A ref: its commit, and what the summaries and the old summary say of it. */
export interface RefDraft {
  readonly name: string;
  readonly commit: Digest;
  shown: ShownDraft;
  shownOld: ShownDraft;
}

/** A summary: the refs that it lists, and the older versions of it. */
export interface SummaryDraft {
  name: string;
  refs: string[];
  version: number;
  history: Digest[];
  /** Changes what this summary alone says of an app. */
  facts?: (facts: [string, Packed][]) => [string, Packed][];
  /** Changes the bytes before they are named. */
  harm?: (bytes: Uint8Array) => Uint8Array;
}

/** Everything that a test can change before it is written. */
export interface Draft {
  readonly files: Files;
  config: string;
  refs: RefDraft[];
  summaries: SummaryDraft[];
  metadata: [string, Packed][];
  oldRefs: string[];
  /** Refs in the cache of the old summary that are no refs of it. */
  oldStrays: string[];
  oldMetadata: [string, Packed][];
  staticDeltas: [string, Digest][];
}

/** The refs of the repository. */
export const APP = 'app/org.test.App/x86_64/stable';
export const LOCALE = 'runtime/org.test.App.Locale/x86_64/stable';
export const ARM_APP = 'app/org.test.App/aarch64/stable';
export const APPSTREAM = 'appstream2/x86_64';
export const OTHER = 'ostree-metadata';

const METADATA = '[Application]\nname=org.test.App\n';
const CHANGED = 1_600_000_000n;

/** The digest of bytes. */
export function digestOf(bytes: Uint8Array): Digest {
  const hex = sha256Of(bytes);
  if (!isDigest(hex)) throw new TypeError('no digest');
  return hex;
}

/** A commit as most are. */
export function sampleCommit(ref: string): CommitDraft {
  return {
    timestamp: 1_500_000_000n,
    sizes: { installed: 4096n, download: 1000n },
    metadata: METADATA,
    subsets: [],
    binding: [ref],
    collection: undefined,
    eol: undefined,
    eolr: undefined,
    token: undefined,
    extra: undefined,
  };
}

/** The repository as it should be. `commits` may change what commits say, and summaries with them. */
export function draftRepository(commits: Readonly<Record<string, Partial<CommitDraft>>> = {}): Draft {
  const files: Files = new Map();
  const free = { subsets: ['free'] };
  const rare = { eol: 'use Better', eolr: 'app/org.test.Better/x86_64/stable', token: 2, extra: 777n };
  const tree = writeTree(files);
  const add = (name: string, own: Partial<CommitDraft>): RefDraft =>
    writeRef(name, { ...sampleCommit(name), ...own, ...commits[name] }, tree, files);
  const refs = [
    add(ARM_APP, { ...free, metadata: METADATA.repeat(2) }),
    add(APP, { ...free, ...rare }),
    add(APPSTREAM, { sizes: undefined, metadata: undefined }),
    add(OTHER, { sizes: undefined, metadata: undefined }),
    add(LOCALE, free),
  ];
  const commit = refs[1]?.commit ?? sha('');
  const metadata = (): [string, Packed][] => [
    ['ostree.summary.mode', packString('archive-z2')],
    ['ostree.summary.tombstone-commits', packBoolean(false)],
    ['ostree.summary.indexed-deltas', packBoolean(true)],
    ['ostree.summary.last-modified', packUint64(CHANGED, 'big')],
    ['xa.title', packString('Tiny')],
    ['xa.cache-version', packUint32(2)],
  ];
  const summary = (name: string, names: string[]): SummaryDraft => ({ name, refs: names, version: 1, history: [] });
  return {
    files,
    config: '[core]\nrepo_version=1\nmode=archive-z2\nindexed-deltas=true\n\n[flatpak]\ntitle=Tiny\n',
    refs,
    summaries: [
      summary('aarch64', [ARM_APP, OTHER]),
      summary('free-aarch64', [ARM_APP, OTHER]),
      summary('free-x86_64', [APP, OTHER, LOCALE]),
      summary('x86_64', [APP, APPSTREAM, OTHER, LOCALE]),
    ],
    metadata: metadata(),
    oldRefs: [ARM_APP, APP, APPSTREAM, OTHER, LOCALE],
    oldStrays: [],
    oldMetadata: metadata(),
    staticDeltas: [[commit, sha('superblock')]],
  };
}

function sha(text: string): Digest {
  return digestOf(encodeText(text));
}

/** A directory of one file `metadata`, as objects. */
function writeTree(files: Files): Digest {
  const content = encodeText('from the tree\n');
  const head = packTuple([
    packUint64(BigInt(content.length), 'big'),
    packUint32(0),
    packUint32(0),
    packUint32(0o100644, 'big'),
    packUint32(0),
    packString(''),
    packArray('(ayay)', []),
  ]).bytes;
  const length = new Uint8Array(8);
  new DataView(length.buffer).setUint32(0, head.length);
  const file = concatBytes([length, head, deflateRawSync(content)]);
  const name = sha('the file');
  files.set(objectPath(name, 'filez'), file);
  const entry = packTuple([packString('metadata'), packBytes(parseHex(name))]);
  const tree = packTuple([packArray('(say)', [entry]), packArray('(sayay)', [])]).bytes;
  files.set(objectPath(digestOf(tree), 'dirtree'), tree);
  return digestOf(tree);
}

function writeRef(name: string, commit: CommitDraft, tree: Digest, files: Files): RefDraft {
  const bytes = packCommit(commit, tree);
  const digest = digestOf(bytes);
  const file = [...files].find(([path]) => path.endsWith('.filez'))?.[1].length ?? 0;
  const extra = commit.extra ?? 0n;
  const sizes = commit.sizes ?? { installed: 512n, download: BigInt(file) };
  const shown = (): ShownDraft => ({
    commit: digest,
    size: BigInt(bytes.length),
    timestamp: commit.timestamp,
    installed: sizes.installed + extra,
    download: sizes.download + extra,
    metadata: commit.metadata ?? 'from the tree\n',
    eol: commit.eol,
    eolr: commit.eolr,
    token: commit.token,
    extra: commit.extra === undefined ? undefined : { sources: 1, size: extra },
  });
  files.set(objectPath(digest, 'commit'), bytes);
  files.set(`refs/heads/${name}`, encodeText(`${digest}\n`));
  return { name, commit: digest, shown: shown(), shownOld: shown() };
}

function packCommit(draft: CommitDraft, tree: Digest): Uint8Array {
  const { sizes, metadata, extra, collection } = draft;
  const texts = (list: string[]): Packed => packArray('s', list.map(packString));
  const optional = (key: string, value: Packed | undefined): [string, Packed][] => (value ? [[key, value]] : []);
  const source = extra === undefined ? [] : [packSource(extra)];
  const facts = [
    ['ostree.ref-binding', texts(draft.binding)] as const,
    ...optional('ostree.collection-binding', collection === undefined ? undefined : packString(collection)),
    ...optional('xa.metadata', metadata === undefined ? undefined : packString(metadata)),
    ...optional('xa.installed-size', sizes && packUint64(sizes.installed, 'big')),
    ...optional('xa.download-size', sizes && packUint64(sizes.download, 'big')),
    ...optional('xa.subsets', draft.subsets.length === 0 ? undefined : texts(draft.subsets)),
    ...optional('ostree.endoflife', draft.eol === undefined ? undefined : packString(draft.eol)),
    ...optional('ostree.endoflife-rebase', draft.eolr === undefined ? undefined : packString(draft.eolr)),
    ...optional('xa.token-type', draft.token === undefined ? undefined : packInt32(draft.token)),
    ...optional('xa.extra-data-sources', source.length === 0 ? undefined : packArray('(ayttays)', source)),
  ];
  return packTuple([
    packDictionary(facts),
    packBytes(new Uint8Array(0)),
    packArray('(say)', []),
    packString('a subject'),
    packString(''),
    packUint64(draft.timestamp, 'big'),
    packBytes(parseHex(tree)),
    packBytes(parseHex(tree)),
  ]).bytes;
}

function packSource(size: bigint): Packed {
  const [name, url] = [packBytes(encodeText('x\0')), packString('http://127.0.0.1/x')];
  return packTuple([name, packUint64(size, 'big'), packUint64(size, 'big'), packBytes(new Uint8Array(32)), url]);
}

/** What a draft became: its files, and the digests of its newest and older summaries by name. */
export interface Written {
  readonly files: Files;
  readonly newest: ReadonlyMap<string, Digest>;
  readonly older: ReadonlyMap<string, Digest>;
}

/** Writes every file of a draft. Each summary has one older version. */
export function writeRepository(draft: Draft): Written {
  const { files } = draft;
  const newest = new Map<string, Digest>();
  const older = new Map<string, Digest>();
  const entries = draft.summaries.map(({ name, refs, version, history, facts, harm = (bytes) => bytes }) => {
    const entriesOf = (names: string[]): Packed[] => names.map((ref) => packEntry(find(draft, ref), facts));
    const before = packSummary(entriesOf(refs.slice(0, 1)), version);
    const bytes = harm(packSummary(entriesOf(refs), version));
    const [old, digest] = [digestOf(before), digestOf(bytes)];
    older.set(name, old);
    newest.set(name, digest);
    files.set(`summaries/${old}.gz`, gzipSync(before));
    files.set(`summaries/${digest}.gz`, gzipSync(bytes));
    files.set(`summaries/${old}-${digest}.delta`, gzipSync(packDelta(before, bytes)));
    const digests = [old, ...history].map((one) => packBytes(parseHex(one)));
    return packTuple(
      [packString(name), packTuple([packBytes(parseHex(digest)), packArray('ay', digests), packDictionary([])])],
      'entry',
    );
  });
  files.set('summary.idx', packTuple([packArray('{s(ayaaya{sv})}', entries), packDictionary(draft.metadata)]).bytes);
  files.set('summary', packOldSummary(draft));
  files.set('config', encodeText(draft.config));
  for (const [commit] of draft.staticDeltas) writeStaticDelta(commit, files);
  return { files, newest, older };
}

function find({ refs }: Draft, name: string): RefDraft {
  const ref = refs.find((one) => one.name === name);
  if (ref === undefined) throw new TypeError(`no ref ${name}`);
  return ref;
}

function packSummary(entries: Packed[], version: number): Uint8Array {
  const facts = packDictionary([['xa.summary-version', packUint32(version)]]);
  return packTuple([packArray('(s(taya{sv}))', entries), facts]).bytes;
}

function packEntry({ name, shown }: RefDraft, change: SummaryDraft['facts'] = (facts) => facts): Packed {
  const isBare = name === OTHER;
  const facts: [string, Packed][] = isBare ? [] : [['xa.data', packSizes(shown)], ...rareFacts(shown)];
  const timed: [string, Packed][] = [...facts, ['ot.ts', packUint64(shown.timestamp, 'big')]];
  return packRef(name, shown, isBare ? timed : change(timed));
}

function packRef(name: string, { size, commit }: ShownDraft, facts: [string, Packed][]): Packed {
  return packTuple([
    packString(name),
    packTuple([packUint64(size), packBytes(parseHex(commit)), packDictionary(facts)]),
  ]);
}

function packSizes({ installed, download, metadata }: ShownDraft): Packed {
  return packTuple([packUint64(installed, 'big'), packUint64(download, 'big'), packString(metadata)]);
}

function rareFacts({ eol, eolr, token, extra }: ShownDraft): [string, Packed][] {
  return [
    ...(eol === undefined ? [] : [['eol', packString(eol)] as [string, Packed]]),
    ...(eolr === undefined ? [] : [['eolr', packString(eolr)] as [string, Packed]]),
    ...(token === undefined ? [] : [['tokt', packInt32(token)] as [string, Packed]]),
    ...(extra === undefined
      ? []
      : [['eds', packTuple([packUint32(extra.sources), packUint64(extra.size)])] as [string, Packed]]),
  ];
}

function packOldSummary(draft: Draft): Uint8Array {
  const refs = draft.oldRefs.map((name) => find(draft, name));
  const entries = refs.map(({ name, shownOld }) =>
    packRef(name, shownOld, [['ostree.commit.timestamp', packUint64(shownOld.timestamp, 'big')]]),
  );
  const flatpak = refs.filter(({ name }) => name !== OTHER);
  const named = (name: string, value: Packed): Packed => packTuple([packString(name), value], 'entry');
  const cache = packArray('{s(tts)}', [
    ...flatpak.map(({ name, shownOld }) => named(name, packSizes(shownOld))),
    ...draft.oldStrays.map((name) => named(name, packSizes(find(draft, APP).shown))),
  ]);
  const rare = flatpak.filter(({ shownOld }) => rareFacts(shownOld).length > 0);
  const sparse = packArray(
    '{sa{sv}}',
    rare.map(({ name, shownOld }) => named(name, packDictionary(rareFacts(shownOld)))),
  );
  const deltas = packDictionary(draft.staticDeltas.map(([name, digest]) => [name, packBytes(parseHex(digest))]));
  const facts: [string, Packed][] = [
    ...draft.oldMetadata,
    ['ostree.static-deltas', deltas],
    ['xa.cache', packVariant(cache)],
    ['xa.sparse-cache', sparse],
  ];
  return packTuple([packArray('(s(taya{sv}))', entries), packDictionary(facts)]).bytes;
}

/** A delta that copies what both begin with, and adds the rest. */
function packDelta(before: Uint8Array, after: Uint8Array): Uint8Array {
  let common = 0;
  while (common < before.length && before[common] === after[common]) common++;
  const head = new DataView(new ArrayBuffer(16));
  for (const [i, character] of [...'xadf'].entries()) head.setUint8(i, character.charCodeAt(0));
  head.setUint32(4, 2, true);
  head.setUint32(8, common, true);
  head.setUint32(12, 0x2000_0000 + after.length - common, true);
  return concatBytes([new Uint8Array(head.buffer), after.subarray(common)]);
}

function writeStaticDelta(name: string, files: Files): void {
  if (!isDigest(name)) return;
  const path = deltaIndexPath(name);
  const superblock = encodeText('superblock');
  const folder = path.replace(DELTA_INDEXES_PATH, STATIC_DELTAS_PATH).replace('.index', '');
  files.set(`${folder}/superblock`, superblock);
  files.set(path, packDeltaIndex(name, digestOf(superblock)));
}

/** The index of one static delta. */
export function packDeltaIndex(name: string, superblock: Digest): Uint8Array {
  return packDictionary([['ostree.static-deltas', packDictionary([[name, packBytes(parseHex(superblock))]])]]).bytes;
}

/** The report on a repository in memory, whose files can be listed. */
export async function auditFiles(files: Files, publicKeys: readonly Uint8Array[] = []): Promise<Audited> {
  return onlyLayout(await verify({ tree: memorySource(files), publicKeys }));
}

/** The report on the same repository in a directory, which is written for it. */
export async function auditDirectory(files: Files, publicKeys: readonly Uint8Array[] = []): Promise<Audited> {
  const directory = mkdtempSync(join(tmpdir(), 'repomill-test-'));
  try {
    for (const [path, bytes] of files) {
      mkdirSync(dirname(join(directory, path)), { recursive: true });
      writeFileSync(join(directory, path), bytes);
    }
    return onlyLayout(await verify({ tree: directory, publicKeys }));
  } finally {
    rmSync(directory, { recursive: true });
  }
}

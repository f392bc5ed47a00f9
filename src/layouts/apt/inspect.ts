/**
 * What is in a file of an apt archive: recognised by its first bytes, or by its path where they say nothing. Describes what the bytes
 * say; whether they are right is for `verify`.
 */
import { isGzip } from '../../bytes/bytes.ts';
import { formatReleaseDate } from '../../deb/release-date.ts';
import { parseRelease, type ReleaseEntry } from '../../deb/release-file.ts';
import { RepomillError } from '../../errors.ts';
import { defined } from '../../model/defined.ts';
import type { Digest } from '../../model/digest.ts';
import { MAX_SUMMARY_SIZE } from '../../model/limits.ts';
import { compareText } from '../../model/order.ts';
import { decodePackageList } from '../../model/package-list.ts';
import { parseArmor } from '../../openpgp/armor.ts';
import { parseCleartext } from '../../openpgp/cleartext.ts';
import { packetTypesOf, readSignatureFacts, type SignatureFacts, splitSignatures } from '../../openpgp/packets.ts';
import { readPublicKeys } from '../../openpgp/public-keys.ts';
import { digestOf } from '../../platform/hash/sha256.ts';
import { gunzipStrictly } from '../../platform/zlib/gunzip.ts';
import { unxz } from '../../platform/zlib/xz.ts';
import type { InspectedFile, Inspector } from '../layout.ts';
import { parsePatch } from './format/ed-script.ts';
import { DISTS, digestOfPackageFiles, distsPathKind } from './format/paths.ts';
import { type PdiffEntry, parsePdiffIndex } from './format/pdiff-index.ts';
import { parseSourcesEntry } from './format/sources-entry.ts';
import { type FoundStanza, readStanza, StanzaStream } from './format/stanza-stream.ts';
import { decodeState, looksLikeState } from './format/state-file.ts';

/** A field of stanzas: in how many it is, and how many bytes its values have. */
export interface StanzaFieldSize {
  readonly field: string;
  readonly stanzas: number;
  readonly size: number;
}

/** What a file of an apt archive is and holds. */
export type AptInspection =
  | {
      readonly kind: 'release';
      readonly size: number;
      readonly origin?: string;
      readonly label?: string;
      readonly suite?: string;
      readonly codename?: string;
      /** `Sat, 07 Oct 2023 09:41:19 UTC` */
      readonly date?: string;
      readonly validUntil?: string;
      readonly acquireByHash: boolean;
      readonly architectures: readonly string[];
      readonly components: readonly string[];
      readonly indexes: readonly ReleaseEntry[];
      /** Of an `InRelease`. */
      readonly signatures: readonly SignatureFacts[];
    }
  | {
      readonly kind: 'stanzas';
      readonly of: 'packages' | 'sources';
      /** Uncompressed bytes. */
      readonly size: number;
      readonly storedSize: number;
      readonly sha256: Digest;
      readonly stanzas: number;
      /** Number of different names. */
      readonly names: number;
      /** The largest first. */
      readonly fields: readonly StanzaFieldSize[];
    }
  | {
      readonly kind: 'list of patches';
      readonly size: number;
      readonly current: PdiffEntry['from'];
      /** Oldest first. */
      readonly entries: readonly PdiffEntry[];
    }
  | {
      readonly kind: 'patch';
      readonly size: number;
      readonly storedSize: number;
      readonly hunks: number;
      readonly removedLines: number;
      readonly insertedLines: number;
    }
  | { readonly kind: 'contents'; readonly size: number; readonly storedSize: number; readonly lines: number }
  | {
      readonly kind: 'state';
      readonly name?: string;
      readonly date: string;
      readonly suites: readonly string[];
      readonly retained: { readonly files: number; readonly size: number };
      readonly packageFiles?: number;
    }
  | { readonly kind: 'package files'; readonly sha256: Digest; readonly files: number; readonly size: number }
  | { readonly kind: 'signatures'; readonly signatures: readonly SignatureFacts[] }
  | { readonly kind: 'keys'; readonly size: number; readonly keys: number }
  | {
      readonly kind: 'sources entry';
      readonly uris: readonly string[];
      readonly suites: readonly string[];
      readonly components: readonly string[];
      readonly isSigned: boolean;
    };

/** Describes files of apt archives. */
export const aptInspector: Inspector = {
  async inspect(file): Promise<AptInspection | undefined> {
    const content = await unpack(file.content);
    const start = textOf(content.subarray(0, 4096));
    if (looksLikeState(content.subarray(0, 64))) return inspectState(content);
    if (start.startsWith('-----BEGIN PGP SIGNED MESSAGE-----')) return inspectRelease(content);
    const path = inTree(file.path);
    const kind = path === undefined ? undefined : distsPathKind(path);
    if (kind === 'package files') return inspectPackageFiles(path, content);
    if (start.startsWith('-----BEGIN PGP SIGNATURE-----')) {
      return kind === 'entry point' ? { kind: 'signatures', signatures: readSignatures(content) } : undefined;
    }
    if (kind === 'patch') return inspectPatch(content, file.storedSize);
    if (kind === 'client file') return inspectClientFile(content);
    if (path !== undefined && /\/Contents-[^/]+\.gz$/.test(path)) {
      return { kind: 'contents', size: content.length, storedSize: file.storedSize, lines: countLines(content) };
    }
    if (/^SHA256-Current:/m.test(start)) return inspectPatchList(content);
    if (/^(?:Package|Binary|Format):/im.test(start) && !/^\{/.test(start)) return inspectStanzas(content, file, path);
    if (kind === 'entry point' || (/^(?:SHA256|MD5Sum):/im.test(start) && /^Date:/im.test(start)))
      return inspectRelease(content);
    if (content.length === 0 && (kind === 'index' || kind === 'by-hash')) return inspectStanzas(content, file, path);
    return undefined;
  },
};

/** The caller unpacks gzip; of a compressed index in by-hash, only the bytes say so. */
async function unpack(content: Uint8Array): Promise<Uint8Array> {
  if (isGzip(content)) return gunzipStrictly(content, MAX_SUMMARY_SIZE);
  const isXz = [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00].every((byte, i) => content[i] === byte);
  return isXz ? unxz(content, MAX_SUMMARY_SIZE) : content;
}

/** The end of a path that is below `dists/`, wherever the tree is. */
function inTree(path: string | undefined): string | undefined {
  const at = path === undefined ? -1 : `/${path}`.lastIndexOf(`/${DISTS}/`);
  return at === -1 ? undefined : path?.slice(at);
}

/** A text of any bytes. */
function textOf(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes);
}

function inspectRelease(content: Uint8Array): AptInspection {
  const text = textOf(content);
  const signed = text.startsWith('-----BEGIN PGP') ? parseCleartext(text) : undefined;
  const release = parseRelease(signed?.text ?? text);
  const { origin, label, suite, codename, date, validUntil, acquireByHash, architectures, components } = release;
  return {
    kind: 'release',
    size: content.length,
    ...defined({
      ...{ origin, label, suite, codename },
      date: date === undefined ? undefined : formatReleaseDate(date),
      validUntil: validUntil === undefined ? undefined : formatReleaseDate(validUntil),
    }),
    ...{ acquireByHash, architectures, components, indexes: release.sha256 },
    signatures: (signed?.signatures ?? []).flatMap((one) => readSignatureFacts(one, 'text') ?? []),
  };
}

function inspectStanzas(content: Uint8Array, file: InspectedFile, path: string | undefined): AptInspection {
  const fields = new Map<string, { stanzas: number; size: number }>();
  const names = new Set<string>();
  let stanzas = 0;
  let hasDirectory = false;
  const stream = new StanzaStream();
  const add = (stanza: FoundStanza): void => {
    stanzas++;
    const found = readStanza(stanza);
    const [fault] = found.faults;
    if (fault !== undefined) throw new RepomillError('format', fault);
    names.add(found.fields.get('package')?.text ?? '');
    hasDirectory ||= found.fields.has('directory');
    for (const { name, text } of found.fields.values()) {
      const known = fields.get(name) ?? { stanzas: 0, size: 0 };
      fields.set(name, known);
      known.stanzas++;
      known.size += text.length;
    }
  };
  for (const stanza of stream.push(content)) add(stanza);
  for (const stanza of stream.end()) add(stanza);
  return {
    kind: 'stanzas',
    of: hasDirectory || path?.includes('/source/') === true ? 'sources' : 'packages',
    size: content.length,
    storedSize: file.storedSize,
    sha256: digestOf(content),
    ...{ stanzas, names: names.size },
    fields: [...fields]
      .map(([field, sizes]) => ({ field, ...sizes }))
      .sort((a, b) => b.size - a.size || compareText(a.field, b.field)),
  };
}

function inspectPatchList(content: Uint8Array): AptInspection {
  return { kind: 'list of patches', size: content.length, ...parsePdiffIndex(content) };
}

function inspectPatch(content: Uint8Array, storedSize: number): AptInspection {
  const hunks = parsePatch(content);
  return {
    kind: 'patch',
    ...{ size: content.length, storedSize, hunks: hunks.length },
    removedLines: hunks.reduce((sum, { removed }) => sum + removed, 0),
    insertedLines: hunks.reduce((sum, { lines }) => sum + lines.length, 0),
  };
}

function inspectState(content: Uint8Array): AptInspection {
  const { name, date, suites, retained, packageFiles } = decodeState(content);
  return {
    kind: 'state',
    ...defined({ name }),
    ...{ date: formatReleaseDate(BigInt(date)), suites },
    retained: { files: retained.length, size: retained.reduce((sum, { size }) => sum + size, 0) },
    ...(packageFiles && { packageFiles: packageFiles.files }),
  };
}

function inspectPackageFiles(path: string | undefined, content: Uint8Array): AptInspection | undefined {
  const sha256 = path === undefined ? undefined : digestOfPackageFiles(path);
  if (sha256 === undefined) return undefined;
  const files = decodePackageList(content);
  return { kind: 'package files', sha256, files: files.length, size: files.reduce((sum, { size }) => sum + size, 0) };
}

function readSignatures(content: Uint8Array): readonly SignatureFacts[] {
  const found = splitSignatures(parseArmor('SIGNATURE', textOf(content))) ?? [];
  return found.flatMap((one) => readSignatureFacts(one) ?? []);
}

/** Packet type of a primary public key (RFC 9580, section 5). */
const PUBLIC_KEY = 6;

function inspectClientFile(content: Uint8Array): AptInspection {
  if (textOf(content.subarray(0, 64)).startsWith('-----BEGIN PGP')) {
    const types = packetTypesOf(readPublicKeys(content)) ?? [];
    return { kind: 'keys', size: content.length, keys: types.filter((type) => type === PUBLIC_KEY).length };
  }
  const { uris, suites, components, signedBy } = parseSourcesEntry(textOf(content));
  return { kind: 'sources entry', uris, suites, components, isSigned: signedBy !== undefined };
}

function countLines(content: Uint8Array): number {
  return content.reduce((count, byte) => (byte === 0x0a ? count + 1 : count), 0);
}

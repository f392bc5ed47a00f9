/**
 * Compression to .xz, which neither Node nor JavaScript has: by the program `xz`, or by the optional package `lzma-native` where there
 * is no such program. Both are liblzma and make the same bytes; the program is twice as fast, and its memory is not ours.
 */
import { createRequire } from 'node:module';
import { concatBytes } from '../../bytes/bytes.ts';
import { messageOf, RepomillError } from '../../errors.ts';
import { runProgram } from '../process/run-program.ts';

/** Compresses to .xz. */
export interface XzEncoder {
  /** What it is, with every version and setting that its output depends on: part of the names of what is kept. */
  readonly name: string;
  /**
   * One stream: of one block with a CRC-32, or of none if there are no bytes. Calls may overlap.
   *
   * @throws RepomillError `transport` if the program or the package fails
   */
  compress(bytes: Uint8Array): Promise<Uint8Array>;
}

/** A way to find an encoder: undefined if it is not installed or does not work. */
export type XzEncoderLoader = () => Promise<XzEncoder | undefined>;

/**
 * The settings of `xz -6`, but for the dictionary: it needs 12 bytes of memory for each of its own in an encoder, and one in clients.
 * More literal context (`lc`) and no positions (`pb`) make half a percent less of a list of packages, in the same time.
 */
const SETTINGS = { lc: 4, lp: 0, pb: 0, nice: 64, depth: 0 };

/** Bytes of the smallest dictionary, and of the largest. */
const MIN_DICTIONARY = 1 << 16;
const MAX_DICTIONARY = 1 << 23;

/**
 * The first encoder that works here; undefined if none does. Never throws.
 *
 * @param loaders - in the order in which they are tried
 */
export async function loadXzEncoder(
  loaders: readonly XzEncoderLoader[] = [loadXzProgram, loadXzPackage],
): Promise<XzEncoder | undefined> {
  for (const load of loaders) {
    const encoder = await load();
    if (encoder !== undefined) return encoder;
  }
  return undefined;
}

/**
 * The program `xz` of XZ Utils. That of busybox has the same name and only decompresses.
 *
 * @param program - its name or path
 */
export async function loadXzProgram(program = 'xz'): Promise<XzEncoder | undefined> {
  try {
    const { code, output } = await runXz(program, ['--version'], []);
    // `xz (XZ Utils) 5.4.1`, and on the next line `liblzma 5.4.1`.
    const version = /^liblzma (\S+)$/m.exec(new TextDecoder().decode(output))?.[1];
    if (code !== 0 || version === undefined) return undefined;
    return { name: nameOf(version), compress: (bytes) => compressByProgram(program, bytes) };
  } catch (error) {
    if (error instanceof RepomillError) return undefined;
    throw error;
  }
}

async function compressByProgram(program: string, bytes: Uint8Array): Promise<Uint8Array> {
  const { lc, lp, pb, nice, depth } = SETTINGS;
  const dictionary = dictionarySize(bytes.length);
  const filter = `mode=normal,mf=bt4,dict=${dictionary},lc=${lc},lp=${lp},pb=${pb},nice=${nice},depth=${depth}`;
  const { code, output, messages } = await runXz(program, [...XZ_OPTIONS, `--lzma2=${filter}`], [bytes]);
  if (code === 0) return output;
  const [reason = `${program}: ended with exit code ${code}`] = messages.split(/\r?\n/).filter((line) => line !== '');
  throw new RepomillError('transport', reason);
}

/** Each takes the place of what XZ_DEFAULTS and XZ_OPT may say; `-6` that of their filters. */
const XZ_OPTIONS = [
  '--compress',
  '--stdout',
  '--format=xz',
  '--check=crc32',
  '--threads=1',
  '--block-size=0',
  '--memlimit-compress=0',
  '--no-adjust',
  '-6',
];

function runXz(program: string, args: readonly string[], input: readonly Uint8Array[]): ReturnType<typeof runProgram> {
  return runProgram({ subject: 'xz', program, args, input, hint: 'install XZ Utils' });
}

/** What is used of lzma-native: constants of liblzma, and streams of Node's kind. */
interface LzmaNative {
  readonly FILTER_LZMA2: unknown;
  readonly MODE_NORMAL: number;
  readonly MF_BT4: number;
  readonly CHECK_CRC32: number;
  versionString(): string;
  createStream(kind: 'streamEncoder', options: object): EncoderStream;
}

interface EncoderStream {
  on(event: 'data', listener: (chunk: Uint8Array) => void): unknown;
  on(event: 'end', listener: () => void): unknown;
  on(event: 'error', listener: (error: unknown) => void): unknown;
  end(bytes: Uint8Array): unknown;
}

/**
 * The package lzma-native, which brings liblzma for most machines.
 *
 * @param load - returns the package's exports, or throws
 */
export async function loadXzPackage(load: () => unknown = requireLzmaNative): Promise<XzEncoder | undefined> {
  try {
    const lzma: unknown = load();
    if (!isLzmaNative(lzma)) return undefined;
    return { name: nameOf(lzma.versionString()), compress: (bytes) => compressByPackage(lzma, bytes) };
  } catch {
    // It is not installed, or not for this machine.
    return undefined;
  }
}

function requireLzmaNative(): unknown {
  return createRequire(import.meta.url)('lzma-native');
}

function isLzmaNative(value: unknown): value is LzmaNative {
  if (typeof value !== 'object' || value === null || !('createStream' in value && 'versionString' in value))
    return false;
  return typeof value.createStream === 'function' && typeof value.versionString === 'function';
}

async function compressByPackage(lzma: LzmaNative, bytes: Uint8Array): Promise<Uint8Array> {
  const { lc, lp, pb, nice, depth } = SETTINGS;
  const dictSize = dictionarySize(bytes.length);
  const options = { mode: lzma.MODE_NORMAL, mf: lzma.MF_BT4, dictSize, lc, lp, pb, niceLen: nice, depth };
  const filters = [{ id: lzma.FILTER_LZMA2, options }];
  try {
    return await new Promise((resolve, reject) => {
      const stream = lzma.createStream('streamEncoder', { check: lzma.CHECK_CRC32, filters });
      const chunks: Uint8Array[] = [];
      stream.on('data', (chunk) => chunks.push(chunk));
      stream.on('end', () => resolve(concatBytes(chunks)));
      stream.on('error', reject);
      stream.end(bytes);
    });
  } catch (cause) {
    throw new RepomillError('transport', `lzma-native: ${messageOf(cause)}`, { cause });
  }
}

/** Bytes of the dictionary: the smallest power of two that holds the content. */
function dictionarySize(content: number): number {
  return Math.min(MAX_DICTIONARY, Math.max(MIN_DICTIONARY, 2 ** Math.ceil(Math.log2(Math.max(1, content)))));
}

function nameOf(version: string): string {
  return `liblzma ${version} ${Object.entries(SETTINGS)
    .map(([name, value]) => `${name}=${value}`)
    .join(',')}`;
}

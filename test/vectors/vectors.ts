/**
 * The vectors of `test/vectors/`, decoded.
 */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';

/** A bzip2 file and what it holds. */
export interface Bzip2Vector {
  readonly title: string;
  readonly stored: Uint8Array;
  readonly size: number;
  readonly sha256: string;
}

/** A delta and both of its files. */
export interface DeltaVector {
  readonly title: string;
  readonly old: Uint8Array;
  readonly next: Uint8Array;
  readonly delta: Uint8Array;
}

type Case = Readonly<Record<string, string | number | undefined>>;

/** All cases of `bzip2.json`. */
export function readBzip2Vectors(): readonly Bzip2Vector[] {
  return readCases('bzip2.json').map((entry) => {
    const { title, stored, content, size, sha256 } = entry;
    const bytes = content === undefined ? undefined : decodeBase64(content);
    return {
      title: String(title),
      stored: decodeBase64(stored),
      size: bytes?.length ?? Number(size),
      sha256: bytes === undefined ? String(sha256) : sha256Of(bytes),
    };
  });
}

/** All cases of `bsdiff40.json`. */
export function readDeltaVectors(): readonly DeltaVector[] {
  return readCases('bsdiff40.json').map((entry) => ({
    title: String(entry.title),
    old: decodeBase64(entry.old),
    next: decodeBase64(entry.new),
    delta: decodeBase64(entry.delta),
  }));
}

/** SHA-256 as hexadecimal digits, by which outputs of any size are compared. */
export function sha256Of(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

function readCases(file: string): readonly Case[] {
  return JSON.parse(readFileSync(new URL(file, import.meta.url), 'utf8'));
}

function decodeBase64(text: string | number | undefined): Uint8Array {
  return new Uint8Array(Buffer.from(String(text), 'base64'));
}

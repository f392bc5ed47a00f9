/**
 * What a host of a published tree has to do, whichever program it is. The preview server and real hosts are held to it.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { type IncomingHttpHeaders, request } from 'node:http';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { COMBINED_PATH, deltaPath, detailsPath, dictionaryPath, INDEX_PATH, summaryPath } from '../../src/format/paths.ts';
import { parseDigest } from '../../src/model/digest.ts';
import { headerRules, headersFor, sharedHeaders } from '../../src/publish/header-rules.ts';

/** A host that runs. */
export interface Host {
  /** Ends with a slash. */
  readonly url: string;
  stop(): Promise<void>;
}

/** An answer as it came over the wire: nothing is decoded. */
export interface RawAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

const [first, second, third] = ['a', 'b', 'c'].map((digit) => parseDigest(digit.repeat(64)));

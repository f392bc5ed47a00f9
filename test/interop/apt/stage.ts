/**
 * What the tests of a file share: a home for gpg, hosts and clients that end with the tests.
 */
import { cpSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll } from 'vitest';
import { exportKey, makeKey } from '../keys.ts';
import { type Environment, mustRun } from '../run-program.ts';
import type { Apt } from './apts.ts';
import { type ArchiveHost, startArchiveHost } from './archive-host.ts';
import { type AptClient, type ClientOptions, makeClient } from './client.ts';

/** Before everything that the tests publish: a key cannot sign what is older than itself. */
const LONG_AGO = 1_600_000_000;

/** A key pair of the tests. */
export interface KeyPair {
  readonly fingerprint: string;
  /** Files, not armored. */
  readonly publicFile: string;
  readonly secretFile: string;
}

/** Made by `openStage`; works while tests run. */
export interface Stage {
  /** For gpg and whoever asks it. */
  readonly environment: Environment;
  /** A path that nothing has used yet. */
  newDirectory(): string;
  /** A copy of a directory, with its times. */
  copyOf(directory: string): string;
  copyTo(directory: string, copy: string): void;
  newKey(name: string): Promise<KeyPair>;
  newClient(apt: Apt, options: ClientOptions): AptClient;
  serve(...directories: readonly string[]): Promise<ArchiveHost>;
}

/** Called inside `describe`, so that nothing is made where its tests are skipped. */
export function openStage(): Stage {
  let [workspace, made] = ['', 0];
  let environment: Environment = {};
  const hosts: ArchiveHost[] = [];
  const clients: AptClient[] = [];
  beforeAll(() => {
    workspace = mkdtempSync(join(tmpdir(), 'repomill-test-'));
    const gpg = join(workspace, 'gpg');
    mkdirSync(gpg, { mode: 0o700 });
    environment = { PATH: process.env.PATH ?? '', LC_ALL: 'C.UTF-8', HOME: workspace, GNUPGHOME: gpg };
  });
  afterAll(async () => {
    await Promise.all(hosts.map((host) => host.stop()));
    for (const client of clients) client.remove();
    await mustRun('gpgconf', ['--kill', 'all'], environment);
    rmSync(workspace, { recursive: true });
  });
  const stage: Stage = {
    get environment() {
      return environment;
    },
    newDirectory: () => {
      made++;
      return join(workspace, String(made));
    },
    copyOf: (directory) => {
      const copy = stage.newDirectory();
      stage.copyTo(directory, copy);
      return copy;
    },
    copyTo: (directory, copy) => cpSync(directory, copy, { recursive: true, preserveTimestamps: true }),
    newKey: async (name) => {
      const fingerprint = await makeKey(environment, name, LONG_AGO);
      return {
        fingerprint,
        publicFile: await exportKey(fingerprint, 'public', environment),
        secretFile: await exportKey(fingerprint, 'secret', environment),
      };
    },
    newClient: (apt, options) => {
      const client = makeClient(apt, options);
      clients.push(client);
      return client;
    },
    serve: async (...directories) => {
      const host = await startArchiveHost(...directories);
      hosts.push(host);
      return host;
    },
  };
  return stage;
}

/**
 * What the tests of a file share: a home for the programs, one base repository, hosts and clients that end with the tests.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll } from 'vitest';
import { type Environment, mustRun } from '../run-program.ts';
import { type Client, makeClient } from './client.ts';
import { copyRepository } from './pair.ts';
import { makeHome } from './programs.ts';
import { type PublishOptions, publishByRepomill } from './publishers.ts';
import { makeRepository } from './repository.ts';
import { type RepositoryHost, startRepositoryHost } from './repository-host.ts';

/** A repository that is published and served, and a client that knows it as the remote `test`. */
export interface Session {
  readonly repository: string;
  readonly host: RepositoryHost;
  readonly client: Client;
}

/** What happens before a session starts. */
export interface SessionOptions extends PublishOptions {
  /** Changes the copy of the base before it is published. */
  readonly change?: (repository: string) => Promise<void>;
  /** File of the key that the client trusts; without it, it verifies nothing. */
  readonly trust?: string;
}

/** Made by `openStage`; everything but `newDirectory` only works while tests run. */
export interface Stage {
  readonly environment: Environment;
  /** The base repository, never published: copy it. */
  readonly base: string;
  /** The client's own arch, as flatpak calls it. */
  readonly native: string;
  /** A path that nothing has used yet. */
  newDirectory(): string;
  newRepository(): string;
  newClient(host: RepositoryHost, trust?: string): Promise<Client>;
  serve(directory: string): Promise<RepositoryHost>;
  newSession(options?: SessionOptions): Promise<Session>;
}

/** Called inside `describe`, so that nothing is made where its tests are skipped. */
export function openStage(): Stage {
  let [workspace, native, made] = ['', '', 0];
  let environment: Environment = {};
  const hosts: RepositoryHost[] = [];
  beforeAll(async () => {
    workspace = mkdtempSync(join(tmpdir(), 'repomill-test-'));
    environment = makeHome(join(workspace, 'home'));
    native = (await mustRun('flatpak', ['--default-arch'], environment)).trim();
    await makeRepository(join(workspace, 'base'), environment);
  });
  afterAll(async () => {
    await Promise.all(hosts.map((host) => host.stop()));
    await mustRun('gpgconf', ['--kill', 'all'], environment);
    rmSync(workspace, { recursive: true });
  });
  const stage: Stage = {
    get environment() {
      return environment;
    },
    get base() {
      return join(workspace, 'base');
    },
    get native() {
      return native;
    },
    newDirectory: () => {
      made++;
      return join(workspace, String(made));
    },
    newRepository: () => {
      const repository = stage.newDirectory();
      copyRepository(stage.base, repository);
      return repository;
    },
    newClient: async (host, trust) => {
      const client = makeClient(stage.newDirectory());
      const verification = trust === undefined ? '--no-gpg-verify' : `--gpg-import=${trust}`;
      await client.flatpak('remote-add', verification, 'test', host.url);
      return client;
    },
    serve: async (directory) => {
      const host = await startRepositoryHost(directory);
      hosts.push(host);
      return host;
    },
    newSession: async ({ change, trust, ...options } = {}) => {
      const repository = stage.newRepository();
      await change?.(repository);
      await publishByRepomill(repository, environment, options);
      const host = await stage.serve(repository);
      return { repository, host, client: await stage.newClient(host, trust) };
    },
  };
  return stage;
}

import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { beforeAll, describe, expect, it } from 'vitest';
import { kindsOf, offersOf } from './offers.ts';
import { copyRepository } from './pair.ts';
import { requireFlatpak } from './programs.ts';
import { publishedPaths } from './published-files.ts';
import { publishByRepomill } from './publishers.ts';
import { commitChanging } from './repository.ts';
import type { Answer, Fault } from './repository-host.ts';
import { openStage, type Session } from './stage.ts';

/** Tries of the client where a host answers with a transient error. */
const TRIES = 6;

/** What can be wrong with a delta, and how often the client asks for it. */
const DELTA_FAULTS: readonly { title: string; answer: (delta: Buffer) => Answer; tries: number }[] = [
  { title: 'not there', answer: () => ({ status: 404 }), tries: 1 },
  { title: 'forbidden', answer: () => ({ status: 403 }), tries: 1 },
  { title: 'an error of the host', answer: () => ({ status: 500 }), tries: TRIES },
  { title: 'cut', answer: (delta) => ({ status: 200, body: delta.subarray(0, delta.length / 2) }), tries: 1 },
  { title: 'cut by the connection', answer: (delta) => ({ status: 200, body: delta, cut: true }), tries: 1 },
  { title: 'empty', answer: () => ({ status: 200, body: Buffer.alloc(0) }), tries: 1 },
  { title: 'no gzip', answer: (delta) => ({ status: 200, body: delta.map((byte) => byte ^ 0x55) }), tries: 1 },
  { title: 'gzip of something else', answer: () => ({ status: 200, body: gzipSync('something else') }), tries: 1 },
  {
    title: 'wrong in its literal data',
    answer: (delta) => ({ status: 200, body: withLastByteChanged(delta) }),
    tries: 1,
  },
  { title: 'longer than the summary', answer: (delta) => ({ status: 200, body: withCopyTooLong(delta) }), tries: 1 },
  {
    title: 'labelled as compressed, so that curl unpacks it',
    answer: (body) => ({ status: 200, headers: { 'Content-Encoding': 'gzip' }, body }),
    tries: 1,
  },
];

describe.skipIf(!requireFlatpak())('the flatpak client, if the host of a tree that repomill published fails', () => {
  const stage = openStage();
  /** A published repository, and the same after a change. */
  let [older, newer] = ['', ''];
  beforeAll(async () => {
    [older, newer] = [stage.newRepository(), stage.newDirectory()];
    await publishByRepomill(older, stage.environment);
    copyRepository(older, newer);
    await commitChanging(newer, 1, stage.environment);
    await publishByRepomill(newer, stage.environment);
  });

  it.each(DELTA_FAULTS.map((fault) => [fault.title, fault] as const))(
    'takes the whole summary instead of a delta that is %s',
    async (_, { answer, tries }) => {
      const session = await newUpdate();
      session.host.failWith((path, file) => (path.endsWith('.delta') ? answer(file) : undefined));
      await expectNewest(session);
      expect(kindsOf(session.host.takeRequests())).toEqual(['index', ...Array(tries).fill('delta'), 'summary']);
    },
  );

  it('takes the whole summary instead of a delta that belongs to a different one', async () => {
    const session = await newUpdate();
    const fault: Fault = (path) => {
      if (!path.endsWith('.delta')) return undefined;
      const others = deltasOf(session.repository).filter((other) => other !== path);
      return { status: 200, body: readFileSync(join(session.repository, others[0] ?? '')) };
    };
    session.host.failWith(fault);
    await expectNewest(session);
    expect(kindsOf(session.host.takeRequests())).toEqual(['index', 'delta', 'summary']);
  });

  it('continues with deltas after it had to take a whole summary', async () => {
    const session = await newUpdate();
    session.host.failWith((path) => (path.endsWith('.delta') ? { status: 404 } : undefined));
    await expectNewest(session);
    session.host.failWith();
    await commitChanging(session.repository, 2, stage.environment);
    await publishByRepomill(session.repository, stage.environment);
    session.host.takeRequests();
    await expectNewest(session);
    expect(kindsOf(session.host.takeRequests())).toEqual(['index', 'delta']);
  });

  it.each<[string, Fault]>([
    ['the index is an error of the host', (path) => (path === 'summary.idx' ? { status: 500 } : undefined)],
    ['the index is cut', (path, file) => (path === 'summary.idx' ? half(file) : undefined)],
    ['neither delta nor summary is there', (path) => (path.startsWith('summaries/') ? { status: 404 } : undefined)],
    ['delta and summary are cut', (path, file) => (path.startsWith('summaries/') ? half(file) : undefined)],
  ])('fails if %s, and recovers with the host', async (_, fault) => {
    const session = await newUpdate();
    session.host.failWith(fault);
    const run = await session.client.tryFlatpak('remote-ls', 'test');
    expect(run.exitCode).not.toBe(0);
    session.host.failWith();
    await expectNewest(session);
  });

  it('cannot read a summary that the host labels as compressed: it is unpacked twice', async () => {
    const session = await newUpdate();
    session.host.failWith((path, body) =>
      path.startsWith('summaries/') ? { status: 200, headers: { 'Content-Encoding': 'gzip' }, body } : undefined,
    );
    const run = await session.client.tryFlatpak('remote-ls', 'test');
    expect([run.exitCode, run.stderr]).toEqual([1, expect.stringContaining('Invalid compressed data')]);
    session.host.failWith();
    await expectNewest(session);
  });

  it('sees the whole older state, without a copy of its own, if the index is stale', async () => {
    const session = await stage.newSession();
    const before = await offersOf(session.repository, stage.environment, stage.native);
    const stale = readFileSync(join(session.repository, 'summary.idx'));
    for (let release = 1; release <= 3; release++) {
      await commitChanging(session.repository, release, stage.environment);
      await publishByRepomill(session.repository, stage.environment);
    }
    writeFileSync(join(session.repository, 'summary.idx'), stale);
    const client = await stage.newClient(session.host);
    expect(await client.list('test', stage.native)).toEqual(before);
  });

  /** A session whose client has the older summary, and whose tree has the newer one. */
  async function newUpdate(): Promise<Session> {
    const repository = stage.newDirectory();
    copyRepository(older, repository);
    const host = await stage.serve(repository);
    const session = { repository, host, client: await stage.newClient(host) };
    copyRepository(newer, repository);
    host.takeRequests();
    return session;
  }

  async function expectNewest({ client, repository }: Session): Promise<void> {
    expect(await client.list('test', stage.native)).toEqual(
      await offersOf(repository, stage.environment, stage.native),
    );
  }
});

function half(body: Buffer): Answer {
  return { status: 200, body: body.subarray(0, body.length / 2) };
}

function withLastByteChanged(delta: Buffer): Buffer {
  const content = gunzipSync(delta);
  const last = content.length - 1;
  return gzipSync(content.with(last, (content[last] ?? 0) ^ 1));
}

/** Makes the first operation copy more than any summary has. */
function withCopyTooLong(delta: Buffer): Buffer {
  const content = gunzipSync(delta);
  content.writeUInt32LE(0x0fffffff, 8);
  return gzipSync(content);
}

function deltasOf(repository: string): readonly string[] {
  return publishedPaths(repository).filter((path) => path.endsWith('.delta'));
}

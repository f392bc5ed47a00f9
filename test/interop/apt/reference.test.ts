import { readFileSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { writeFiles } from '../../workspace.ts';
import { findApts, requireApt } from './apts.ts';
import type { ArchiveHost } from './archive-host.ts';
import type { AptClient, AptSource } from './client.ts';
import { type Deb, listedStanza, makeDeb } from './debs.ts';
import { publishReference, type ReferencePublication } from './reference-archive.ts';
import { bytesOf, kindsOf } from './requests.ts';
import { type KeyPair, openStage } from './stage.ts';
import { stanzasOf } from './stanzas.ts';

const hasApt = requireApt();
const apts = hasApt ? findApts() : [];
const DAY = 86_400;
/** The first day of every archive. */
const START = 1_700_000_000;

describe.each(apts)('$title, with an archive made by the tools of Debian', (apt) => {
  const stage = openStage();
  let key: KeyPair;
  let debs: readonly Deb[] = [];
  beforeAll(async () => {
    key = await stage.newKey('archive');
    debs = await Promise.all(Array.from({ length: 60 }, (_, number) => makeDeb(`package-${number}`)));
  });

  /** Stanzas of a day: one package has a new version every day. */
  const stanzasOn = (day: number): readonly string[] =>
    debs.map((deb, place) => {
      const stanza = listedStanza(deb, `pool/${deb.fileName}`);
      return place === 30 && day > 0 ? stanza.replace('Version: 1.0', `Version: 1.0.${day}`) : stanza;
    });
  const publish = async (tree: string, day: number, change: Partial<ReferencePublication> = {}): Promise<void> => {
    const lists = { 'main/binary-amd64': stanzasOn(day) };
    const publication = { lists, seconds: START + day * DAY, sign: [key.fingerprint], ...change };
    await publishReference(tree, publication, stage.environment);
  };
  const start = async (
    change: Partial<ReferencePublication> = {},
    source: Partial<AptSource> = {},
  ): Promise<{ tree: string; host: ArchiveHost; client: AptClient }> => {
    const tree = stage.newDirectory();
    await publish(tree, 0, change);
    const host = await stage.serve(tree);
    const sources = [{ url: host.url, key: readFileSync(key.publicFile), ...source }];
    return { tree, host, client: stage.newClient(apt, { sources }) };
  };

  it('shows what was published after the first update', async () => {
    const { host, client } = await start();
    await client.mustUpdate();
    expect(kindsOf(host.takeRequests())).toEqual(['InRelease', 'Packages by hash']);
    expect(await client.available()).toEqual(stanzasOf(stanzasOn(0)));
  });

  it('takes patches, one for each day', async () => {
    const { tree, host, client } = await start();
    await client.mustUpdate();
    for (const day of [1, 2]) await publish(tree, day);
    host.takeRequests();
    await client.mustUpdate();
    const requests = host.takeRequests();
    expect(kindsOf(requests)).toEqual(['InRelease', 'patch index by hash', 'patch', 'patch']);
    expect(bytesOf(requests, /^patch$/)).toBeLessThan(400);
    expect(await client.available()).toEqual(stanzasOf(stanzasOn(2)));
  });

  it('asks once if nothing changed', async () => {
    const { host, client } = await start();
    await client.mustUpdate();
    host.takeRequests();
    await client.mustUpdate();
    expect(kindsOf(host.takeRequests())).toEqual(['304 InRelease']);
  });

  it('shows nothing, and no error, where Release lists the compressed files of a list alone', async () => {
    const { host, client } = await start({ unlisted: /Packages$/ });
    expect(await client.update()).toMatchObject({ exitCode: 0 });
    expect(kindsOf(host.takeRequests())).toEqual(['InRelease']);
    expect(await client.available()).toEqual({});
  });

  it('asks by the strongest hash that Release lists', async () => {
    const { host, client } = await start({ hashes: ['SHA256', 'SHA512'] });
    await client.mustUpdate();
    expect(host.takeRequests().at(-1)?.path).toContain('/by-hash/SHA512/');
  });

  it('refuses a Release without SHA-256 and SHA-512', async () => {
    const { client } = await start({ hashes: ['MD5', 'SHA1'] });
    const run = await client.update();
    expect(run).toMatchObject({
      exitCode: 100,
      stderr: expect.stringContaining('provides only weak security information'),
    });
  });

  it('refuses a Release of the future', async () => {
    const { client } = await start({ seconds: 7_000_000_000 });
    const run = await client.update();
    expect(run).toMatchObject({ exitCode: 100, stderr: expect.stringContaining('is not valid yet') });
  });

  it('passes over a publication whose date did not grow, and says nothing', async () => {
    const { tree, client } = await start({ seconds: START + DAY });
    await client.mustUpdate();
    await publish(tree, 1, { seconds: START });
    await client.mustUpdate();
    expect(await client.available()).toEqual(stanzasOf(stanzasOn(0)));
  });

  it('does not see a publication of a host whose file has an older time than its copy', async () => {
    const { tree, host, client } = await start();
    host.behave({ notModified: 'not newer' });
    await client.mustUpdate();
    await publish(tree, 1);
    utimesSync(join(tree, 'dists/stable/InRelease'), START - DAY, START - DAY);
    host.takeRequests();
    await client.mustUpdate();
    expect(kindsOf(host.takeRequests())).toEqual(['304 InRelease']);
  });

  it.each(['Origin', 'Label', 'Codename'])('refuses a publication with a different %s', async (field) => {
    const { tree, client } = await start();
    await client.mustUpdate();
    await publish(tree, 1, { release: { [field]: 'different' } });
    const run = await client.update();
    expect(run).toMatchObject({ exitCode: 100, stderr: expect.stringContaining(`changed its '${field}' value from`) });
    expect(await client.available()).toEqual(stanzasOf(stanzasOn(0)));
  });

  it.each(['\n\n', '# comment\n'])('cannot read any list of the machine where one begins with %j', async (head) => {
    const { client } = await start({ meddle: (list) => head + list });
    const run = await client.update();
    expect(run).toMatchObject({ exitCode: 100, stderr: expect.stringContaining('section with no Package: header') });
  });

  it('finds an upper-case digest of a package wrong', async () => {
    const { host, client } = await start({
      meddle: (list) => list.replaceAll(/^SHA256: .*/gm, (line) => line.toUpperCase().replace(/.*:/, 'SHA256:')),
    });
    const [deb] = debs;
    await client.mustUpdate();
    host.vary((path) => (path.endsWith('.deb') ? { status: 200, body: deb?.bytes ?? Buffer.alloc(0) } : undefined));
    await expect(client.fetch('download', 'package-0')).rejects.toThrow('Hash Sum mismatch');
  });

  it.each([
    ['finds', true, 200],
    ['does not find', false, 404],
  ])(
    'asks for + and ~ as %%2b and %%7e, and %s the file on a host that decodes them: %s',
    async (_, decodes, status) => {
      const { tree, host, client } = await start({
        meddle: (list) => list.replace('pool/package-7_1.0', 'pool/package-7+b_1~0'),
      });
      const [, , , , , , , deb] = debs;
      writeFiles(tree, { 'pool/package-7+b_1~0_amd64.deb': deb?.bytes ?? '' });
      await client.mustUpdate();
      host.behave({ decodes });
      host.takeRequests();
      const fetched = client.fetch('download', 'package-7').then(
        (files) => files.size,
        () => 0,
      );
      expect(await fetched).toBe(decodes ? 1 : 0);
      const raw = 'pool/package-7%2bb_1%7e0_amd64.deb';
      expect(host.takeRequests()).toEqual([expect.objectContaining({ raw, status })]);
    },
  );

  it('does not find a package whose name has an upper-case letter', async () => {
    const { client } = await start({
      meddle: (list) => list.replaceAll('Package: package-7\n', 'Package: Package-7\n'),
    });
    await client.mustUpdate();
    await expect(client.fetch('download', 'Package-7')).rejects.toThrow('Unable to locate package Package-7');
  });

  it.each([
    ['applies patches in the order of their names', ['1', '2'], 'patch'],
    ['takes the whole list where that is not the order in which they were made', ['2', '1'], 'Packages by hash'],
  ])('%s', async (_, [first = '', second = ''], last) => {
    const { tree, host, client } = await start();
    await client.mustUpdate();
    await publish(tree, 1, { patchName: first });
    await publish(tree, 2, { patchName: second });
    host.takeRequests();
    await client.mustUpdate();
    expect(kindsOf(host.takeRequests()).at(-1)).toBe(last);
    expect(await client.available()).toEqual(stanzasOf(stanzasOn(2)));
  });
});

import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { Random } from '../../../bench/generate/random.ts';
import { type Apt, findApts, requireApt } from './apts.ts';
import type { ArchiveHost } from './archive-host.ts';
import type { AptClient } from './client.ts';
import { stanzaOf } from './debs.ts';
import { listConfig, publish, writeLists } from './publishers.ts';
import { kindsOf } from './requests.ts';
import { type KeyPair, openStage } from './stage.ts';
import { stanzasOf } from './stanzas.ts';

const hasApt = requireApt();
const apts = hasApt ? findApts() : [];

/** Days of each history. */
const DAYS = 8;

describe.skipIf(!hasApt)('an archive whose list changes in every way', () => {
  const stage = openStage();
  let key: KeyPair;
  beforeAll(async () => {
    key = await stage.newKey('archive');
  });

  describe.each([
    { title: 'in one piece', packages: 60, apt: {}, withoutCache: false },
    {
      title: 'in many pieces',
      packages: 500,
      apt: { compress: { xz: { piece: '16 kB' }, gz: {} } },
      withoutCache: false,
    },
    { title: 'without a cache', packages: 60, apt: {}, withoutCache: true },
  ])('$title', ({ title, packages, apt: settings, withoutCache }) => {
    const history = historyOf(title, packages);
    const trees: string[] = [];
    beforeAll(async () => {
      const [input, tree] = [stage.newDirectory(), stage.newDirectory()];
      for (const [day, stanzas] of history.entries()) {
        // The other list keeps the archive from ever being empty.
        writeLists(input, { 'main/amd64': stanzas, 'extra/amd64': historyOf('other', 3)[0] ?? [] });
        const config = listConfig({ history: DAYS, keep: '30 days', ...settings });
        await publish(stage, input, tree, { config, sign: [key.secretFile], day, withoutCache });
        trees.push(stage.copyOf(tree));
      }
    }, 120_000);

    describe.each(apts)('$title', (apt) => {
      it('is seen by clients that update every day, now and then, and for the first time', async () => {
        const host = await stage.serve();
        const clients = [1, 3].map((every) => ({ every, client: newClient(apt, host) }));
        const patched: string[] = [];
        for (const [day, tree] of trees.entries()) {
          host.serve(tree);
          const due = [{ client: newClient(apt, host) }, ...clients.filter(({ every }) => day % every === 0)];
          for (const { client } of due) {
            host.takeRequests();
            await client.mustUpdate();
            patched.push(...kindsOf(host.takeRequests()).filter((kind) => kind === 'patch'));
            expect(await client.available()).toEqual(stanzasOf(history[day] ?? []));
          }
        }
        expect(patched).toContain('patch');
      }, 120_000);

      it.each([1, 4])('is seen by a client of day %i on the last day', async (day) => {
        const host = await stage.serve(trees[day] ?? '');
        const client = newClient(apt, host);
        await client.mustUpdate();
        host.serve(trees.at(-1) ?? '');
        await client.mustUpdate();
        expect(await client.available()).toEqual(stanzasOf(history.at(-1) ?? []));
      });
    });
  });

  function newClient(apt: Apt, host: ArchiveHost): AptClient {
    return stage.newClient(apt, { sources: [{ url: host.url, key: readFileSync(key.publicFile) }] });
  }
});

/** The list of each day: packages come and go at both ends and in the middle, change, change back, and grow. */
function historyOf(seed: string, packages: number): readonly (readonly string[])[] {
  const random = new Random(seed);
  let next = 0;
  const add = (): readonly [string, string] => {
    // Names anywhere in the order, but in the order in which they were made at its ends.
    const letter = random.pick(['0', 'a', 'lib', 'm', 'z']);
    const name = `${letter}${random.below(10_000)}-${next++}`;
    return [name, newStanza(name, 0, random)];
  };
  let current = new Map(Array.from({ length: packages }, add));
  const days: (readonly string[])[] = [];
  for (let day = 0; day < DAYS; day++) {
    days.push([...current].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, stanza]) => stanza));
    const earlier = days[random.below(days.length)] ?? [];
    const names = [...current.keys()].sort();
    const change = [
      () => names.slice(0, 3).map((name) => current.delete(name)),
      () => names.slice(-3).map((name) => current.delete(name)),
      () => random.some(names, 5).map((name) => current.delete(name)),
      () => random.some(names, 8).map((name) => current.set(name, newStanza(name, day + 1, random))),
      () => [add(), add(), add()].map(([name, stanza]) => current.set(name, stanza)),
      () => names.slice(0, 1).map((name) => current.set(name, newStanza(name, day + 1, random))),
      () => names.slice(-1).map((name) => current.set(name, newStanza(name, day + 1, random))),
      // Back to an earlier day.
      () => {
        current = new Map(earlier.map((stanza) => [/^Package: (.*)$/m.exec(stanza)?.[1] ?? '', stanza]));
      },
    ];
    for (const one of random.some(change, 1 + random.below(3))) one();
  }
  return days;
}

function newStanza(name: string, build: number, random: Random): string {
  const long = ` ${'word '.repeat(1 + random.skewed(60)).trimEnd()}\n`.repeat(random.skewed(6));
  return stanzaOf({
    Package: name,
    Version: `1.${build}`,
    Architecture: random.pick(['amd64', 'all']),
    Maintainer: 'Example Archive <archive@example.org>',
    Description: `the package ${name}\n${long}`.trimEnd(),
    Filename: `pool/${name}_1.${build}.deb`,
    Size: String(random.between(1, 1_000_000)),
    SHA256: Array.from({ length: 64 }, () => '0123456789abcdef'.charAt(random.below(16))).join(''),
  });
}

/**
 * One publication of an apt archive after the other: what is refused stays refused, what goes goes when it should, and what stops
 * machines is said before.
 */
import { cpSync, readFileSync, realpathSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { build } from '../../src/build.ts';
import type { BuildReport } from '../../src/publish/build-report.ts';
import { stanza } from '../apt-tree.ts';
import { failureOf } from '../failure.ts';
import { listPaths, makeWorkspace, sha256Of, writeFiles } from '../workspace.ts';

const example = fileURLToPath(new URL('../../examples/08-apt/', import.meta.url));
const workspace = realpathSync(makeWorkspace());
let counter = 0;
const freshPath = (): string => join(workspace, String(counter++));
const UNSIGNED = 'not signed: apt takes it only from sources with [trusted=yes]; sign it with --sign KEY';

/** An archive that is published day by day. */
function openArchive(): {
  readonly input: string;
  readonly out: string;
  publish(day: number, config?: string): Promise<BuildReport>;
} {
  const [input, out, cache] = [freshPath(), freshPath(), freshPath()];
  const publish = (day: number, config = ''): Promise<BuildReport> => {
    const file = writeFiles(freshPath(), { 'a.yaml': `name: greetings\n${config}` });
    const now = new Date((1_700_000_000 + day * 86_400) * 1000);
    return build({ input, out, cache, layout: 'apt', config: join(file, 'a.yaml'), now });
  };
  return { input, out, publish };
}

/** Some of the sample packages. */
function openExample(): ReturnType<typeof openArchive> & { update(): void } {
  const archive = openArchive();
  cpSync(join(example, 'debs'), archive.input, { recursive: true });
  return {
    ...archive,
    update() {
      rmSync(join(archive.input, 'greet_1.0-1_amd64.deb'));
      cpSync(join(example, 'update'), archive.input, { recursive: true });
    },
  };
}

const greets = (out: string): readonly string[] => listPaths(out).filter((path) => /greet_.*amd64/.test(path));

describe('an apt archive', () => {
  it('refuses two packages of one name, version and arch, however often it is built', async () => {
    const { input, publish } = openArchive();
    writeFiles(input, {
      'a/Packages': stanza('hello', { Description: 'one' }),
      'b/Packages': stanza('hello', { Description: 'another' }),
    });
    const conflict = {
      file: 'b/Packages',
      line: 1,
      message: 'hello 1.0 (amd64) is also defined at a/Packages:1, with different content',
    };
    expect((await failureOf(publish(0))).problems).toEqual([conflict]);
    expect((await failureOf(publish(1))).problems).toEqual([conflict]);
  });

  it('keeps what was replaced for a week, and removes it with the next build', async () => {
    const { out, publish, update } = openExample();
    await publish(0);
    update();
    await publish(1);
    await publish(8);
    const both = ['pool/main/g/greet/greet_1.0-1_amd64.deb', 'pool/main/g/greet/greet_1.1-1_amd64.deb'];
    expect(greets(out)).toEqual(both);
    await publish(9);
    expect(greets(out)).toEqual(both.slice(1));
  });

  it('removes what was replaced at once if nothing is to stay', async () => {
    const { out, publish, update } = openExample();
    await publish(0);
    update();
    await publish(1, 'apt: { keep: 0 days }');
    expect(greets(out)).toEqual(['pool/main/g/greet/greet_1.1-1_amd64.deb']);
  });

  it('says before it is published what stops machines', async () => {
    const { publish } = openExample();
    expect((await publish(0)).warnings).toEqual([UNSIGNED]);
    expect((await publish(1, 'apt: { origin: Greetings, suites: { stable: { arches: [amd64] } } }')).warnings).toEqual([
      UNSIGNED,
      'dists/stable: changes Origin from "" to "Greetings"; machines that have the suite refuse it until apt-get update --allow-releaseinfo-change',
      'dists/stable: no list for arm64 any more; to keep lists for machines of every kind, name their architectures in `arches`',
    ]);
  });

  it('says that it cannot list the files of packages that are not there', async () => {
    const { input, publish } = openArchive();
    writeFiles(input, { Packages: stanza('hello') });
    const { warnings } = await publish(0, 'apt: { contents: true }');
    expect(warnings.map((line) => line.replace(/^.*a\.yaml/, 'a.yaml'))).toEqual([
      UNSIGNED,
      'a.yaml:2: apt.contents: the packages are not in the input, so nothing lists their files',
    ]);
  });

  it('says which packages a list beside them lacks', async () => {
    const { input, publish } = openExample();
    const list = readFileSync(join(input, 'greet_1.0-1_amd64.deb'));
    writeFiles(input, {
      Packages: stanza('greet', {
        Version: '1.0-1',
        Filename: './greet_1.0-1_amd64.deb',
        Size: String(list.length),
        SHA256: sha256Of(list),
      }),
    });
    const { packages, warnings } = await publish(0);
    expect([packages, warnings]).toEqual([
      1,
      [
        "greet-data_1.0-1_all.deb: not read, nor are 3 other packages, because lists of packages are read instead, and lack them; to read packages and no lists, write `inputs: ['**/*.deb']` in repomill.yaml",
        UNSIGNED,
      ],
    ]);
  });
});

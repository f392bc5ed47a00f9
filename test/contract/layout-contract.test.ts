import { join } from 'node:path';
import { expect, it } from 'vitest';
import { layoutNames } from '../../src/layouts/layouts.ts';
import { OstreeRepository } from '../ostree-repository.ts';
import { asLines, sampleRelease } from '../sample-records.ts';
import { writeFiles } from '../workspace.ts';
import { type ContractSubject, describeLayout } from './layout-contract.ts';

const subjects: readonly ContractSubject[] = [
  {
    layout: 'native',
    write(directory, release, order) {
      const records = sampleRelease(40, release * 70).map((record, i) => {
        return i % 16 === 0 ? { ...record, details: { changelog: `${record.name} changed. `.repeat(20) } } : record;
      });
      const [first, second] = order === 'forward' ? ['a', 'b'] : ['b', 'a'];
      const sorted = order === 'forward' ? records : records.toReversed();
      const input = writeFiles(join(directory, `input-${release}`), {
        [`${first}.jsonl`]: asLines(sorted.slice(0, 20)),
        [`${second}.jsonl`]: asLines(sorted.slice(20)),
        'repomill.yaml': 'name: sample\nsubsets:\n  licensed: licence = MIT\ncombined: [amd64]\n',
      });
      return { input, out: join(directory, 'public') };
    },
  },
  {
    layout: 'flatpak',
    write(directory, release, order) {
      const repository = new OstreeRepository(directory);
      const refs = ['org.a.App', 'org.b.App', 'org.c.App'].flatMap((id) =>
        ['x86_64', 'aarch64'].map((arch) => `app/${id}/${arch}/stable`),
      );
      for (const ref of order === 'forward' ? refs : refs.toReversed()) {
        const isChanged = release === 1 && ref === refs[0];
        repository.commit(ref, {
          subsets: ref.includes('org.b') ? ['free'] : [],
          timestamp: isChanged ? 1_600_000_500n : 1_600_000_000n,
          text: `[Application]\nname=${ref.split('/')[1]}\n`,
        });
      }
      return { input: directory, out: directory };
    },
    optional: { summary: 'only clients before flatpak 1.9 read it' },
  },
  {
    layout: 'apt',
    write(directory, release, order) {
      const records = sampleRelease(40, release * 70);
      const sorted = order === 'forward' ? records : records.toReversed();
      const [first, second] = order === 'forward' ? ['a', 'b'] : ['b', 'a'];
      const input = writeFiles(join(directory, `input-${release}`), {
        [`${first}.jsonl`]: asLines(sorted.slice(0, 20)),
        [`${second}.jsonl`]: asLines(sorted.slice(20)),
        'repomill.yaml': 'name: sample\napt:\n  history: 4\n',
      });
      return { input, out: join(directory, 'public') };
    },
  },
];

for (const subject of subjects) describeLayout(subject);

it('every layout of the table is a subject', () => {
  expect(subjects.map(({ layout }) => layout)).toEqual(layoutNames);
});

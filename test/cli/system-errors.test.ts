import { mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { repomill } from '../launcher.ts';
import { sampleRecord } from '../sample-records.ts';
import { makeWorkspace, writeFiles } from '../workspace.ts';

const cwd = makeWorkspace();
const LONG = 'x'.repeat(300);

beforeAll(async () => {
  writeFiles(join(cwd, 'in'), { 'a.json': JSON.stringify(sampleRecord('a', '1', 'amd64')) });
  mkdirSync(join(cwd, 'links'));
  symlinkSync('there', join(cwd, 'links/here'));
  symlinkSync('here', join(cwd, 'links/there'));
  await repomill(['build', 'in', '--out', 'tree'], { cwd });
});

const LOOP = 'too many symbolic links encountered';

describe.skipIf(process.platform === 'win32')(
  'what the system refuses is told in one line, with the path that was typed',
  () => {
    it.each([
      ['build in --out o --cache links/here', `links/here: cannot read: ${LOOP}`],
      [`build in --out o --cache ${LONG}`, `${LONG}: cannot read: name too long`],
      ['build in --out links/here', `links/here: cannot read: ${LOOP}`],
      [`build in --out ${LONG}`, `${LONG}: cannot read: name too long`],
      ['build links/here --out o', `links/here/repomill.yaml: cannot read: ${LOOP}`],
      ['build in --out o --config in', 'in: expected a file, found a directory'],
      [`build in --out o --config ${LONG}`, `${LONG}: cannot read: name too long`],
      [`build in --out o --metrics ${LONG}`, `${LONG}: cannot write: name too long`],
      [`pull tree --cache ${LONG}`, `${join(cwd, LONG)}: cannot read: name too long`],
      ['pull tree --cache links/here', `${join(cwd, 'links/here')}: cannot read: ${LOOP}`],
      ['inspect links/here', `links/here: cannot read: ${LOOP}`],
      [`init ${LONG}`, `${LONG}/.github/workflows/publish.yml: cannot write: name too long`],
      ['init i --from links/here', `links/here: cannot read: ${LOOP}`],
    ])('by %s', async (words, message) => {
      const { exitCode, stderr } = await repomill(words.split(' '), { cwd });
      expect(stderr).toBe(`repomill: error: ${message}\n`);
      expect(exitCode).toBe(1);
    });

    it('by build --config of a device without an end', async () => {
      const { exitCode, stderr } = await repomill(['build', 'in', '--out', 'o', '--config', '/dev/zero'], { cwd });
      expect(stderr).toMatch(/^repomill: error: \/dev\/zero: expected a file, found a .*device\n$/);
      expect(exitCode).toBe(1);
    });
  },
);

it('a configuration has at most a mebibyte', async () => {
  writeFiles(join(cwd, 'long'), { 'repomill.yaml': `name: a\n${'# x\n'.repeat(1 << 18)}` });
  const { exitCode, stderr } = await repomill(['build', 'long', '--out', 'o'], { cwd });
  expect(stderr).toBe(
    `repomill: error: long/repomill.yaml: expected at most ${1 << 20} bytes, found ${8 + (1 << 20)}\n`,
  );
  expect(exitCode).toBe(2);
});

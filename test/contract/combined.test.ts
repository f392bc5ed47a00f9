import { execFileSync } from 'node:child_process';
import { copyFileSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { build } from '../../src/build.ts';
import type { CombinedEntry } from '../../src/layouts/native/format/repository-index.ts';
import { requireProgram } from '../interop/programs.ts';
import { asLines, sampleRecord, sampleRelease } from '../sample-records.ts';
import { makeWorkspace, sha256Of, writeFiles } from '../workspace.ts';
import { gunzipByShell } from './shell.ts';

const hasGunzip = requireProgram('gunzip');
const first = sampleRelease(60, 0);
const second = sampleRelease(60, 60);

describe.skipIf(!hasGunzip)('combined.jsonl.gz', () => {
  const workspace = makeWorkspace();
  let out: string;
  let counter = 0;
  const publish = async (records: readonly unknown[], settings = 'combined: [amd64, arm64]'): Promise<void> => {
    const files = { 'all.jsonl': asLines(records), 'repomill.yaml': `name: sample\n${settings}\n` };
    await build({ input: writeFiles(join(workspace, 'input'), files), out });
  };
  const file = (): string => join(out, 'combined.jsonl.gz');
  const content = (): string => gunzipByShell(file()).toString('utf8');
  const entry = (): CombinedEntry => JSON.parse(readFileSync(join(out, 'index.json'), 'utf8')).signed.combined;
  const expectNamed = (): void => {
    const { sha256, size, storedSize } = entry();
    expect(sha256Of(content())).toBe(sha256);
    expect(Buffer.byteLength(content())).toBe(size);
    expect(statSync(file()).size).toBe(storedSize);
  };
  beforeEach(async () => {
    out = join(workspace, String(counter++));
    await publish(first);
  });

  it('has the digest and the sizes that the index names, and is complete for `gunzip -t`', () => {
    expectNamed();
    expect(() => execFileSync('gunzip', ['-t', file()])).not.toThrow();
  });

  it('has each record of its architectures once, one JSON document a line, in the order of their names', () => {
    const records = content().trimEnd().split('\n');
    expect(records.map((line): unknown => JSON.parse(line))).toEqual(first);
    expect(entry().packages).toBe(records.length);
  });

  it('is canonical JSON: its keys in order, without white space', () => {
    expect(content()).toBe(asLinesInOrderOfKeys(first));
  });

  it('has the digest that the index names after an update', async () => {
    await publish(second);
    expectNamed();
    expect(content()).toBe(asLinesInOrderOfKeys(second));
  });

  it('has the digest that the index names after an update that keeps every length', async () => {
    const [head, ...others] = first;
    await publish([{ ...head, summary: 'The package PACKAGE-0000' }, ...others]);
    expectNamed();
  });

  it.each([
    ['other bytes of the same length', (bytes: Buffer) => bytes.fill(0, bytes.length >> 1)],
    ['a part of it', (bytes: Buffer) => bytes.subarray(0, bytes.length >> 1)],
  ])('is restored by a build without changes if its content is %s', async (_, damage) => {
    const intact = readFileSync(file());
    writeFileSync(file(), damage(Buffer.from(intact)));
    await publish(first);
    expect(readFileSync(file()).equals(intact)).toBe(true);
  });

  it('is not written by a build without changes', async () => {
    const { mtimeNs, ino } = statSync(file(), { bigint: true });
    await publish(first);
    expect(statSync(file(), { bigint: true })).toMatchObject({ mtimeNs, ino });
  });

  it('is restored by an update where there is a different file of this name', async () => {
    copyFileSync(join(out, 'index.json'), file());
    await publish(second);
    expectNamed();
  });

  it('holds only the architectures that the configuration names', async () => {
    await publish([sampleRecord('one', '1', 'amd64'), sampleRecord('two', '1', 'arm64')], 'combined: [arm64]');
    expect(content()).toBe(asLinesInOrderOfKeys([sampleRecord('two', '1', 'arm64')]));
  });

  it('is a gzip file, and as long as the index says, if no record is in it', async () => {
    await publish([sampleRecord('one', '1', 'amd64')], 'arches: [amd64, riscv64]\ncombined: [riscv64]');
    expect(content()).toBe('');
    expect(entry()).toMatchObject({ size: 0, packages: 0 });
    expectNamed();
  });

  it('is removed with the setting that asked for it', async () => {
    await publish(first, 'history: 16');
    expect(statSync(file(), { throwIfNoEntry: false })).toBeUndefined();
    expect(entry()).toBeUndefined();
  });
});

function asLinesInOrderOfKeys(records: readonly object[]): string {
  return asLines(
    records.map((record) => Object.fromEntries(Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1)))),
  );
}

import { linkSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  differOnlyInMetadata,
  type FileStamp,
  fileStampOf,
  isSettled,
} from '../../../../src/platform/files/file-stamp.ts';
import { makeWorkspace } from '../../../workspace.ts';

const workspace = makeWorkspace();
const stampOf = (file: string): FileStamp => fileStampOf(statSync(file, { bigint: true }));
const stampAt = (changedAt: bigint): FileStamp => ({ size: 0, text: '', changedAt });
const SECOND = 1_000_000_000n;

/** Waits until the file system gives a new file a later time: many kernels count in milliseconds. */
function waitForTickAfter({ changedAt }: FileStamp): void {
  const probe = join(workspace, 'probe');
  do writeFileSync(probe, '');
  while (stampOf(probe).changedAt <= changedAt);
}

describe('the stamp of a file', () => {
  it('changes with its content, even if size and time of modification are put back', () => {
    const file = join(workspace, 'a');
    writeFileSync(file, 'one');
    const time = new Date(1_000_000_000_000);
    utimesSync(file, time, time);
    const before = stampOf(file);
    waitForTickAfter(before);
    writeFileSync(file, 'two');
    utimesSync(file, time, time);
    expect(stampOf(file).size).toBe(before.size);
    expect(stampOf(file).text).not.toBe(before.text);
    expect(stampOf(file).changedAt).toBeGreaterThan(BigInt(time.getTime()) * 1_000_000n);
  });

  it('differs only in metadata after a hard link was made', () => {
    const file = join(workspace, 'b');
    writeFileSync(file, 'b');
    const before = stampOf(file);
    linkSync(file, join(workspace, 'c'));
    expect(differOnlyInMetadata(before, stampOf(join(workspace, 'c')))).toBe(true);
    writeFileSync(file, 'longer');
    expect(differOnlyInMetadata(before, stampOf(file))).toBe(false);
  });
});

describe('a file is settled', () => {
  it.each<[string, bigint, bigint, boolean]>([
    ['a second after a change', 5n * SECOND + 1n, 6n * SECOND, true],
    ['51 milliseconds after a change', 5n * SECOND + 1n, 5n * SECOND + 51_000_000n, true],
    ['not 50 milliseconds after a change', 5n * SECOND + 1n, 5n * SECOND + 50_000_001n, false],
    ['not at the moment of a change', 5n * SECOND + 1n, 5n * SECOND + 1n, false],
    ['not before a change, on a clock that is ahead', 9n * SECOND + 1n, 5n * SECOND, false],
    ['not two seconds after a change, where times are whole seconds', 5n * SECOND, 7n * SECOND, false],
    ['more than two seconds after a change, where times are whole seconds', 5n * SECOND, 7n * SECOND + 1n, true],
  ])('%s', (_title, changed, time, settled) => {
    expect(isSettled(stampAt(changed), time)).toBe(settled);
  });
});

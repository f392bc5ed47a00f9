import { chmodSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { encodeText } from '../../../../src/bytes/bytes.ts';
import { replaceFileNow } from '../../../../src/platform/files/replace-now.ts';
import { listPaths, makeWorkspace, writeFiles } from '../../../workspace.ts';

const root = makeWorkspace();

describe.skipIf(process.platform === 'win32')('a file that is replaced at once', () => {
  it('keeps its mode, and leaves nothing else', () => {
    const directory = writeFiles(join(root, 'kept'), { metrics: 'old' });
    const file = join(directory, 'metrics');
    // More than any usual umask lets a new file have.
    chmodSync(file, 0o666);
    replaceFileNow(file, encodeText('new'));
    expect([readFileSync(file, 'utf8'), statSync(file).mode & 0o777]).toEqual(['new', 0o666]);
    expect(listPaths(directory)).toEqual(['metrics']);
  });
});

/**
 * What flatpak itself does for a build, where it is asked to: appstream branches and static deltas before the repository is read,
 * pruning after the tree is published. It never writes a summary. FLATPAK.md, "Settings".
 */
import { RepomillError } from '../../../errors.ts';
import { compareText } from '../../../model/order.ts';
import { isSuperblock, STATIC_DELTAS_PATH } from '../../../ostree/paths.ts';
import { openFolder } from '../../../platform/files/folder.ts';
import { realPathOf } from '../../../platform/files/read-files.ts';
import { runProgram } from '../../../platform/process/run-program.ts';
import type { OutsideWork } from '../../layout.ts';
import type { FlatpakWork } from '../settings.ts';

type Work = OutsideWork<FlatpakWork>;

const UPDATE = ['build-update-repo', '--no-update-summary'];

/**
 * Has flatpak make appstream branches and static deltas. If it is only to prune later, makes sure that it is there.
 *
 * @throws RepomillError `usage` if there is no flatpak, or if it cannot sign with the build's keys; `transport` if it fails
 */
export async function completeByFlatpak(work: Work): Promise<void> {
  const { appstream, staticDeltas, prune } = work.settings;
  if (!appstream && staticDeltas === undefined) {
    if (prune !== undefined) await runFlatpak(work, 'prune', ['--version']);
    return;
  }
  const { jobs, ignore = [] } = staticDeltas ?? {};
  const deltas = [
    '--generate-static-deltas',
    ...(jobs === undefined ? [] : [`--static-delta-jobs=${jobs}`]),
    ...ignore.map((pattern) => `--static-delta-ignore-ref=${pattern}`),
  ];
  await runFlatpak(work, appstream ? 'appstream' : 'staticDeltas', [
    ...UPDATE,
    ...(appstream ? signingOptions(work) : ['--no-update-appstream']),
    ...(staticDeltas === undefined ? [] : deltas),
    await realPathOf(work.input),
  ]);
}

/**
 * Has flatpak remove commits that no client needs any more. Resolves to whether static deltas have gone with them.
 *
 * @throws RepomillError `usage` if there is no flatpak; `transport` if it fails
 */
export async function pruneByFlatpak(work: Work): Promise<boolean> {
  const { prune } = work.settings;
  if (prune === undefined) return false;
  const before = staticDeltasOf(work.input);
  const options = ['--no-update-appstream', '--prune', `--prune-depth=${prune}`];
  await runFlatpak(work, 'prune', [...UPDATE, ...options, await realPathOf(work.input)]);
  return staticDeltasOf(work.input) !== before;
}

/** Appstream branches are commits, which flatpak signs itself: by gpg, never with the key of a file. */
function signingOptions({ signer }: Work): readonly string[] {
  if (signer === undefined) return [];
  if (signer.ring === undefined) {
    throw new RepomillError(
      'usage',
      'flatpak.appstream: flatpak signs with keys that gpg has, not with a key in a file',
      {
        hint: 'gpg --import the key, and name it by its fingerprint with --sign',
      },
    );
  }
  const { keys, homedir } = signer.ring;
  return [...keys.map((key) => `--gpg-sign=${key}`), ...(homedir === undefined ? [] : [`--gpg-homedir=${homedir}`])];
}

async function runFlatpak({ input, signal }: Work, setting: keyof FlatpakWork, args: readonly string[]): Promise<void> {
  const subject = `flatpak.${setting}`;
  const { code, messages } = await runProgram({
    subject,
    program: 'flatpak',
    args,
    hint: 'install flatpak, or leave out appstream, staticDeltas and prune: everything else works without it',
    signal,
  });
  if (code === 0) return;
  const said =
    messages
      .trimEnd()
      .split('\n')
      .at(-1)
      ?.replace(/^error: /, '') ?? '';
  throw new RepomillError('transport', `${subject}: flatpak: ${said || `ended with exit code ${code}`}`, {
    path: input,
  });
}

function staticDeltasOf(repository: string): string {
  const files = openFolder(repository).list(STATIC_DELTAS_PATH);
  return files.filter(isSuperblock).toSorted(compareText).join('\n');
}

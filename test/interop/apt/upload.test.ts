import { chmodSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { isDeepStrictEqual } from 'node:util';
import { beforeAll, describe, expect, it } from 'vitest';
import { writeFiles } from '../../workspace.ts';
import { requireProgram } from '../programs.ts';
import { mustRun } from '../run-program.ts';
import { findApts, requireApt } from './apts.ts';
import type { ArchiveHost } from './archive-host.ts';
import type { AptClient } from './client.ts';
import { type Deb, makeDeb } from './debs.ts';
import { publish } from './publishers.ts';
import { type KeyPair, openStage } from './stage.ts';
import { fieldsOf } from './stanzas.ts';

const hasApt = requireApt();
const hasRsync = requireProgram('rsync');
const apts = hasApt ? findApts() : [];
const SCRIPT = fileURLToPath(new URL('../../../templates/hosts/upload.sh', import.meta.url));

/** Uploads to a directory of this machine, and keeps a copy of it after each step. */
const RSYNC = `#!/bin/bash
set -e
target="\${!#}"
"$REAL_RSYNC" "\${@:1:$#-1}" "\${target#host:}"
cp -a "\${target#host:}" "$STATES/$(printf %03d "$(ls "$STATES" | wc -l)")"
`;

describe.skipIf(!hasApt || !hasRsync)('an apt archive while templates/hosts/upload.sh uploads it', () => {
  const stage = openStage();
  let key: KeyPair;
  let debs: readonly Deb[] = [];
  /** The states of the host, the first of which is that of the last publication. */
  const states: string[] = [];
  beforeAll(async () => {
    key = await stage.newKey('archive');
    const [programs, states_, target] = [stage.newDirectory(), stage.newDirectory(), stage.newDirectory()];
    for (const directory of [states_, target]) mkdirSync(directory);
    const real = (await mustRun('sh', ['-c', 'command -v rsync'], stage.environment)).trim();
    chmodSync(join(writeFiles(programs, { rsync: RSYNC }), 'rsync'), 0o755);
    const environment = {
      PATH: [programs, process.env.PATH].join(delimiter),
      REAL_RSYNC: real,
      STATES: states_,
      GRACE: '0',
    };
    const [input, tree] = [stage.newDirectory(), stage.newDirectory()];
    // No file of the first publication is needed after the second.
    const config = { name: 'example', apt: { keep: '0 days' } };
    debs = await Promise.all(['1.0', '2.0'].map((version) => makeDeb('changing++', { version })));
    for (const [day, deb] of debs.entries()) {
      rmSync(input, { recursive: true, force: true });
      writeFiles(input, { [deb.fileName]: deb.bytes });
      await publish(stage, input, tree, { config, sign: [key.secretFile], day });
      await mustRun('sh', [SCRIPT, tree, `host:${target}`], environment);
      if (day === 0) states.push(stage.copyOf(target));
      const kept = readdirSync(states_)
        .sort()
        .map((name) => join(states_, name));
      if (day === 1) states.push(...kept.slice(kept.length / 2));
    }
  });
  const newClient = (apt: (typeof apts)[number], host: ArchiveHost): AptClient =>
    stage.newClient(apt, { sources: [{ url: host.url, key: readFileSync(key.publicFile) }] });

  /** The version that a client sees, after it has downloaded the package. */
  const versionFor = async (client: AptClient): Promise<string> => {
    await client.mustUpdate();
    const [shown] = Object.values(await client.available());
    const deb = debs.find(({ control }) => fieldsOf(control).version === shown?.version);
    const files = [...(await client.fetch('download', 'changing++')).values()];
    return isDeepStrictEqual(files, [deb?.bytes]) ? (shown?.version ?? '') : 'a different file';
  };

  it.each(apts)(
    'is the last one, whole, until InRelease is uploaded, and then the new one, for $title',
    async (apt) => {
      expect(states.length).toBeGreaterThan(6);
      const host = await stage.serve(states[0] ?? '');
      const old = newClient(apt, host);
      const seen: (readonly string[])[] = [];
      for (const state of states) {
        host.serve(state);
        seen.push([await versionFor(newClient(apt, host)), await versionFor(old)]);
      }
      const firstNew = seen.findIndex(([fresh]) => fresh === '2.0');
      expect(seen).toEqual(seen.map((_, at) => (at < firstNew ? ['1.0', '1.0'] : ['2.0', '2.0'])));
      expect(firstNew).toBeGreaterThan(3);
    },
  );
});

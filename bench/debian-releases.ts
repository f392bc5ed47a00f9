/**
 * Where releases of Debian come from: a folder that holds real ones, or the generator. Each is written once.
 */
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { DEBIAN_GENERATOR, DEBIAN_PACKAGES, debianFiles } from './generate/debian.ts';
import { type Workshop, writePieces } from './workshop.ts';

/** Releases of Debian: two architectures, three components, `<component>/<arch>/Packages`. */
export interface DebianReleases {
  /** For the head of the table, and for the stamps of what is made from them. */
  readonly source: string;
  /** The folder of a day, 0 to 20, kept for the next time. */
  readonly release: (day: number) => Promise<string>;
  /** Writes a day into a folder. */
  readonly write: (day: number, folder: string) => void;
}

/** Real releases where `folder` is given, generated ones otherwise, or where the bench is to be quick. */
export function debianReleases(settings: { workshop: Workshop; quick: boolean; folder?: string }): DebianReleases {
  const { workshop, quick, folder } = settings;
  const { source, write } = folder === undefined || quick ? generated(quick ? 1_300 : DEBIAN_PACKAGES) : real(folder);
  return {
    source,
    write,
    release: (day) => workshop.made(`debian-day-${day}${quick ? '-quick' : ''}`, source, (out) => write(day, out)),
  };
}

type Source = Pick<DebianReleases, 'source' | 'write'>;

function real(folder: string): Source {
  const script = join(resolve(folder), 'make-release.mjs');
  if (!existsSync(script)) throw new Error(`--debian: expected make-release.mjs in ${folder}, found none`);
  return {
    source: 'real releases',
    write: (day, out) => {
      execFileSync(process.execPath, [script, String(day), out], { stdio: ['ignore', 'ignore', 'pipe'] });
    },
  };
}

function generated(packages: number): Source {
  return {
    source: `generated (${DEBIAN_GENERATOR}, ${packages} packages of main)`,
    write: (day, out) => {
      for (const { path, stanzas } of debianFiles({ packages, day })) writePieces(join(out, path), stanzas);
    },
  };
}

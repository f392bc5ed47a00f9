/**
 * What the cases on Debian have in common: the configuration, the releases as inputs, and trees that were built from them.
 */
import { cpSync } from 'node:fs';
import { join } from 'node:path';
import type { Bench } from '../bench.ts';
import { builtFrom, type Fill, type Workplace, workplaceOf } from '../workplace.ts';

/** The `Packages` files of one architecture, relative to a release. */
export function packagesOf(arch: string): readonly string[] {
  return ['main', 'contrib', 'non-free'].map((component) => join(component, arch, 'Packages'));
}

/** Both architectures. */
export const ALL_PACKAGES: readonly string[] = ['amd64', 'arm64'].flatMap(packagesOf);

/** A workplace with Debian's configuration. */
export function debianWorkplace(bench: Bench, name: string): Workplace {
  return workplaceOf(bench, name, { config: configOf(bench) });
}

/** A release as an input; the days that many cases need are kept. */
export async function releaseInput(bench: Bench, day: number): Promise<Fill> {
  const release = await bench.debian.release(day);
  return (folder) => cpSync(release, folder, { recursive: true, preserveTimestamps: true });
}

/** A tree that was published on each of these days. */
export async function debianTree(bench: Bench, name: string, days: readonly number[]): Promise<string> {
  return builtFrom(bench, {
    name: `debian-${name}${bench.quick ? '-quick' : ''}`,
    stamp: `${bench.debian.source}, days ${days.join(' ')}`,
    config: configOf(bench),
    inputs: days.map((day) => (folder) => bench.debian.write(day, folder)),
  });
}

function configOf({ checkout }: Bench): string {
  return join(checkout, 'examples', 'debian', 'repomill.yaml');
}

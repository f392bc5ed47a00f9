/**
 * Package records by the hundred, the same in every run: small enough to build often, with digests as incompressible as
 * real ones.
 */
import { sha256Of } from './workspace.ts';

/** A record as an input file holds it. */
export type SampleRecord = Readonly<Record<string, unknown>> & {
  readonly name: string;
  readonly version: string;
  readonly arch: string | readonly string[];
};

/** One record with the fields that most records have. `fields` are added, or replace them. */
export function sampleRecord(
  name: string,
  version: string,
  arch: string,
  fields: Readonly<Record<string, unknown>> = {},
): SampleRecord {
  return {
    name,
    version,
    arch,
    size: 1000 + name.length,
    sha256: sha256Of(`${name} ${version} ${arch}`),
    path: `pool/${name}_${version}_${arch}.pkg`,
    summary: `The package ${name}`,
    ...fields,
  };
}

/**
 * `count` records of amd64 and arm64, every third of them `all`, in the release `release`: each release gives another
 * version to one package in a hundred.
 */
export function sampleRelease(count: number, release: number): readonly SampleRecord[] {
  return Array.from({ length: count }, (_, i) => {
    const name = `package-${String(i).padStart(4, '0')}`;
    const version = `1.${Math.floor((release + (i % 100)) / 100)}`;
    return i % 3 === 0
      ? [sampleRecord(name, version, 'all')]
      : ['amd64', 'arm64'].map((arch) => sampleRecord(name, version, arch, i % 3 === 1 ? {} : { licence: 'MIT' }));
  }).flat();
}

/** JSON Lines. */
export function asLines(records: readonly unknown[]): string {
  return records.map((record) => `${JSON.stringify(record)}\n`).join('');
}

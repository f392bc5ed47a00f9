/**
 * Records for tests: enough of them that a summary has many buckets, and deltas that are smaller than what they replace.
 */
import type { PackageRecord } from '../../../src/model/record.ts';

const STEMS: readonly string[] = ['alien', 'bash', 'curl', 'dash', 'emacs', 'foot', 'git', 'htop', 'irssi', 'jq'];

/** Forty packages of an architecture and ten for all; each has a summary, a description, tags and a size. */
export function tinyRecords(arch: string): readonly PackageRecord[] {
  return [
    ...STEMS.flatMap((stem) => ['', '-core', '-dev', '-tools'].map((suffix) => tinyRecord(`${stem}${suffix}`, arch))),
    ...STEMS.map((stem) => tinyRecord(`${stem}-doc`, 'all')),
  ];
}

/** One package in version 1.0. */
export function tinyRecord(name: string, arch: string, more: Partial<PackageRecord> = {}): PackageRecord {
  return {
    name,
    version: '1.0',
    arch,
    summary: `the ${name} package`,
    description: `Long words about ${name}, for whoever wants to know.`,
    tags: ['role::program', `made-of::${name.length}`],
    size: 1000 + name.length,
    ...more,
  };
}

/** The records with a different version of one of them. */
export function withVersion(
  records: readonly PackageRecord[],
  name: string,
  version: string,
): readonly PackageRecord[] {
  return records.map((record) => (record.name === name ? { ...record, version } : record));
}

/**
 * Recognises the metadata of a known registry in a directory without a configuration, by the names of its files and the first
 * bytes of one of them. What is in our own form is never taken for a registry's.
 */
import { openInputFile } from '../platform/files/input-file.ts';
import { listFiles, strongestLead } from '../platform/files/list-files.ts';
import { parseFilePattern } from './pattern/file-pattern.ts';

/** How the files of a registry look. */
interface Sign {
  readonly preset: string;
  readonly files: string;
  /** What the beginning of the first such file holds. */
  readonly holds: readonly RegExp[];
}

const signs: readonly Sign[] = [
  { preset: 'scoop', files: 'bucket/*.json', holds: [/"version"\s*:/, /"(?:architecture|url|bin)"\s*:/] },
  { preset: 'vcpkg', files: 'ports/*/vcpkg.json', holds: [/"name"\s*:/] },
  { preset: 'winget', files: 'manifests/**/*.yaml', holds: [/^PackageIdentifier:/m, /^ManifestType:/m] },
  { preset: 'helm', files: '**/index.yaml', holds: [/^apiVersion:/m, /^entries:/m] },
  { preset: 'conda', files: '**/repodata.json', holds: [/"packages"\s*:\s*\{/] },
  { preset: 'fdroid', files: '**/index-v2.json', holds: [/"repo"\s*:\s*\{/] },
  { preset: 'ckan', files: '**/*.ckan', holds: [/"spec_version"\s*:/, /"identifier"\s*:/] },
  { preset: 'crates', files: 'config.json', holds: [/"dl"\s*:/, /"api"\s*:/] },
  { preset: 'openwrt', files: '*/*/Packages', holds: [/^Package:/m, /^SHA256sum:/m] },
  { preset: 'homebrew', files: '**/*.json', holds: [/"full_name"\s*:/, /"versions"\s*:\s*\{/] },
];

/** A field that only records in our form have where a registry has none. */
const OURS = /"arch"\s*:|^arch:/m;

/** A preset for a directory, and the file that it was recognised by. */
export interface DetectedPreset {
  readonly preset: string;
  readonly file: string;
}

/** The preset that fits the files of a directory, or undefined. Throws what `listFiles` throws. */
export async function detectPreset(directory: string): Promise<DetectedPreset | undefined> {
  const patterns = signs.map((sign) => ({ sign, pattern: parseFilePattern(sign.files) }));
  const { files } = await listFiles(directory, {
    select: (path) => (patterns.some(({ pattern }) => pattern.match(path) !== undefined) ? true : undefined),
    leadsInto: (below) => strongestLead(patterns.map(({ pattern }) => pattern.leadsInto(below))),
  });
  for (const { sign, pattern } of patterns) {
    const file = files.find(({ path }) => pattern.match(path) !== undefined)?.path;
    if (file === undefined) continue;
    const { head: bytes } = await openInputFile(`${directory}/${file}`, file);
    const head = new TextDecoder().decode(bytes);
    if (!OURS.test(head) && sign.holds.every((held) => held.test(head))) return { preset: sign.preset, file };
  }
  return undefined;
}

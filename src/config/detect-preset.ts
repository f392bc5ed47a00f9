/**
 * Recognises the metadata of known registries in a directory without a configuration, by the names of its files and the first
 * bytes of some of them. What is in our own form is never taken for a registry's.
 */
import { RepomillError } from '../errors.ts';
import { openInputFile } from '../platform/files/input-file.ts';
import { type ListedFile, type ListingOptions, listFiles } from '../platform/files/list-files.ts';
import { withoutCompression } from '../platform/zlib/compressions.ts';
import { parseFilePattern } from './pattern/file-pattern.ts';

/** How the files of a registry look. */
interface Sign {
  readonly preset: string;
  readonly files: string;
  /** What their paths begin with, where the end of the pattern says nothing. */
  readonly start?: RegExp;
  /** What the beginning of such a file holds, all of it. */
  readonly holds: readonly RegExp[];
  /** What it does not hold. */
  readonly lacks?: RegExp;
  /** A preset that fits the same registries better. */
  readonly unless?: string;
  /** The pattern of files to read in place of the preset's: the directory is only a part of what the preset is for. */
  readonly reads?: string;
}

/** A field that only records in our form have where a registry has none. */
const OURS = /"arch"\s*:|^arch:/m;

const scoop = { preset: 'scoop', holds: [/"version"\s*:/, /"(?:architecture|url|bin)"\s*:/], lacks: OURS };
const vcpkg = { preset: 'vcpkg', holds: [/"name"\s*:/, /"version(?:-semver|-date|-string)?"\s*:/], lacks: OURS };
const winget = { preset: 'winget', holds: [/^PackageIdentifier:/m, /^ManifestType:/m] };
const homebrew = { preset: 'homebrew', holds: [/"full_(?:name|token)"\s*:/, /"versions?"\s*:\s*[{"]/], lacks: OURS };
const alpine = { preset: 'alpine', holds: [/\0ustar|^[A-Za-z]:/] };
const openwrt = {
  preset: 'openwrt',
  holds: [/^Package:/m, /^(?:SHA256sum:|Filename:.*\.ipk\r?$)/m],
  lacks: /^SHA256:/m,
};

/** What Alpine calls its architectures: the names of the folders with an index. */
const ALPINE_ARCHES = 'x86_64,x86,aarch64,armhf,armv7,ppc64le,s390x,riscv64,loongarch64,mips64';

/** All signs. Of several for one preset, the first that fits counts. */
const signs: readonly Sign[] = [
  { ...scoop, files: 'bucket/*.json' },
  { ...scoop, files: '*.json', holds: [...scoop.holds, /"(?:hash|checkver|autoupdate)"\s*:/], reads: '<name>.json' },
  { ...vcpkg, files: 'ports/*/vcpkg.json' },
  { ...vcpkg, files: '*/vcpkg.json', reads: '*/vcpkg.json' },
  { ...winget, files: 'manifests/**/*.yaml' },
  { ...winget, files: '**/*.yaml', reads: '**/*.yaml' },
  { preset: 'helm', files: '**/index.yaml', holds: [/^apiVersion:/m, /^entries:/m] },
  { preset: 'conda', files: '**/repodata.json', holds: [/"packages(?:\.conda)?"\s*:\s*\{/, /"(?:subdir|build)"\s*:/] },
  { preset: 'fdroid', files: '**/index-v2.json', holds: [/"(?:repo|packages)"\s*:\s*\{/] },
  { preset: 'fdroid-v1', files: '**/index-v1.json', holds: [/"(?:repo|packages)"\s*:\s*\{/], unless: 'fdroid' },
  { preset: 'ckan', files: '**/*.ckan', holds: [/"spec_version"\s*:/, /"identifier"\s*:/] },
  {
    preset: 'crates',
    files: '{1/*,2/*,3/*/*,??/??/*}',
    start: /^(?:[123]|..)\//,
    holds: [/^\s*\{"/, /"vers"\s*:/, /"cksum"\s*:/],
  },
  { ...alpine, files: `**/{${ALPINE_ARCHES}}/APKINDEX{,.tar}` },
  { ...alpine, files: '**/APKINDEX{,.tar}', reads: '**/APKINDEX{,.tar}' },
  { preset: 'arch', files: '**/*.db{,.tar}', holds: [/\0ustar/, /\/desc\0/] },
  { ...openwrt, files: '**/Packages' },
  { preset: 'cydia', files: 'Packages', holds: [/^Package:/m, /^Architecture:\s*iphoneos-/m] },
  { ...homebrew, files: '**/{formula,cask}.json', reads: '**/{formula,cask}.json' },
  { ...homebrew, files: '**/*.json' },
];

/** How many files of a pattern are looked at: the first may be about something else. */
const LOOKS = 8;

/** A preset for a directory, and the file that it was recognised by. */
export interface DetectedPreset {
  readonly preset: string;
  readonly file: string;
  /** The pattern of the files to read, if it is not that of the preset. */
  readonly reads?: string;
}

/**
 * The presets that fit the files of a directory, each once; none if it is in another form.
 *
 * @throws what `listFiles` throws
 */
export async function detectPresets(directory: string, options?: ListingOptions): Promise<readonly DetectedPreset[]> {
  const candidates = signs.map((sign) => ({ sign, matches: compileFiles(sign) }));
  const select = (path: string): readonly Sign[] | undefined => {
    const plain = withoutCompression(path);
    const matching = candidates.filter(({ matches }) => matches(path, plain));
    return matching.length === 0 ? undefined : matching.map(({ sign }) => sign);
  };
  const { files } = await listFiles(directory, { select, leadsInto: () => 'anywhere' }, options);
  const found: DetectedPreset[] = [];
  for (const sign of signs) {
    if (found.some(({ preset }) => preset === sign.preset || preset === sign.unless)) continue;
    for (const path of firstOf(files, sign)) {
      if (!(await fits(sign, `${directory}/${path}`, path))) continue;
      found.push({ preset: sign.preset, file: path, ...(sign.reads === undefined ? {} : { reads: sign.reads }) });
      break;
    }
  }
  return found;
}

/**
 * The preset that fits a directory, or undefined.
 *
 * @throws RepomillError `usage` if several do, and what `listFiles` throws
 */
export async function detectPreset(directory: string, options?: ListingOptions): Promise<DetectedPreset | undefined> {
  const found = await detectPresets(directory, options);
  if (found.length <= 1) return found[0];
  const presets = found.map(({ preset, file }) => `${preset} (${file})`);
  throw new RepomillError('usage', `looks like several registries: ${presets.join(' and ')}`, {
    path: directory,
    hint: `name those to read in repomill.yaml, such as \`inputs: [${found.map(formatInput).join(', ')}]\``,
  });
}

/** An entry of `inputs` for a preset, in YAML. */
export function formatInput({ preset, reads }: DetectedPreset): string {
  return reads === undefined ? `{ preset: ${preset} }` : `{ preset: ${preset}, files: ${JSON.stringify(reads)} }`;
}

/** A test of paths, with and without compression. It compares their ends first: most files of a large directory are of one kind. */
function compileFiles({ files, start: beginning }: Sign): (path: string, plain: string) => boolean {
  const { match } = parseFilePattern(files);
  const [, start = files, choices = ''] = /^(.*)\{([^{}]*)\}$/.exec(files) ?? [];
  const ends = choices.split(',').map((choice) => {
    const end = /[^*?\]>}]*$/.exec(`${start}${choice}`)?.[0] ?? '';
    // A file at the top has no slash before its name.
    return { end, name: end.slice(1) };
  });
  return (path, plain) => {
    if (beginning?.test(path) === false) return false;
    return ends.some(({ end, name }) => plain.endsWith(end) || plain === name) && match(path) !== undefined;
  };
}

/** What to write in a configuration that reads with a preset. */
export function formatPreset(detected: DetectedPreset): string {
  return detected.reads === undefined ? `preset: ${detected.preset}` : `inputs: [${formatInput(detected)}]`;
}

function firstOf(files: readonly ListedFile<readonly Sign[]>[], sign: Sign): readonly string[] {
  const paths: string[] = [];
  for (const { path, reason } of files) {
    if (reason.includes(sign)) paths.push(path);
    if (paths.length === LOOKS) break;
  }
  return paths;
}

/** Whether a file has a sign. A file that cannot be read has none: the build says what is wrong with it. */
async function fits({ holds, lacks }: Sign, file: string, path: string): Promise<boolean> {
  let head: string;
  try {
    head = new TextDecoder().decode((await openInputFile(file, path)).head);
  } catch (error) {
    if (error instanceof RepomillError) return false;
    throw error;
  }
  return holds.every((held) => held.test(head)) && lacks?.test(head) !== true;
}

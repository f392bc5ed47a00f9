/**
 * What the repository of these tests holds: apps, runtimes, locales, four arches, two subsets, end of life, extra data, token
 * types, and metadata long enough for wide offsets.
 */
import { gzipSync } from 'node:zlib';

/** What a machine of one arch can also run, as the client sees it. */
export const COMPATIBLE: ReadonlyMap<string, string> = new Map([
  ['x86_64', 'i386'],
  ['aarch64', 'arm'],
]);

const ARCHES = ['x86_64', 'i386', 'aarch64', 'arm'] as const;

/** Names of the subsets: some apps are in both, some in the first, some in none. */
const SUBSETS = ['free', 'floss'] as const;

/** One app or runtime to commit. */
export interface Build {
  readonly kind?: 'app' | 'runtime';
  readonly id: string;
  readonly arch: string;
  readonly branch?: string;
  readonly subsets?: readonly string[];
  /** Another release is another commit. */
  readonly release?: number;
  /** What follows the first group of its metadata. */
  readonly metadata?: string;
  /** Further words for `flatpak build-export`. */
  readonly words?: readonly string[];
}

const BOTH = { subsets: SUBSETS } as const;
/** Words of a build that is in the first subset alone. */
export const FREE = { subsets: ['free'] } as const;
const EXTRA_DATA = `[Extra Data]
name=a.bin
uri=https://example.org/a.bin
size=123456
installed-size=777
checksum=${'0'.repeat(64)}
name1=b.bin
uri1=https://example.org/b.bin
size1=1
checksum1=${'1'.repeat(64)}
`;

/** Longer than 64 KiB: the summaries that hold it have wider offsets than the others. */
const LONG_METADATA = [
  '[Environment]',
  ...Array.from({ length: 4000 }, (_, i) => `VARIABLE_${i}=värde ${i * i}`),
  '',
].join('\n');

/** What every repository of these tests starts with. */
export const BUILDS: readonly Build[] = [
  ...ARCHES.flatMap((arch): readonly Build[] => [
    { kind: 'runtime', id: 'org.test.Platform', arch, ...BOTH },
    { id: 'org.test.Hello', arch, ...BOTH },
    { kind: 'runtime', id: 'org.test.Hello.Locale', arch, ...BOTH },
    { kind: 'runtime', id: 'org.test.Tool', arch, ...BOTH },
  ]),
  ...['x86_64', 'aarch64'].flatMap((arch): readonly Build[] => [
    { id: 'org.test.Hello', arch, branch: 'beta', words: ['--end-of-life=use the stable branch'] },
    { id: 'org.test.Hello-world', arch, ...FREE },
    {
      kind: 'runtime',
      id: 'org.test.Renamed',
      arch,
      words: ['--end-of-life=renamed', '--end-of-life-rebase=org.test.Tool'],
    },
    { id: 'org.test.Paid', arch, words: ['--token-type=2'] },
    { id: 'org.test.Extra', arch, metadata: EXTRA_DATA },
  ]),
  { id: 'org.test.Long', arch: 'x86_64', metadata: LONG_METADATA },
  { kind: 'runtime', id: 'org.test.Only32', arch: 'i386', ...FREE },
  { kind: 'runtime', id: 'org.test.Only32', arch: 'arm', ...FREE },
];

/** The files of a build directory, as `flatpak build-export` wants it. */
export function contentOf({
  kind = 'app',
  id,
  arch,
  release = 0,
  branch = 'stable',
  metadata = '',
}: Build): Record<string, string | Uint8Array> {
  const runtime = `org.test.Platform/${arch}/stable`;
  const group = kind === 'app' ? 'Application' : 'Runtime';
  const files = kind === 'app' ? 'files' : 'usr';
  return {
    metadata: `[${group}]\nname=${id}\nruntime=${runtime}\nsdk=${runtime}\n\n${metadata}`,
    [`${files}/release`]: `${id} ${branch} ${release}\n`,
    'files/.keep': '',
    ...(kind === 'app' ? { [`files/share/app-info/xmls/${id}.xml.gz`]: appstreamOf(id, arch, branch) } : {}),
  };
}

function appstreamOf(id: string, arch: string, branch: string): Uint8Array {
  const component = [
    ...['<component type="desktop">', `<id>${id}.desktop</id>`, `<name>${id}</name>`, '<summary>A test</summary>'],
    ...[`<bundle type="flatpak">app/${id}/${arch}/${branch}</bundle>`, '</component>'],
  ];
  return gzipSync(`<components version="0.8">${component.join('')}</components>`);
}

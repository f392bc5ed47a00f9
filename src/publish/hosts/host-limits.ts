/**
 * What the web hosts accept that `init` writes files for, and what of a tree is beyond it. Hosts refuse such a tree late, after
 * a long upload, or drop a part of it.
 */
import { formatBytes, formatCount } from '../../text/quantity.ts';
import type { TreeFile } from '../tree.ts';

/** The limits of a host. A limit that is missing is not known. */
export interface HostLimits {
  readonly host: string;
  /** The file that `init` writes for it. */
  readonly file: string;
  /** The most files of a site. */
  readonly files?: number;
  /** The most bytes of a file, and of a site; and as the host writes it. */
  readonly fileSize?: readonly [bytes: number, text: string];
  readonly siteSize?: readonly [bytes: number, text: string];
}

/** What helps if the files in a place are too many or too large; a text is for both. */
export type SizeRemedy = string | { readonly fewer: string; readonly smaller: string };

/** Remedies by the name of a directory, or of a file at the top. */
export type Remedies = Readonly<Record<string, SizeRemedy>>;

/** The limits of hosts, as they document them. */
export const hostLimits: readonly HostLimits[] = [
  // https://developers.cloudflare.com/pages/platform/limits/: 20,000 files on the free plan, 100,000 on others.
  { host: 'Cloudflare Pages', file: 'hosts/_headers', files: 20_000, fileSize: [25 * 1024 * 1024, '25 MiB'] },
  // https://docs.github.com/en/pages/getting-started-with-github-pages/github-pages-limits; actions/deploy-pages counts in 1024s.
  { host: 'GitHub Pages', file: '.github/workflows/publish.yml', siteSize: [1024 * 1024 * 1024, '1 GB'] },
];

/**
 * Warnings about what is beyond the limits of hosts: one for each limit.
 *
 * @param files - of the tree
 */
export function findExceededLimits(files: readonly TreeFile[], remedies: Remedies): readonly string[] {
  return hostLimits.flatMap((limits) => [
    ...tooMany(files, limits, remedies),
    ...tooLarge(files, limits, remedies),
    ...tooMuch(files, limits, remedies),
  ]);
}

function tooMany(
  files: readonly TreeFile[],
  { files: most, ...host }: HostLimits,
  remedies: Remedies,
): readonly string[] {
  if (most === undefined || files.length <= most) return [];
  const [place, count] = largestPlace(files, () => 1);
  const found = `${formatCount(files.length)} files, but ${formatHost(host)} accepts ${formatCount(most)} on its free plan`;
  return [withRemedy(`${found}; ${formatCount(count)} are ${formatPlace(place)}`, remedies[place], ['fewer'])];
}

function tooLarge(
  files: readonly TreeFile[],
  { fileSize, ...host }: HostLimits,
  remedies: Remedies,
): readonly string[] {
  if (fileSize === undefined) return [];
  const [most, text] = fileSize;
  const [largest, ...others] = files.filter(({ size }) => size > most).toSorted((a, b) => b.size - a.size);
  if (largest === undefined) return [];
  const more = others.length === 0 ? '' : ` (and ${formatCount(others.length)} more)`;
  const found = `${largest.path}: ${formatBytes(largest.size)}, but ${formatHost(host)} accepts ${text} for a file${more}`;
  return [withRemedy(found, remedies[placeOf(largest)], ['smaller'])];
}

function tooMuch(files: readonly TreeFile[], { siteSize, ...host }: HostLimits, remedies: Remedies): readonly string[] {
  if (siteSize === undefined) return [];
  const [most, text] = siteSize;
  const size = files.reduce((sum, file) => sum + file.size, 0);
  if (size <= most) return [];
  const [place, bytes] = largestPlace(files, (file) => file.size);
  const found = `${formatBytes(size)} in all, but ${formatHost(host)} accepts ${text}`;
  return [
    withRemedy(`${found}; ${formatBytes(bytes)} are ${formatPlace(place)}`, remedies[place], ['fewer', 'smaller']),
  ];
}

/** The place with the most of something: a directory, or the top of the tree. */
function largestPlace(
  files: readonly TreeFile[],
  amountOf: (file: TreeFile) => number,
): readonly [place: string, amount: number] {
  const amounts = new Map<string, number>();
  for (const file of files) {
    const place = file.path.includes('/') ? placeOf(file) : TOP;
    amounts.set(place, (amounts.get(place) ?? 0) + amountOf(file));
  }
  return [...amounts].reduce((most, next) => (next[1] > most[1] ? next : most), [TOP, 0]);
}

const TOP = '';

function formatPlace(place: string): string {
  return place === TOP ? 'at the top' : `in ${place}/`;
}

function formatHost({ host, file }: HostLimits): string {
  return `${host} (${file})`;
}

function placeOf({ path }: TreeFile): string {
  return path.split('/', 1)[0] ?? '';
}

function withRemedy(found: string, remedy: SizeRemedy | undefined, wanted: readonly ('fewer' | 'smaller')[]): string {
  if (remedy === undefined) return found;
  return `${found}: ${typeof remedy === 'string' ? remedy : wanted.map((kind) => remedy[kind]).join('; ')}`;
}

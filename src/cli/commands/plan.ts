/** `repomill plan`: how many bytes an update and an installation would fetch. */
import type { InstallPlan } from '../../client/install/plan-install.ts';
import type { Size, Total } from '../../client/size.ts';
import type { Terminal } from '../../platform/process/terminal.ts';
import { printableLine, shortPath } from '../../text/printable.ts';
import { formatBytes, formatCount, formatPlural } from '../../text/quantity.ts';
import { formatTable } from '../../text/table.ts';
import { type AnyCommand, defineCommand } from '../command.ts';
import { HOST_LISTS } from '../host-options.ts';
import { readInstalled } from '../installed-packages.ts';
import { openNamed, readingOptions, selectionOf } from '../reading-options.ts';
import { parseLimit } from '../whole-number.ts';

const DEFAULT_LIMIT = '50';

export const planCommand: AnyCommand = defineCommand({
  example: [
    'repomill plan bash --installed bash=5.2-1 --from https://example.org/repo --arch amd64',
    'compare whole packages with package deltas',
  ],
  lists: ['packages', 'installed', ...HOST_LISTS],
  options: (yargs) =>
    readingOptions(
      yargs.positional('packages', {
        type: 'string',
        array: true,
        default: [],
        describe: 'Packages to install or upgrade; by default all of --installed',
      }),
    )
      .option('installed', {
        type: 'string',
        array: true,
        default: [],
        requiresArg: true,
        describe: 'An installed package, as name=version, or a file with a name and a version a line; may be repeated',
      })
      .option('limit', {
        type: 'string',
        default: DEFAULT_LIMIT,
        requiresArg: true,
        describe: 'Print at most this many packages',
      }),
  run: async (options, terminal) => {
    const limit = parseLimit(options.limit);
    const installed = await readInstalled(options.installed);
    const packages = options.packages.map(String);
    const repository = await openNamed(options, terminal);
    const plan = await repository.plan({ packages, installed: installed.versions, ...selectionOf(options) });
    for (const name of packages.length === 0 ? [] : installed.named.filter((one) => !packages.includes(one))) {
      terminal.note(printableLine(`--installed ${name}: not among the packages of this plan, no effect`));
    }
    if (plan.unknown.length > 0) terminal.note(printableLine(unknownText(plan.unknown)));
    if (options.json) terminal.data(JSON.stringify(plan));
    else show(plan, packages.length > 0, limit, terminal);
    return undefined;
  },
});

/** Names to list of packages that are not in the repository. */
const SHOWN_UNKNOWN = 10;

function unknownText(names: readonly string[]): string {
  const rest = names.length - SHOWN_UNKNOWN;
  const more = rest > 0 ? ` and ${formatCount(rest)} more` : '';
  return `not in this repository: ${names.slice(0, SHOWN_UNKNOWN).join(', ')}${more}`;
}

function show(plan: InstallPlan, isNamed: boolean, limit: number, terminal: Terminal): void {
  const { version, metadata, packages, full, withDeltas } = plan;
  // Of everything that is installed, only what has a newer version is of interest.
  const listed = isNamed ? packages : packages.filter(({ action }) => action !== 'keep');
  const kept = packages.length - listed.length;
  const index =
    metadata.index === 'unknown'
      ? []
      : [['metadata', 'index', `index.json, version ${version}`, formatSize(metadata.index), '']];
  const rows = [
    ...index,
    ...metadata.summaries.map(({ how, path, bytes }) => ['metadata', how, shortPath(path), formatSize(bytes), '']),
    ...listed.slice(0, limit).map((one) => {
      const { action, name, installed } = one;
      const change = action === 'upgrade' ? `${installed} -> ${one.version}` : one.version;
      return [action, name, change, formatSize(one.full), formatSize(one.withDelta)];
    }),
    ['total', '', '', formatTotal(full), formatTotal(withDeltas)],
  ];
  const headings = ['', '', '', 'whole files', 'with package deltas'];
  const cells = [headings, ...rows].map((row) => row.map(printableLine));
  for (const line of formatTable(cells, ['left', 'left', 'left', 'right', 'right'])) terminal.data(line);
  const rest = listed.length - limit;
  if (rest > 0) terminal.note(`… and ${formatPlural(rest, 'more package')}; --limit ${listed.length} shows all`);
  if (kept > 0) terminal.note(`${formatPlural(kept, 'package')} up to date`);
}

function formatSize(size: Size): string {
  return size === 'unknown' ? 'unknown' : formatBytes(size);
}

function formatTotal({ bytes, unknown }: Total): string {
  return unknown === 0 ? formatBytes(bytes) : `${formatBytes(bytes)} and ${unknown} unknown`;
}

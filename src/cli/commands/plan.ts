/** `repomill plan`: how many bytes an update and an installation would fetch. */
import type { InstallPlan } from '../../client/install/plan-install.ts';
import type { Size, Total } from '../../client/size.ts';
import { RepomillError } from '../../errors.ts';
import { printableLine, shortPath } from '../../text/printable.ts';
import { formatBytes } from '../../text/quantity.ts';
import { formatTable } from '../../text/table.ts';
import { type AnyCommand, defineCommand } from '../command.ts';
import { openNamed, readingOptions, selectionOf } from '../reading-options.ts';

export const planCommand: AnyCommand = defineCommand({
  example: [
    'repomill plan bash --installed bash=5.2-1 --from https://example.org/repo --arch amd64',
    'compare whole packages with package deltas',
  ],
  lists: ['packages', 'installed'],
  options: (yargs) =>
    readingOptions(
      yargs.positional('packages', {
        type: 'string',
        array: true,
        default: [],
        describe: 'Packages to install or upgrade',
      }),
    ).option('installed', {
      type: 'string',
      array: true,
      default: [],
      requiresArg: true,
      describe: 'An installed package, as name=version; may be repeated',
    }),
  run: async (options, terminal) => {
    const repository = await openNamed(options, terminal);
    const plan = await repository.plan({
      packages: options.packages.map(String),
      installed: new Map(options.installed.map(parseInstalled)),
      ...selectionOf(options),
    });
    if (options.json) terminal.data(JSON.stringify(plan));
    else for (const line of describe(plan)) terminal.data(printableLine(line));
    return undefined;
  },
});

function parseInstalled(text: string): [name: string, version: string] {
  const sign = text.indexOf('=');
  if (sign > 0) return [text.slice(0, sign), text.slice(sign + 1)];
  throw new RepomillError('usage', `--installed: expected name=version, found ${text}`);
}

function describe({ version, metadata, packages, full, withDeltas }: InstallPlan): readonly string[] {
  const rows = [
    ['metadata', 'index', `index.json, version ${version}`, formatSize(metadata.index), ''],
    ...metadata.summaries.map(({ how, path, bytes }) => ['metadata', how, shortPath(path), formatSize(bytes), '']),
    ...packages.map((one) => [one.action, one.name, one.version, formatSize(one.full), formatSize(one.withDelta)]),
    ['total', '', '', formatTotal(full), formatTotal(withDeltas)],
  ];
  const headings = ['', '', '', 'whole files', 'with package deltas'];
  return formatTable([headings, ...rows], ['left', 'left', 'left', 'right', 'right']);
}

function formatSize(size: Size): string {
  return size === 'unknown' ? 'unknown' : formatBytes(size);
}

function formatTotal({ bytes, unknown }: Total): string {
  return unknown === 0 ? formatBytes(bytes) : `${formatBytes(bytes)} and ${unknown} unknown`;
}

/** `repomill show`: everything about one package. */
import type { FoundPackage } from '../../client/find-packages.ts';
import { RepomillError } from '../../errors.ts';
import type { FieldValue } from '../../model/record.ts';
import type { Terminal } from '../../platform/process/terminal.ts';
import { printable } from '../../text/printable.ts';
import { formatBytes, formatPlural } from '../../text/quantity.ts';
import { type AnyCommand, defineCommand } from '../command.ts';
import { HOST_LISTS } from '../host-options.ts';
import { formatSameReading, openNamed, readingOptions, selectionOf } from '../reading-options.ts';
import { parseLimit } from '../whole-number.ts';

const DEFAULT_LIMIT = '10';

export const showCommand: AnyCommand = defineCommand({
  example: [
    'repomill show bash --from https://example.org/repo --arch amd64',
    'fetch only the index, a header and a bucket or two',
  ],
  lists: HOST_LISTS,
  options: (yargs) =>
    readingOptions(yargs.positional('name', { type: 'string', demandOption: true, describe: 'Name of the package' }))
      .option('details', { type: 'boolean', default: false, describe: 'Also fetch the details' })
      .option('limit', {
        type: 'string',
        default: DEFAULT_LIMIT,
        requiresArg: true,
        describe: 'Show at most this many records, newest first',
      }),
  run: async (options, terminal) => {
    const limit = parseLimit(options.limit);
    const repository = await openNamed(options, terminal);
    const { name } = options;
    const found = await repository.show(name, selectionOf(options));
    if (found.length === 0) {
      throw new RepomillError('not-found', `no package named ${name}`, {
        hint: `try: ${formatSameReading(['search', name], options)}`,
      });
    }
    // The document has all of them.
    const listed = options.json ? found : found.slice(0, limit);
    const packages = options.details
      ? await Promise.all(listed.map(async (one) => ({ ...one, details: await repository.details(one.record) })))
      : listed;
    const { files } = repository;
    if (options.json) terminal.data(JSON.stringify({ packages, files }));
    else {
      for (const [i, one] of packages.entries()) {
        if (i > 0) terminal.data('');
        showPackage(one, terminal);
      }
      const rest = found.length - packages.length;
      if (rest > 0) terminal.note(`… and ${formatPlural(rest, 'more record')}; --limit ${found.length} shows all`);
      const fetched = files.reduce((sum, file) => sum + file.bytes, 0);
      if (files.length > 0)
        terminal.note(`fetched ${formatBytes(fetched)} in ${formatPlural(files.length, 'request')}`);
    }
    return undefined;
  },
});

const FIRST = ['name', 'version', 'arch', 'summary'];

function showPackage(
  { record, arches, details }: FoundPackage & { details?: Readonly<Record<string, FieldValue>> },
  terminal: Terminal,
): void {
  const fields = Object.keys(record).filter((field) => !FIRST.includes(field));
  const shown: Readonly<Record<string, FieldValue | undefined>> = { ...record, ...details };
  const width = Math.max(...fields.map((field) => field.length), 10);
  for (const field of [...FIRST, ...fields, ...Object.keys(details ?? {}).filter((key) => !fields.includes(key))]) {
    const value = shown[field];
    if (value === undefined) continue;
    const listed =
      field === 'arch' && String(value) !== arches.join(',') ? ` (listed by ${printable(arches.join(', '))})` : '';
    terminal.data(
      `${terminal.style('name', printable(field).padEnd(width))}  ${printable(formatValue(value))}${listed}`,
    );
  }
}

function formatValue(value: FieldValue): string {
  if (typeof value === 'string') return value.replaceAll('\n', '\n    ');
  if (Array.isArray(value) && value.every((item) => typeof item === 'string')) return value.join(', ');
  return JSON.stringify(value);
}

/** `repomill search`: finds packages by words and by a query. */
import { defined } from '../../model/defined.ts';
import { parseQuery } from '../../query/parse-query.ts';
import { printable, printableLine } from '../../text/printable.ts';
import { formatPackages, formatPlural } from '../../text/quantity.ts';
import { type AnyCommand, defineCommand } from '../command.ts';
import { foundOrders, groupByName } from '../found-packages.ts';
import { HOST_LISTS } from '../host-options.ts';
import { openNamed, readingOptions, selectionOf } from '../reading-options.ts';
import { parseLimit } from '../whole-number.ts';

const DEFAULT_LIMIT = '50';

export const searchCommand: AnyCommand = defineCommand({
  example: ['repomill search editor --where "size < 1MB" --cache ~/.cache/repo', 'find small editors'],
  lists: ['terms', ...HOST_LISTS],
  options: (yargs) =>
    readingOptions(
      yargs.positional('terms', { type: 'string', array: true, default: [], describe: 'Words that must all occur' }),
    )
      .option('where', {
        type: 'string',
        requiresArg: true,
        describe: 'A query, for example: component = main and size > 10MB',
      })
      .option('sort', {
        choices: foundOrders,
        default: 'match' as const,
        requiresArg: true,
        describe: 'Order of the packages: how well they match, by name, or most versions first',
      })
      .option('limit', {
        type: 'string',
        default: DEFAULT_LIMIT,
        requiresArg: true,
        describe: 'Print at most this many packages',
      }),
  run: async (options, terminal) => {
    const limit = parseLimit(options.limit);
    const where = options.where === undefined ? undefined : parseQuery(options.where);
    const repository = await openNamed(options, terminal);
    const terms = options.terms.map(String);
    const { hits, unknownFields } = await repository.search(terms, defined({ ...selectionOf(options), where }));
    for (const { field, meant } of unknownFields) {
      const suggestion = meant === undefined ? '' : `; did you mean ${meant}?`;
      terminal.note(printableLine(`no record has the field ${field}${suggestion}`));
    }
    const names = groupByName(hits, options.sort ?? 'match');
    const shown = names.slice(0, limit);
    if (options.json) {
      const named = new Set(shown.map(({ name }) => name));
      const listed = { packages: names.length, total: hits.length, hits: hits.filter(({ name }) => named.has(name)) };
      terminal.data(JSON.stringify({ ...listed, unknownFields, files: repository.files }));
      return undefined;
    }
    for (const { name, version, summary, arches, others } of shown) {
      const more = others.length === 0 ? '' : `, ${formatPlural(others.length, 'other version')}`;
      const head = `${terminal.style('strong', printable(name))} ${printable(version)} ${terminal.style('faint', `(${printable(arches.join(', '))})${more}`)}`;
      terminal.data(summary === undefined ? head : `${head}\n  ${printable(summary)}`);
    }
    const rest = names.length - shown.length;
    const part = rest === 0 ? '' : `; ${shown.length} shown, --limit ${names.length} shows all`;
    terminal.note(`${formatPackages(names.length, hits.length)} found${part}`);
    return undefined;
  },
});

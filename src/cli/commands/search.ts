/** `repomill search`: finds packages by words and by a query. */
import { RepomillError } from '../../errors.ts';
import { defined } from '../../model/defined.ts';
import { parseQuery } from '../../query/parse-query.ts';
import { printable } from '../../text/printable.ts';
import { formatPlural } from '../../text/quantity.ts';
import { type AnyCommand, defineCommand } from '../command.ts';
import { openNamed, readingOptions, selectionOf } from '../reading-options.ts';

const DEFAULT_LIMIT = 50;

export const searchCommand: AnyCommand = defineCommand({
  example: ['repomill search editor --where "size < 1MB" --cache ~/.cache/repo', 'find small editors'],
  lists: ['terms'],
  options: (yargs) =>
    readingOptions(
      yargs.positional('terms', { type: 'string', array: true, default: [], describe: 'Words that must all occur' }),
    )
      .option('where', {
        type: 'string',
        requiresArg: true,
        describe: 'A query, for example: component = main and size > 10MB',
      })
      .option('limit', {
        type: 'number',
        default: DEFAULT_LIMIT,
        requiresArg: true,
        describe: 'Print at most this many packages',
      }),
  run: async (options, terminal) => {
    const { limit } = options;
    if (!Number.isSafeInteger(limit) || limit < 0) {
      throw new RepomillError('usage', `--limit: expected a whole number from 0 up, found ${limit}`);
    }
    const where = options.where === undefined ? undefined : parseQuery(options.where);
    const repository = await openNamed(options, terminal);
    const terms = options.terms.map(String);
    const result = await repository.search(terms, defined({ ...selectionOf(options), limit, where }));
    if (options.json) {
      terminal.data(JSON.stringify({ ...result, files: repository.files }));
      return undefined;
    }
    for (const { name, version, summary, arches } of result.hits) {
      const head = `${terminal.style('strong', printable(name))} ${printable(version)} ${terminal.style('faint', `(${printable(arches.join(', '))})`)}`;
      terminal.data(summary === undefined ? head : `${head}\n  ${printable(summary)}`);
    }
    const more = result.total > result.hits.length ? `, showing the best ${result.hits.length}` : '';
    terminal.note(`${formatPlural(result.total, 'package')} found${more}`);
    return undefined;
  },
});

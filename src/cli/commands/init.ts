/** `repomill init`: a directory to start from. */

import { RepomillError } from '../../errors.ts';
import { DEFAULT_LAYOUT, layoutNamed, layoutNames } from '../../layouts/layouts.ts';
import { siblingOf, writeNewFiles } from '../../platform/files/new-files.ts';
import { readTemplates } from '../../platform/package-files.ts';
import { printableLine } from '../../text/printable.ts';
import { formatPlural } from '../../text/quantity.ts';
import { type AnyCommand, defineCommand } from '../command.ts';

export const initCommand: AnyCommand = defineCommand({
  example: ['repomill init my-repository', 'start a repository in my-repository/'],
  options: (yargs) =>
    yargs
      .positional('directory', {
        type: 'string',
        default: '.',
        describe: 'Directory to write; existing files are never overwritten',
      })
      .option('layout', { choices: layoutNames, default: DEFAULT_LAYOUT, describe: 'Kind of tree to set up' })
      .option('json', { type: 'boolean', default: false, describe: 'Print the result as JSON' }),
  run: async ({ directory, layout, json }, terminal) => {
    if (directory === '') throw new RepomillError('usage', 'directory: expected a path, found nothing');
    const templates = await readTemplates(layout);
    await writeNewFiles(directory, templates);
    const files = templates.map((file) => file.path);
    const words = await layoutNamed(layout).load.words();
    const next = words.nextCommand(directory, (name) => siblingOf(directory, name));
    if (json) terminal.data(JSON.stringify({ directory, files, next }));
    else {
      for (const file of files) terminal.data(file);
      terminal.note(
        `wrote ${formatPlural(files.length, 'file')}; next:\n  ${printableLine(next.map(quoteWord).join(' '))}`,
      );
    }
    return undefined;
  },
});

// Quotes a word for a shell if necessary.
function quoteWord(word: string): string {
  return /^[\w./=-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}

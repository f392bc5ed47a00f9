/** `repomill inspect`: shows the contents of a file in a published tree. */
import { RepomillError } from '../../errors.ts';
import { inspect } from '../../inspect.ts';
import { layoutNamed } from '../../layouts/layouts.ts';
import { printable } from '../../text/printable.ts';
import { type AnyCommand, defineCommand } from '../command.ts';
import { HOST_LISTS, hostOptions, httpOptionsOf } from '../host-options.ts';
import { readPlace } from '../place.ts';

export const inspectCommand: AnyCommand = defineCommand({
  example: ['repomill inspect public', 'show the index of the tree in public/'],
  lists: HOST_LISTS,
  options: (yargs) =>
    hostOptions(yargs)
      .positional('place', {
        type: 'string',
        demandOption: true,
        describe: 'File, or the directory or URL of a tree',
      })
      .option('json', { type: 'boolean', default: false, describe: 'Print the result as JSON' }),
  run: async ({ place, json, ...options }, terminal) => {
    const file = await readPlace(place, httpOptionsOf(options));
    if (file === undefined) throw new RepomillError('not-found', 'no such file or tree', { path: place });
    const inspection = await inspect(file.bytes, { path: file.path });
    if (json) terminal.data(JSON.stringify(inspection));
    else {
      const words = await layoutNamed(inspection.layout).load.words();
      for (const line of words.inspected(inspection)) terminal.data(printable(line));
    }
    return undefined;
  },
});

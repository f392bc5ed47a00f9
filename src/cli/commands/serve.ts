/** `repomill serve`: a local preview with the headers a host should send. */
import { RepomillError } from '../../errors.ts';
import { layouts, treeHeaders } from '../../layouts/layouts.ts';
import { isFile } from '../../platform/files/read-files.ts';
import { type Answer, startStaticServer } from '../../platform/http/static-server.ts';
import { stopSignal } from '../../platform/process/process-end.ts';
import type { Terminal } from '../../platform/process/terminal.ts';
import { sharedHeaders } from '../../publish/header-rules.ts';
import { printableLine } from '../../text/printable.ts';
import { formatBytes } from '../../text/quantity.ts';
import { type AnyCommand, defineCommand } from '../command.ts';

const MAX_PORT = 65_535;

export const serveCommand: AnyCommand = defineCommand({
  example: ['repomill serve public', 'serve public/ at http://127.0.0.1:8080/'],
  options: (yargs) =>
    yargs
      .positional('directory', { type: 'string', demandOption: true, describe: 'Directory of a published tree' })
      .option('port', {
        type: 'number',
        default: 8080,
        requiresArg: true,
        describe: 'Port on 127.0.0.1; 0 picks a free one',
      }),
  run: async ({ directory, port }, terminal) => {
    if (!Number.isInteger(port) || port < 0 || port > MAX_PORT) {
      throw new RepomillError('usage', `--port: expected a whole number from 0 to ${MAX_PORT}, found ${port}`);
    }
    // Before anything is printed: a program may stop the server as soon as it has read the URL.
    const stopped = stopSignal();
    const onAnswer = (answer: Answer): void => terminal.note(formatAnswer(answer, terminal));
    const server = await startStaticServer({ directory, port, sharedHeaders, headersFor: treeHeaders, onAnswer });
    terminal.data(server.url);
    terminal.note(`serving ${printableLine(directory)}; press Ctrl+C to stop`);
    const hints = await hintsFor(directory, server.url);
    for (const hint of hints ?? [`no published tree in ${printableLine(directory)}: expected ${entryPoints}`]) {
      terminal.note(hint);
    }
    await stopped;
    await server.close();
    return undefined;
  },
});

/** What a published tree has at the top, of each layout. */
const entryPoints = layouts.map((layout) => layout.entryPoints.join(' and ')).join(' or ');

/** Hints about the preview from the layouts in the directory; undefined if it has none. */
async function hintsFor(directory: string, url: string): Promise<readonly string[] | undefined> {
  const hints: string[] = [];
  let isTree = false;
  for (const { entryPoints: paths, load } of layouts) {
    const isPresent = await Promise.all(paths.map((path) => isFile(`${directory}/${path}`)));
    if (!isPresent.includes(true)) continue;
    isTree = true;
    const hint = (await load.words()).serveHint?.(url);
    if (hint !== undefined) hints.push(hint);
  }
  return isTree ? hints : undefined;
}

function formatAnswer({ method, target, status, bodyBytes }: Answer, terminal: Terminal): string {
  // Node lets bytes above ASCII through, and terminals obey some of them as commands.
  const shown = target.replaceAll(/[^!-~]/g, '?');
  const mark = terminal.noteStyle(status < 400 ? 'good' : 'bad', String(status));
  return `${mark} ${method} ${shown}${bodyBytes > 0 ? ` ${formatBytes(bodyBytes)}` : ''}`;
}

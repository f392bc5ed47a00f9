/** `repomill serve`: a local preview with the headers a host should send. */

import { layouts, treeHeaders } from '../../layouts/layouts.ts';
import { MAX_INDEX_SIZE } from '../../model/limits.ts';
import { isFile, readWithin } from '../../platform/files/read-files.ts';
import { type Answer, startStaticServer } from '../../platform/http/static-server.ts';
import { stopSignal } from '../../platform/process/process-end.ts';
import type { Terminal } from '../../platform/process/terminal.ts';
import { sharedHeaders } from '../../publish/header-rules.ts';
import { printableLine } from '../../text/printable.ts';
import { formatBytes } from '../../text/quantity.ts';
import { formatChoices } from '../../text/word-list.ts';
import { type AnyCommand, defineCommand } from '../command.ts';
import { formatFrontPage, type ServedLayout } from '../front-page.ts';
import { parseWhole } from '../whole-number.ts';

const MAX_PORT = 65_535;

export const serveCommand: AnyCommand = defineCommand({
  example: ['repomill serve public', 'serve public/ at http://127.0.0.1:8080/'],
  options: (yargs) =>
    yargs
      .positional('directory', { type: 'string', demandOption: true, describe: 'Directory of a published tree' })
      .option('port', {
        type: 'string',
        default: '8080',
        requiresArg: true,
        describe: 'Port on 127.0.0.1; 0 picks a free one',
      }),
  run: async (options, terminal) => {
    const { directory } = options;
    const port = parseWhole('--port', options.port, 0, MAX_PORT);
    // Before anything is printed: a program may stop the server as soon as it has read the URL.
    const stopped = stopSignal();
    const onAnswer = (answer: Answer): void => terminal.note(formatAnswer(answer, terminal));
    let url = '';
    const frontPage = async (): Promise<string> => formatFrontPage(directory, await layoutsIn(directory, url), url);
    const server = await startStaticServer({
      ...{ directory, port, sharedHeaders, onAnswer, frontPage },
      headersFor: treeHeaders,
    });
    url = server.url;
    terminal.data(server.url);
    terminal.note(`serving ${printableLine(directory)}; press Ctrl+C to stop`);
    const found = await layoutsIn(directory, url);
    if (found.length === 0) terminal.note(`no published tree in ${printableLine(directory)}: expected ${wanted}`);
    for (const { hint } of found) if (hint !== undefined) terminal.note(hint);
    await stopped;
    await server.close();
    return undefined;
  },
});

/** What a published tree has at the top, of each layout. */
const wanted = formatChoices(layouts.map(({ entryPoints }) => entryPoints.join(' and ')));

/** The layouts in a directory, with hints about the preview. */
async function layoutsIn(directory: string, url: string): Promise<readonly ServedLayout[]> {
  const found: ServedLayout[] = [];
  const read = (path: string): Promise<Uint8Array | undefined> =>
    readWithin(`${directory}/${path}`, MAX_INDEX_SIZE).catch(() => undefined);
  for (const { title, entryPoints, load } of layouts) {
    const isPresent = await Promise.all(entryPoints.map((path) => isFile(`${directory}/${path}`)));
    const entryPoint = entryPoints.find((_, i) => isPresent[i]);
    if (entryPoint === undefined) continue;
    found.push({ title, entryPoint, hint: await (await load.words()).serveHint?.(url, read) });
  }
  return found;
}

function formatAnswer({ method, target, status, bodyBytes }: Answer, terminal: Terminal): string {
  // Node lets bytes above ASCII through, and terminals obey some of them as commands.
  const shown = target.replaceAll(/[^!-~]/g, '?');
  const mark = terminal.noteStyle(status < 400 ? 'good' : 'bad', String(status));
  return `${mark} ${method} ${shown}${bodyBytes > 0 ? ` ${formatBytes(bodyBytes)}` : ''}`;
}

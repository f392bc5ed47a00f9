/**
 * Options shared by the commands that may read from a web host: how long they wait for it, and where it may send them.
 */
import type { Argv } from 'yargs';
import { RepomillError } from '../errors.ts';
import { defined } from '../model/defined.ts';
import { isUrl } from '../model/location.ts';
import type { HttpOptions } from '../platform/http/http-source.ts';

export interface HostOptions {
  timeout: string | undefined;
  'allow-redirect': string[] | undefined;
}

/** What a command with these options has in `lists`. */
export const HOST_LISTS = ['allow-redirect', 'allowRedirect'] as const;

export function hostOptions<Options>(yargs: Argv<Options>): Argv<Options & HostOptions> {
  return yargs
    .option('timeout', {
      type: 'string',
      requiresArg: true,
      describe: 'Seconds that one file from a host may take [default: enough for 1 kB a second]',
    })
    .option('allow-redirect', {
      type: 'string',
      array: true,
      requiresArg: true,
      nargs: 1,
      describe: 'Another host that the host may redirect to, such as https://cdn.example.org; may be repeated',
    });
}

/** The options as a source takes them. Throws a usage error for what is not a number of seconds, or not the URL of a host. */
export function httpOptionsOf({ timeout, 'allow-redirect': allowRedirect }: HostOptions): HttpOptions {
  const seconds = timeout?.trim() === '' ? 0 : Number(timeout);
  if (timeout !== undefined && !(seconds > 0)) {
    throw new RepomillError('usage', `--timeout: expected seconds, such as 60, found ${timeout}`);
  }
  for (const origin of allowRedirect ?? []) {
    if (isUrl(origin) && URL.canParse(origin)) continue;
    const message = `--allow-redirect: expected a host such as https://cdn.example.org, found ${origin}`;
    throw new RepomillError('usage', message);
  }
  return defined({ deadline: timeout === undefined ? undefined : seconds * 1000, allowRedirect });
}

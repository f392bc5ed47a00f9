/**
 * `repomill serve` as a process: where it listens, and what it was asked for.
 */
import { startRepomill } from '../launcher.ts';

/** A request as the server reports it. */
export interface Request {
  readonly status: number;
  readonly path: string;
}

/** A server that runs. */
export interface Serving {
  /** Ends with a slash. */
  readonly url: string;
  /** Stops the server and resolves to every request that it answered. */
  stop(): Promise<readonly Request[]>;
}

/** Starts `repomill serve DIRECTORY --port 0`. Rejects where it does not come up. */
export async function serve(directory: string): Promise<Serving> {
  const { process, ended } = startRepomill(['serve', directory, '--port', '0']);
  const failed = ended.then((run) => Promise.reject(new Error(`serve ended: ${run.stderr}`)));
  // Only a failure before the first line counts; the end that `stop` brings about is no failure.
  failed.catch(() => undefined);
  const listening = new Promise<string>((resolve) => {
    process.stdout?.once('data', (line: unknown) => resolve(String(line).trim()));
  });
  return {
    url: await Promise.race([listening, failed]),
    stop: async () => {
      process.kill('SIGTERM');
      const { exitCode, stderr } = await ended;
      if (exitCode !== 0) throw new Error(`serve ended with ${exitCode}: ${stderr}`);
      return [...stderr.matchAll(/^(\d{3}) GET \/(\S*)/gm)].map(([, status, path]) => ({
        status: Number(status),
        path: path ?? '',
      }));
    },
  };
}

/** Serves a directory while `use` works, and resolves to the requests that were answered. */
export async function whileServing(
  directory: string,
  use: (url: string) => Promise<void>,
): Promise<readonly Request[]> {
  const serving = await serve(directory);
  try {
    await use(serving.url);
  } catch (error) {
    await serving.stop();
    throw error;
  }
  return serving.stop();
}

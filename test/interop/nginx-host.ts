/**
 * A real nginx on 127.0.0.1, with the template that `init` writes or without it.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Host } from '../contract/host-contract.ts';
import { requestRaw } from '../contract/raw-request.ts';

const template = fileURLToPath(new URL('../../templates/hosts/nginx.conf', import.meta.url));

/** Runs nginx in the foreground, as one process that is ours to end. `http` goes around the server block, `server` into it. */
export async function startNginx(directory: string, http = '', server = `include ${template};`): Promise<Host> {
  const prefix = mkdtempSync(join(tmpdir(), 'repomill-nginx-'));
  const port = await freePort();
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'];
  const config = `
    daemon off; master_process off; pid nginx.pid; error_log stderr;
    events { }
    http {
      access_log off;
      ${temporary.map((name) => `${name}_temp_path ${name};`).join(' ')}
      ${http}
      server { listen 127.0.0.1:${port}; root ${directory}; ${server} }
    }`;
  writeFileSync(join(prefix, 'test.conf'), config);
  const nginx = spawn('nginx', ['-p', prefix, '-c', 'test.conf', '-e', 'stderr'], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let complaint = '';
  nginx.stderr.on('data', (chunk: Buffer) => {
    complaint += String(chunk);
  });
  const exited = once(nginx, 'exit');
  const url = `http://127.0.0.1:${port}/`;
  const stop = async (): Promise<void> => {
    nginx.kill('SIGTERM');
    await exited;
    rmSync(prefix, { recursive: true });
  };
  while (!(await answers(url))) {
    if (nginx.exitCode === null) continue;
    rmSync(prefix, { recursive: true });
    throw new Error(`nginx did not start: ${complaint}`);
  }
  return { url, stop };
}

async function answers(url: string): Promise<boolean> {
  await new Promise((resolve) => setTimeout(resolve, 20));
  return requestRaw(new URL(url), {}).then(
    () => true,
    () => false,
  );
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (typeof address !== 'object' || address === null) throw new Error('no port');
  return address.port;
}

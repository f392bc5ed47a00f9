import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  loadXzEncoder,
  loadXzPackage,
  loadXzProgram,
  type XzEncoder,
} from '../../../../src/platform/zlib/xz-encoder.ts';
import { failureOf } from '../../../failure.ts';

const content = new TextEncoder().encode('Package: a\n');

let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'xz-encoder-'));
});
afterAll(() => rm(directory, { recursive: true }));

/** A program of this name with this script, which runs in Node. */
async function makeProgram(name: string, script: string): Promise<string> {
  const file = join(directory, name);
  await writeFile(file, `#!${process.execPath}\n${script}`);
  await chmod(file, 0o755);
  return file;
}

const VERSION = `if (process.argv.includes('--version')) { console.log('xz (XZ Utils) 9.8.7\\nliblzma 9.8.6'); process.exit(); }\n`;

/** An encoder that is known by its name. */
function encoderOf(name: string): XzEncoder {
  return { name, compress: async (bytes) => bytes };
}

function bind(encoder: XzEncoder | undefined): XzEncoder {
  if (encoder === undefined) throw new Error('no encoder');
  return encoder;
}

describe('loadXzEncoder', () => {
  it('takes the first encoder that works', async () => {
    const found = await loadXzEncoder([async () => undefined, async () => encoderOf('b'), async () => encoderOf('c')]);
    expect(found?.name).toBe('b');
  });

  it('asks for no more than it needs', async () => {
    const asked: string[] = [];
    const load = (name: string) => async () => {
      asked.push(name);
      return encoderOf(name);
    };
    await loadXzEncoder([load('a'), load('b')]);
    expect(asked).toEqual(['a']);
  });

  it('gives undefined where nothing works', async () => {
    expect(await loadXzEncoder([async () => undefined])).toBeUndefined();
    expect(await loadXzEncoder([])).toBeUndefined();
  });
});

describe.skipIf(process.platform === 'win32')('loadXzProgram', () => {
  it('names the version of liblzma and all settings', async () => {
    const encoder = await loadXzProgram(await makeProgram('named', VERSION));
    expect(encoder?.name).toBe('liblzma 9.8.6 lc=4,lp=0,pb=0,nice=64,depth=0');
  });

  it.each([
    ['a program that does not exist', '/nowhere/xz', undefined],
    [
      'that of busybox, which says how it is used',
      undefined,
      `console.error('xz: unrecognized option: version'); process.exit(1);`,
    ],
    ['a program that fails', undefined, `console.log('liblzma 9.8.6'); process.exit(3);`],
    ['a program of the same name', undefined, `console.log('xz, my zip of x');`],
    [
      'a program that prints without end',
      undefined,
      `for (;;) require('node:fs').writeSync(1, Buffer.alloc(1 << 20));`,
    ],
  ])('gives undefined for %s', async (title, path, script) => {
    const program = path ?? (await makeProgram(title.replaceAll(/\W/g, '-'), script ?? ''));
    expect(await loadXzProgram(program)).toBeUndefined();
  });

  it('passes the bytes on and returns what the program writes', async () => {
    const echo = `process.stdin.on('data', (chunk) => process.stdout.write(Buffer.from(chunk).reverse()));`;
    const encoder = bind(await loadXzProgram(await makeProgram('echo', VERSION + echo)));
    expect([...(await encoder.compress(Uint8Array.of(1, 2, 3)))]).toEqual([3, 2, 1]);
  });

  it.each([
    [0, 65_536],
    [1, 65_536],
    [65_536, 65_536],
    [65_537, 131_072],
    [500_000, 524_288],
    [8_388_608, 8_388_608],
    [9_000_000, 8_388_608],
  ])('gives %i bytes a dictionary of %i', async (size, dictionary) => {
    const print = `process.stdin.resume(); process.stdin.on('end', () => console.log(process.argv.at(-1)));`;
    const encoder = bind(await loadXzProgram(await makeProgram('dictionary', VERSION + print)));
    const args = new TextDecoder().decode(await encoder.compress(new Uint8Array(size)));
    expect(args).toBe(`--lzma2=mode=normal,mf=bt4,dict=${dictionary},lc=4,lp=0,pb=0,nice=64,depth=0\n`);
  });

  it('says what the program says when it fails', async () => {
    const fail = `console.error('xz: (stdin): Cannot allocate memory\\nmore'); process.exitCode = 1; process.stdin.resume();`;
    const encoder = bind(await loadXzProgram(await makeProgram('fail', VERSION + fail)));
    const { code, message } = await failureOf(encoder.compress(content));
    expect([code, message]).toEqual(['transport', 'xz: (stdin): Cannot allocate memory']);
  });

  it('says how the program ended when it says nothing', async () => {
    const program = await makeProgram('silent', `${VERSION}process.kill(process.pid, 'SIGKILL');`);
    const { code, message } = await failureOf(bind(await loadXzProgram(program)).compress(content));
    expect([code, message]).toEqual(['transport', `${program}: ended with exit code 137`]);
  });
});

describe('loadXzPackage', () => {
  it('gives undefined where the package is not installed, or not for this machine', async () => {
    const load = () => {
      throw new Error("Cannot find module 'lzma-native'\nRequire stack:\n- somewhere.js");
    };
    expect(await loadXzPackage(load)).toBeUndefined();
  });

  it.each([[undefined], [null], ['createStream'], [{}], [{ createStream: true, versionString: () => '1' }]])(
    'gives undefined for a package that exports %j',
    async (exports) => {
      expect(await loadXzPackage(() => exports)).toBeUndefined();
    },
  );

  it('names the version of liblzma and all settings, as that of the program', async () => {
    const lzma = { createStream: () => undefined, versionString: () => '9.8.6' };
    expect((await loadXzPackage(() => lzma))?.name).toBe('liblzma 9.8.6 lc=4,lp=0,pb=0,nice=64,depth=0');
  });

  it('says why the package fails', async () => {
    const createStream = () => {
      throw new Error('LZMA_MEM_ERROR');
    };
    const encoder = bind(await loadXzPackage(() => ({ createStream, versionString: () => '9.8.6' })));
    const { code, message } = await failureOf(encoder.compress(content));
    expect([code, message]).toEqual(['transport', 'lzma-native: LZMA_MEM_ERROR']);
  });

  it('says why a stream of the package fails', async () => {
    const createStream = () => ({
      on(event: string, listener: (error: Error) => void) {
        if (event === 'error') queueMicrotask(() => listener(new Error('LZMA_OPTIONS_ERROR')));
      },
      end: () => undefined,
    });
    const encoder = bind(await loadXzPackage(() => ({ createStream, versionString: () => '9.8.6' })));
    const { code, message } = await failureOf(encoder.compress(content));
    expect([code, message]).toEqual(['transport', 'lzma-native: LZMA_OPTIONS_ERROR']);
  });
});

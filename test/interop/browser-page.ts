/**
 * What a page does with `repomill/client`: everything that it has. The same runs in Node, and has to find the same.
 */
import type * as Client from '../../src/client.ts';

/** What was found, as JSON. */
export type Findings = Readonly<Record<string, unknown>>;

/**
 * Uses every function of the client.
 *
 * @param base - URL of the directory that holds two versions of a tree, `old/` and `repo/`
 */
export async function useClient(client: typeof Client, base: string): Promise<Findings> {
  const { httpSource, openRepository, parseQuery, compileQuery, formatQuery, memoryStore, memorySource, pull } = client;
  const source = httpSource(`${base}repo/`);
  const repository = await openRepository({ source });
  const arch = 'amd64';
  const [bash] = await repository.show('bash', { arch });
  if (bash === undefined) throw new Error('no bash');
  const where = parseQuery('size > 1MB');
  const { total, hits } = await repository.search(['shell'], { arch });
  const large = await repository.search([], { arch, where });
  const plan = await repository.plan({ packages: ['bash'], installed: new Map([['bash', '1.0']]), arch });
  const details = await repository.details(bash.record);

  const kept = new Map<string, Uint8Array>();
  const store = memoryStore(kept);
  const first = await pull({ source: httpSource(`${base}old/`), store, arch });
  const second = await pull({ source, store, arch });
  const copy = await openRepository({ store });
  const index = await source.fetch('index.json', { maxBytes: 1_000_000 });
  const inMemory = memorySource(new Map([['index.json', index.kind === 'full' ? index.bytes : new Uint8Array()]]));
  const orders = await Promise.all(
    ['debian', 'semver', 'pep440', 'rpm', 'loose'].map(async (name) => {
      const { compare } = await client.loadVersionOrder(name === 'debian' ? undefined : name);
      return [name, ['1.10', '1.9', '2.0'].sort(compare)];
    }),
  );
  const refusal = await openRepository({ source: httpSource(`${base}nowhere/`) }).catch((thrown: unknown) => thrown);
  return {
    status: repository.status().summaries.length,
    archFor: repository.archFor('riscv64'),
    bash: [bash.record.version, bash.record.sha256, bash.arches],
    shells: [total, hits.map(({ name }) => name)],
    large: [large.total, formatQuery(where), compileQuery(where)(bash.record)],
    plan: [plan.version, plan.full, plan.packages.map(({ name, action, full }) => [name, action, full])],
    details: Object.keys(details),
    pulled: [first, second].map(({ version, files }) => [version, files.map(({ how, bytes }) => [how, bytes])]),
    copy: (await copy.show('bash', { arch })).map(({ record }) => record.version),
    kept: kept.size,
    inMemory: (await openRepository({ source: inMemory })).status().name,
    orders: Object.fromEntries(orders),
    compared: client.compareVersions('1.10', '1.9'),
    refusal: refusal instanceof client.RepomillError ? [refusal.code, refusal.message] : String(refusal),
    formatted: [
      client.formatError(new client.RepomillError('usage', 'a message', { path: 'a' })),
      client.formatProblem({ file: 'a', line: 1, message: 'a message' }),
    ],
  };
}

/**
 * What every layout promises, whatever it writes. A new layout adds a row to `subjects` in `layout-contract.test.ts`, and has
 * these tests.
 */
import { cpSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Finding } from '../../src/audit/findings.ts';
import { build } from '../../src/build.ts';
import { RepomillError } from '../../src/errors.ts';
import { inspect } from '../../src/inspect.ts';
import { type LayoutName, layoutNamed, layouts, treeHeaders } from '../../src/layouts/layouts.ts';
import type { Signer } from '../../src/model/signer.ts';
import type { BuildReport } from '../../src/publish/build-report.ts';
import { readableDirectory } from '../../src/publish/directory-tree.ts';
import { ruleFor } from '../../src/publish/header-rules.ts';
import { treeMembership } from '../../src/publish/published-trees.ts';
import { type VerifyReport, verify } from '../../src/verify.ts';
import { allFindings } from '../audited.ts';
import { digestsOf, makeWorkspace, stateOf } from '../workspace.ts';

/** A layout, and how its trees are made. */
export interface ContractSubject {
  readonly layout: LayoutName;
  /**
   * Writes the input of a release, 0 or 1, to a directory that exists or not, and gives the directory that the tree is built
   * into. `order` is the order in which its parts are written.
   */
  write(
    directory: string,
    release: 0 | 1,
    order: 'forward' | 'backward',
  ): { readonly input: string; readonly out: string };
  /** Planned files that a tree may lack, and why. */
  readonly optional?: Readonly<Record<string, string>>;
}

/** The tests of one layout. */
export function describeLayout({ layout: name, write, optional = {} }: ContractSubject): void {
  const workspace = makeWorkspace();
  const layout = layoutNamed(name);
  let tree: string;
  let input: string;
  /** Of the first release, and of the second one. */
  const reports: BuildReport[] = [];
  let planned: readonly string[];

  beforeAll(async () => {
    for (const release of [0, 1] as const) {
      ({ input, out: tree } = write(join(workspace, 'tree'), release, 'forward'));
      reports.push(await build({ input, out: tree, layout: name }));
    }
    planned = [...new Set(reports.flatMap(({ written }) => written.map(({ path }) => path)))]
      .filter((path) => !reports[1]?.pruned.includes(path))
      .sort();
  });

  /** Whether a finding names a file, or one that leads to it: that holds a digest of its path. */
  const isAbout = ({ path, message }: Finding, harmed: string): boolean => {
    const digests = harmed.match(/[0-9a-f]{64}/g) ?? [];
    if ([harmed, ...digests].some((name) => path.includes(name) || message.includes(name))) return true;
    const bytes = planned.includes(path) ? readFileSync(join(tree, path)) : Buffer.alloc(0);
    return digests.some((digest) => bytes.includes(digest) || bytes.includes(Buffer.from(digest, 'hex')));
  };

  const copyOf = (copy: string): string => {
    cpSync(tree, join(workspace, copy), { recursive: true });
    return join(workspace, copy);
  };

  describe(`the layout ${name}`, () => {
    it('writes files, and entry points last', () => {
      expect(planned.length).toBeGreaterThan(3);
      for (const { written } of reports) {
        const paths = written.map(({ path }) => path);
        expect(ruleFor(paths.at(-1) ?? '', layout.headerRules)?.stage).toBe('entry point');
      }
    });

    it('writes nothing if nothing changed', async () => {
      const before = stateOf(tree);
      const report = await build({ input, out: tree, layout: name });
      expect(report).toMatchObject({ changed: false, written: [], pruned: [] });
      expect(stateOf(tree)).toEqual(before);
    });

    it('gives the same tree whatever the order of the input', async () => {
      let other = '';
      for (const release of [0, 1] as const) {
        const backward = write(join(workspace, 'backward'), release, 'backward');
        other = backward.out;
        await build({ ...backward, layout: name, workers: 2 });
      }
      const ours = (digests: Readonly<Record<string, string>>): unknown =>
        Object.entries(digests).filter(([path]) => layout.owns(path));
      expect(ours(digestsOf(other))).toEqual(ours(digestsOf(tree)));
    });

    it('owns every file that it writes', () => {
      expect(planned.filter((path) => !layout.owns(path))).toEqual([]);
      expect(layout.owns(layout.absentPath)).toBe(true);
      expect(planned).not.toContain(layout.absentPath);
      for (const path of layout.entryPoints) expect(layout.owns(path)).toBe(true);
    });

    it('writes into the top of the tree and into its directories alone', () => {
      const outside = planned.filter(
        (path) => path.includes('/') && !layout.directories.includes(path.split('/')[0] ?? ''),
      );
      expect(outside).toEqual([]);
    });

    it('writes no file that a build would read as input, wherever that build writes', async () => {
      const isInTree = await treeMembership(join(workspace, 'elsewhere'), [], layouts);
      expect(planned.filter((path) => !isInTree(join(realpathSync(tree), path)))).toEqual([]);
    });

    it('shares no file that changes under its name with a different layout', () => {
      const mutable = planned.filter((path) => !treeHeaders(path)['Cache-Control']?.includes('immutable'));
      const others = layouts.filter((other) => other.name !== name);
      expect(mutable.length).toBeGreaterThan(0);
      expect(mutable.filter((path) => others.some((other) => other.owns(path)))).toEqual([]);
    });

    it('has a header rule for every file that it writes, and entry points in the last stage', () => {
      expect(planned.filter((path) => ruleFor(path, layout.headerRules) === undefined)).toEqual([]);
      for (const path of layout.entryPoints) expect(ruleFor(path, layout.headerRules)?.stage).toBe('entry point');
    });

    it('names every file that a different layout would prune as reached', async () => {
      const reached = await (await layout.load.reached())(readableDirectory(tree));
      const others = layouts.filter((other) => other.name !== name);
      const shared = planned.filter((path) => others.some((other) => other.owns(path)));
      expect(shared.filter((path) => !reached.has(path))).toEqual([]);
    });

    it('finds nothing wrong with its own tree', async () => {
      const report = await verify({ tree });
      expect(report.layouts.map((one) => one.layout)).toEqual([name]);
      expect(allFindings(report)).toEqual([]);
      expect(Object.values(report.layouts[0]?.counts ?? {}).some((count) => count > 0)).toBe(true);
    });

    it.each([
      ['cut short', (bytes: Buffer) => bytes.subarray(0, bytes.length >> 1)],
      ['missing', () => undefined],
      ['swapped for a different one', (_: Buffer, other: Buffer) => other],
    ])('finds every file that is %s, and says where', async (how, change) => {
      const silent: string[] = [];
      for (const [i, path] of planned.entries()) {
        const copy = copyOf('harmed');
        const own = readFileSync(join(copy, path));
        // A layout may serve the same bytes under two names.
        const others = [...planned.slice(i + 1), ...planned].map((other) => join(copy, other));
        const other = others.find((file) => !readFileSync(file).equals(own)) ?? '';
        const bytes = change(own, readFileSync(other));
        if (bytes === undefined) rmSync(join(copy, path));
        else writeFileSync(join(copy, path), bytes);
        const report = await auditOf(copy);
        if (report === 'refused') {
          expect(layout.entryPoints).toContain(path);
          continue;
        }
        const findings = allFindings(report);
        if (findings.length === 0) silent.push(path);
        for (const finding of findings) expect([finding.path, finding.message]).not.toContain('');
        expect({ path, others: findings.filter((finding) => !isAbout(finding, path)) }).toEqual({ path, others: [] });
        expect(findings.length, path).toBeLessThanOrEqual(6 + (report.layouts[0]?.counts.clients ?? 0));
      }
      expect(
        silent.filter((path) => how !== 'missing' || !(path in optional)),
        how,
      ).toEqual([]);
    });

    it('says what every file is that it writes, with and without a directory in front', async () => {
      for (const path of planned) {
        const bytes = readFileSync(join(tree, path));
        const found = await inspect(bytes, { path });
        expect([path, found.layout]).toEqual([path, name]);
        expect(await inspect(bytes, { path: join(tree, path) })).toEqual(found);
        const words = await layout.load.words();
        expect(words.inspected(found).join('')).not.toBe('');
        expect(JSON.parse(JSON.stringify(found)).kind).toBe(found.kind);
      }
    });

    it('has words for what was built and verified', async () => {
      const words = await layout.load.words();
      const [report] = reports;
      const [audited] = (await verify({ tree })).layouts;
      if (report === undefined || audited === undefined) throw new TypeError('no report');
      expect(words.built(report)).toMatch(/^\S.*\S$/);
      expect(words.content({ ...report, packages: 1, names: 1 })).toMatch(/^1 \w+\b(?!s)/);
      expect(words.content({ ...report, packages: 2, names: 2 })).toMatch(/^2 \w+s\b/);
      expect(words.verified(audited).checked.length).toBeGreaterThan(0);
      expect(words.nextCommand('x', (other) => `./${other}`).length).toBeGreaterThan(1);
    });

    it('continues its history from a copy of the tree, and refuses a place without one', async () => {
      const elsewhere = write(join(workspace, 'elsewhere'), 1, 'forward');
      const { state } = await build({ ...elsewhere, layout: name, previous: tree });
      expect(state).toEqual(reports[1]?.state);
      const request = { ...write(join(workspace, 'empty'), 0, 'forward'), layout: name, previous: workspace };
      await expect(build(request)).rejects.toMatchObject({ code: 'not-found', path: workspace });
      await expect(build({ ...request, previousOptional: true })).resolves.toMatchObject({ changed: true });
    });

    it('refuses a signer whose signatures it cannot hold', async () => {
      const sign: Signer['sign'] = async (_, { form } = {}) => [emptySignature(form === 'text' ? 1 : 0)];
      const signer = {
        kind: 'openpgp-detached',
        keys: ['somebody'],
        publicKeys: [],
        sign,
        covers: async () => true,
      } as const;
      const request = { ...write(join(workspace, 'signed'), 0, 'forward'), layout: name, signer };
      const refusal = { code: 'usage', message: expect.stringContaining('somebody') };
      if (layout.signatures.length === 0) await expect(build(request)).rejects.toMatchObject(refusal);
      else await expect(build(request)).resolves.toMatchObject({ changed: true });
    });
  });
}

/** A signature packet of version 4 that nobody made: RFC 9580, section 5.2.3. */
function emptySignature(type: 0 | 1): Uint8Array {
  const body = [4, type, 22, 8, 0, 6, 5, 2, 0, 0, 0, 1, 0, 0, 0xab, 0xcd, 0, 1, 1];
  return Uint8Array.of(0xc2, body.length, ...body);
}

/** The report on a tree, or that there is nothing to start from. */
async function auditOf(tree: string): Promise<VerifyReport | 'refused'> {
  try {
    return await verify({ tree });
  } catch (error) {
    if (!(error instanceof RepomillError)) throw error;
    return 'refused';
  } finally {
    rmSync(tree, { recursive: true });
  }
}

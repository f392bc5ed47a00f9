import { describe, expect, it } from 'vitest';
import { headerRules, treeHeaders } from '../../../src/layouts/layouts.ts';
import { headerRule, mergeHeaderRules } from '../../../src/publish/header-rules.ts';
import { treeFiles } from '../../contract/host-contract.ts';

const SHORT = 'public, max-age=60';

/** What changes under its name, and goes only with other files of the same moment. */
const revalidated = [
  ...['dists/repomill.json', 'dists/stable/Release', 'dists/stable/Release.gpg'],
  ...['dists/stable/main/Contents-amd64.gz', 'dists/stable/main/source/Sources.xz'],
  'dists/stable/main/source/Sources.diff/Index.gz',
  ...['', '.gz', '.xz', '.diff/Index', '.diff/Index.gz'].map(
    (suffix) => `dists/stable/main/binary-amd64/Packages${suffix}`,
  ),
];

/** What else changes under its name. */
const mutable = [...treeFiles.keys()].filter(
  (path) =>
    !path.includes('/') ||
    /^(refs|delta-indexes)\/|^deltas\/..\/|^objects\/.*\.commitmeta$|\/InRelease$|\.(sources|asc)$/.test(path),
);

describe('header rules', () => {
  it.each([...treeFiles.keys()])('have a rule for %s', (path) => {
    expect(headerRules.map(({ headers }) => headers)).toContain(treeHeaders(path));
  });

  it('are all needed', () => {
    const used = new Set([...treeFiles.keys()].map((path) => treeHeaders(path)));
    expect(headerRules.filter(({ headers }) => !used.has(headers))).toEqual([]);
  });

  it.each(mutable)('cache %s, which changes under the same name, for a minute', (path) => {
    expect(treeHeaders(path)['Cache-Control']).toBe(SHORT);
  });

  it.each(revalidated)('have caches ask for %s each time', (path) => {
    expect(treeHeaders(path)['Cache-Control']).toBe('public, max-age=0, must-revalidate');
    expect([...treeFiles.keys()]).toContain(path);
  });

  it.each([...treeFiles.keys()].filter((path) => ![...mutable, ...revalidated].includes(path)))(
    'cache %s, named by its digest, forever',
    (path) => {
      expect(treeHeaders(path)['Cache-Control']).toBe('public, max-age=31536000, immutable');
    },
  );

  it.each([
    'index.html',
    'summaries',
    'summaries.gz',
    'x/summaries/y',
    'index.json.bak',
    'INDEX.JSON',
    '',
    '_headers',
    'object',
  ])('cache %j, which is not part of a tree, only briefly', (path) => {
    expect(treeHeaders(path)['Cache-Control']).toBe(SHORT);
  });

  it.each([...treeFiles.keys(), 'index.html', 'constructor', 'x.constructor', 'x.__proto__'])(
    'give %s a type and no encoding',
    (path) => {
      expect(Object.keys(treeHeaders(path))).toEqual(['Content-Type', 'Cache-Control']);
      expect(treeHeaders(path)['Content-Type']).toMatch(/^[a-z]+\/[a-z.+-]+(; charset=utf-8)?$/);
    },
  );

  it.each([
    ['pool/g++_12~rc1_all.deb', 'application/vnd.debian.binary-package'],
    ['pool/main/g/g++/g++_12~rc1.orig.tar.xz', 'application/octet-stream'],
    ['dists/stable/InRelease', 'text/plain; charset=utf-8'],
    ['dists/stable/Release.gpg', 'application/pgp-signature'],
    ['dists/stable/main/binary-amd64/Packages', 'application/octet-stream'],
    ['dists/stable/main/binary-amd64/Packages.gz', 'application/gzip'],
    ['dists/stable/main/binary-amd64/Packages.xz', 'application/x-xz'],
    ['dists/stable/example.sources', 'text/plain; charset=utf-8'],
    ['dists/repomill.json', 'application/json'],
  ])('say that %s is %s', (path, type) => {
    expect(treeHeaders(path)['Content-Type']).toBe(type);
  });

  it.each([
    ...[
      'dists/pool/InRelease',
      'dists/objects/main/binary-amd64/Packages',
      'dists/x.diff/main/binary-amd64/Packages.gz',
    ],
    ...[
      'dists/by-hash/InRelease',
      'dists/stable/Packages.diff/binary-amd64/Packages.gz',
      'dists/stable/by-hash/binary-amd64/Packages.xz',
      'dists/stable/SHA256/source/Sources',
    ],
  ])('never take %s for a file that is named by its digest', (path) => {
    expect(treeHeaders(path)['Cache-Control']).not.toContain('immutable');
  });

  it('let only the index be compressed', () => {
    expect(headerRules.filter((rule) => rule.compress).map((rule) => rule.path)).toEqual(['index.json']);
  });
});

describe('mergeHeaderRules', () => {
  const content = headerRule('summaries/*', 'content', { caching: 'forever' });
  const entry = headerRule('index.json', 'entry point', { type: 'application/json' });

  it('has rules in upload order, and each rule that layouts share once', () => {
    expect(mergeHeaderRules([[entry, content], [{ ...content }]])).toEqual([content, entry]);
  });

  it.each([
    { ...content, headers: { ...content.headers, 'Content-Type': 'text/plain' } },
    { ...content, compress: true },
    { ...content, stage: 'mutable' } as const,
  ])('refuses different rules with the same path: %j', (other) => {
    expect(() => mergeHeaderRules([[content], [other]])).toThrow(
      new TypeError('summaries/*: expected one rule, found two that differ'),
    );
  });
});

/**
 * The readers of packages themselves beside the programs that make indexes of them: apt-ftparchive, dpkg-deb and dpkg-scansources.
 * Packages come from Debian if apt can reach it, and are made by dpkg-deb in any case.
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { memoryFile, storedInputFile } from '../../../src/platform/files/input-file.ts';
import { deb } from '../../../src/readers/deb/deb.ts';
import { readDebContents } from '../../../src/readers/deb/read-deb-contents.ts';
import { deb822 } from '../../../src/readers/deb822/deb822.ts';
import { dsc } from '../../../src/readers/dsc/dsc.ts';
import type { Reader } from '../../../src/readers/reader.ts';
import { sources } from '../../../src/readers/sources/sources.ts';
import { makeWorkspace, writeFiles } from '../../workspace.ts';
import { requireProgram } from '../programs.ts';

const has = {
  dpkg: requireProgram('dpkg-deb'),
  ftparchive: requireProgram('apt-ftparchive'),
  scansources: requireProgram('dpkg-scansources'),
};

/** Packages of Debian: small ones, of all ages and sections, some with long control archives. */
const names =
  `adduser anacron apt-file asciidoc-common at base-files base-passwd bc bsdextrautils ca-certificates cowsay cron dc
debconf debian-archive-keyring dictionaries-common diffstat dos2unix ed eject ethtool fdupes figlet file fonts-dejavu-core fortune-mod
gawk hello hostname iso-codes jq less libbz2-1.0 liblz4-1 libpopt0 libxxhash0 libzstd1 lsb-release mawk mime-support moreutils
nano ncurses-term netbase netcat-traditional patch perl-openssl-defaults popularity-contest procps psmisc pv python3-six rename
sed sensible-utils sharutils sl tree ucf vim-common whiptail xauth xml-core zlib1g`.split(/\s+/);

const run = (program: string, args: readonly string[], cwd: string): string =>
  execFileSync(program, args, {
    cwd,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
    maxBuffer: 1 << 28,
    timeout: 100_000,
  });

const directory = makeWorkspace();

/** Downloads packages of Debian; none where apt has no lists, or cannot reach its hosts. */
function download(): readonly string[] {
  const folder = join(directory, 'pool/debian');
  mkdirSync(folder, { recursive: true });
  try {
    const policies = run('apt-cache', ['policy', ...names], folder).split(/^(?=\S)/m);
    const known = policies.flatMap((policy) =>
      /Candidate: [^(]/.test(policy) ? [policy.slice(0, policy.indexOf(':'))] : [],
    );
    if (known.length > 0) run('apt-get', ['download', '-q', '-o', 'Acquire::Retries=0', ...known], folder);
  } catch {
    process.stderr.write(
      'SKIPPED: packages of Debian cannot be downloaded; packages made by dpkg-deb take their place\n',
    );
  }
  return readdirSync(folder);
}

/** Makes packages by dpkg-deb in every way that it knows. */
function makePackages(): void {
  const folder = join(directory, 'pool/own');
  mkdirSync(folder, { recursive: true });
  const compressions = [
    ['-Zxz'],
    ['-Zzstd'],
    ['-Zgzip'],
    ['-Znone'],
    ['-Zxz', '--no-uniform-compression'],
    ['-Zxz', '-z0'],
  ];
  const own = `Essential: yes
Section: contrib/utils
Priority: optional
Multi-Arch: foreign
Source: other (1:2)
Pre-Depends: dpkg (>= 1.17), init-system-helpers
Depends: libc6 (>= 2.36),
 liba:any | libb (<< 2~),
 libc
Suggests: own-doc,
  own-data
Tag: role::program, uitoolkit::{gtk,qt}
Homepage: not a URL
Built-Using: gcc-12 (= 12.2.0-14)
X-Long:
 first
 .
  second
x-lower: value: with colons
Description: ünïcode summary
 A long text
  with an indented line
 .
 and more
`;
  for (const [i, options] of compressions.entries()) {
    const root = writeFiles(join(directory, `root-${i}`), {
      'DEBIAN/control': `Package: own${i}\nVersion: 1:1.${i}~rc1+b2-1\nArchitecture: ${i === 0 ? 'all' : 'amd64'}\nMaintainer: Test Archive <archive@example.org>\nInstalled-Size: ${i}\n${own}`,
      'DEBIAN/md5sums': 'x'.repeat(i * 50_000),
      [`usr/share/doc/own${i}/README`]: 'x',
      [`usr/share/${'deep/'.repeat(30)}file`]: 'x'.repeat(i * 10_000),
    });
    run(
      'dpkg-deb',
      [
        '--root-owner-group',
        ...options,
        '-b',
        root,
        join(folder, `own${i}_1.${i}~rc1+b2-1_${i === 0 ? 'all' : 'amd64'}.deb`),
      ],
      directory,
    );
  }
}

const isReady = has.dpkg && has.ftparchive;
const downloaded = isReady ? download() : [];
if (isReady) makePackages();

const hashes = ['MD5', 'SHA1', 'SHA512'].flatMap((name) => ['-o', `APT::FTPArchive::${name}=false`]);
const files = isReady
  ? ['pool/debian', 'pool/own'].flatMap((folder) =>
      readdirSync(join(directory, folder)).map((name) => `${folder}/${name}`),
    )
  : [];

async function fieldsOf(
  reader: Reader,
  file: Parameters<Reader['read']>[0],
): Promise<readonly Readonly<Record<string, unknown>>[]> {
  const found: Readonly<Record<string, unknown>>[] = [];
  for await (const { drafts, problems } of reader.read(file)) {
    expect(problems).toEqual([]);
    found.push(...drafts.map(({ fields }) => fields));
  }
  return found;
}

describe.skipIf(!isReady)('packages themselves', () => {
  it('have the fields that apt-ftparchive packages finds in them, field by field', async () => {
    const list = run('apt-ftparchive', ['packages', 'pool', ...hashes], directory);
    const expected = await fieldsOf(deb822, memoryFile('Packages', Buffer.from(list)));
    const found = await Promise.all(files.map((file) => fieldsOf(deb, storedInputFile(join(directory, file), file))));
    const byPath = (fields: readonly Readonly<Record<string, unknown>>[]) =>
      Object.fromEntries(fields.map((one) => [String(one.path), one]));
    expect(files.length).toBe(downloaded.length + 6);
    expect(byPath(found.flat())).toEqual(byPath(expected));
  });

  it('have the paths that apt-ftparchive contents finds in them', async () => {
    for (const file of files) {
      const list = run('dpkg-deb', ['-c', file], directory);
      const count = list.split('\n').filter((line) => /^[^d]/.test(line)).length;
      expect([file, (await readDebContents(join(directory, file))).length]).toEqual([file, count]);
    }
    const expected = run('apt-ftparchive', ['contents', 'pool/own'], directory);
    const paths = await Promise.all(
      files.filter((file) => file.startsWith('pool/own')).map((file) => readDebContents(join(directory, file))),
    );
    expect([...new Set(paths.flat())].sort()).toEqual(
      expected
        .split('\n')
        .flatMap((line) => (line === '' ? [] : [line.replace(/\s+\S+$/, '')]))
        .sort(),
    );
  });
});

describe.skipIf(!has.scansources)('source packages themselves', () => {
  it('have the fields that dpkg-scansources finds in them, but for lists of weaker digests', async () => {
    const root = writeFiles(join(directory, 'source/hello'), {
      'debian/control':
        'Source: hello\nSection: utils\nPriority: optional\nMaintainer: Test Archive <archive@example.org>\nBuild-Depends: debhelper-compat (= 13)\nStandards-Version: 4.6.2\nHomepage: https://example.org\n\nPackage: hello\nArchitecture: any\nDescription: says hello\n to all\n',
      'debian/changelog':
        'hello (1:1.0) unstable; urgency=medium\n\n  * First.\n\n -- Test Archive <archive@example.org>  Thu, 01 Jan 2026 00:00:00 +0000\n',
      'debian/source/format': '3.0 (native)\n',
      'debian/rules': '#!/usr/bin/make -f\n%:\n',
    });
    mkdirSync(join(directory, 'pool/h'), { recursive: true });
    run('dpkg-source', ['-b', root], join(directory, 'pool/h'));
    const [expected] = await fieldsOf(
      sources,
      memoryFile('Sources', Buffer.from(run('dpkg-scansources', ['pool'], directory))),
    );
    const { Files: _, 'Checksums-Sha1': __, ...strong } = expected ?? {};
    const [found] = await fieldsOf(
      dsc,
      storedInputFile(join(directory, 'pool/h/hello_1.0.dsc'), 'pool/h/hello_1.0.dsc'),
    );
    expect(found).toEqual(strong);
    expect(Object.keys(strong)).toContain('Checksums-Sha256');
  });
});

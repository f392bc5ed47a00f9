/**
 * What `--installed` says: packages as name=version, and files that list them, a line for each.
 */
import { decodeText } from '../bytes/bytes.ts';
import { formatProblem, type Problem, RepomillError } from '../errors.ts';
import { readWithin } from '../platform/files/read-files.ts';
import { truncateForMessage } from '../text/printable.ts';

/** Installed packages. */
export interface InstalledPackages {
  /** Versions by name. */
  readonly versions: ReadonlyMap<string, string>;
  /** Names that were given one by one, and not in a file. */
  readonly named: readonly string[];
}

/** Bytes of a list: a hundred times as many packages as a machine has. */
const MAX_LIST_SIZE = 16 * 1024 * 1024;

/** Reads the values of `--installed`: `bash=5.2-1`, or the path of a list, such as `dpkg-query -W` prints. */
export async function readInstalled(values: readonly string[]): Promise<InstalledPackages> {
  const versions = new Map<string, string>();
  const named: string[] = [];
  for (const value of values) {
    const sign = value.indexOf('=');
    if (sign > 0 && !/^\.{0,2}\//.test(value)) {
      versions.set(value.slice(0, sign), value.slice(sign + 1));
      named.push(value.slice(0, sign));
      continue;
    }
    for (const [name, version] of await readList(value)) versions.set(name, version);
  }
  return { versions, named };
}

async function readList(file: string): Promise<readonly (readonly [name: string, version: string])[]> {
  const bytes = file === '' ? undefined : await readWithin(file, MAX_LIST_SIZE);
  if (bytes === undefined) {
    const found = file === '' ? 'nothing' : file;
    throw new RepomillError('usage', `--installed: expected name=version or a file, found ${found}`);
  }
  const problems: Problem[] = [];
  const entries = decodeText(bytes)
    .split('\n')
    .flatMap((text, i): readonly (readonly [string, string])[] => {
      const line = text.replace(/#.*$/, '').trim();
      if (line === '') return [];
      const [, name, version] = /^([^\s=]+)(?:\s*=\s*|\s+)(\S+)$/.exec(line) ?? [];
      if (name !== undefined && version !== undefined) return [[name, version]];
      problems.push({ file, line: i + 1, message: `expected a name and a version, found ${truncateForMessage(line)}` });
      return [];
    });
  if (problems.length === 0) return entries;
  const [first] = problems;
  const message =
    problems.length === 1 && first !== undefined ? formatProblem(first) : `${problems.length} lines are wrong`;
  throw new RepomillError('usage', `--installed: ${message}`, problems.length === 1 ? {} : { problems });
}

/** A shell script that uploads a tree with rsync, in an order in which clients never find a file missing. */
import { formatChoices } from '../../text/word-list.ts';
import { type HeaderRule, type UploadStage, uploadStages } from '../header-rules.ts';
import { bySpecificity, mayOverlap } from '../rule-path.ts';
import { type DirectoryRule, hostRules } from './host-rules.ts';

/** Files of a tree that list the package files published with it. */
export interface PackageLists {
  /** A glob of the shell, from the top of the tree. */
  readonly files: string;
  /** A command of the shell that prints the paths that are in the file `$list`, one a line. */
  readonly print: string;
}

/** Renders the script. */
export function renderUploadScript(
  rules: readonly HeaderRule[],
  entryPoints: readonly string[],
  packageLists: readonly PackageLists[],
): string {
  // Packages are uploaded by their lists.
  const uploaded = rules.filter(({ stage }) => stage !== 'packages');
  const { directories } = hostRules(uploaded);
  const uploads = uploadStages.flatMap((stage) => uploadLines(stage, uploaded, directories));
  const found = entryPoints.map((path) => `[ -e ${path} ]`).join(' || ');
  return `#!/bin/sh
# Uploads a tree published by repomill, in an order in which clients never find a file missing: first the files that an index
# names, then the index. Files that are no longer named are deleted at the end, after a delay; files of packages are not, because
# there may be others next to them.
#
#   sh hosts/upload.sh TREE HOST:DIRECTORY
#
# For a host without rsync (S3 and the like), upload the same names in the same order with the host's own program, with the
# headers of hosts/_headers, and never with --content-encoding.
set -eu
[ $# -eq 2 ] || { echo "usage: sh upload.sh TREE HOST:DIRECTORY" >&2; exit 2; }
cd "$1"
host=$2
${found} || { echo "$1: expected a tree with ${formatChoices(entryPoints)}" >&2; exit 1; }

# Uploads those that exist, one after the other.
upload() {
  for name in "$@"; do
    if [ -e "$name" ]; then rsync --archive --relative "$name" "$host/"; fi
  done
}

# Uploads some files of a directory, if it exists. Of the patterns, the first that matches a file counts.
upload_some() {
  name=$1
  shift
  if [ -d "$name" ]; then rsync --archive --relative --prune-empty-dirs "$@" "$name" "$host/"; fi
}

# The files of packages that the tree publishes, wherever they are.
${packageLists.map(renderLists).join('')}
${uploads.join('')}
# Caches may keep the old index for a minute, and a client that reads it then needs the files it names.
sleep "\${GRACE:-120}"
for name in ${directories
    .toReversed()
    .map(({ name }) => name)
    .join(' ')}; do
  if [ -d "$name" ]; then rsync --archive --relative --delete "$name" "$host/"; fi
done
`;
}

/** The files at a path, all of them or those that filters of rsync select. */
interface Upload {
  readonly path: string;
  readonly filters?: readonly string[];
}

/** Lines that upload what belongs to a stage, in the order of the rules. */
function uploadLines(
  stage: UploadStage,
  rules: readonly HeaderRule[],
  directories: readonly DirectoryRule[],
): readonly string[] {
  const uploads = new Map<string, Upload>();
  const staged = rules.filter((rule) => rule.stage === stage);
  for (const rule of staged) {
    const directory = rule.path.includes('*')
      ? directories.find(({ name }) => rule.path.startsWith(`${name}/`))
      : undefined;
    if (directory === undefined) uploads.set(rule.path, { path: rule.path });
    else if (rulesIn(directory, rules).every((other) => other.stage === stage)) {
      uploads.set(directory.name, { path: directory.name });
    } else {
      // Entry points have an order of their own.
      const wanted = stage === 'entry point' ? [rule] : staged;
      const filters = filtersFor(wanted, rulesIn(directory, rules));
      uploads.set([directory.name, ...filters].join(' '), { path: directory.name, filters });
    }
  }
  const lines: string[] = [];
  let whole: string[] = [];
  for (const { path, filters } of [...uploads.values(), { path: '', filters: [] }]) {
    if (filters === undefined) whole.push(path);
    else {
      if (whole.length > 0) lines.push(`upload ${whole.join(' ')}\n`);
      if (path !== '') lines.push(`upload_some ${path} ${filters.join(' ')}\n`);
      whole = [];
    }
  }
  return lines;
}

function rulesIn({ name }: DirectoryRule, rules: readonly HeaderRule[]): readonly HeaderRule[] {
  return rules.filter(({ path }) => path.startsWith(`${name}/`));
}

/** Filters for the files to which one of the wanted rules applies. Directories are always entered. */
function filtersFor(wanted: readonly HeaderRule[], rules: readonly HeaderRule[]): readonly string[] {
  const ordered = bySpecificity(rules);
  const isWanted = (rule: HeaderRule): boolean => wanted.includes(rule);
  const general = ordered.at(-1);
  const byDefault = general !== undefined && isDirectoryRule(general) && isWanted(general);
  const needed = ordered.filter((rule, i) => {
    if (isWanted(rule) !== byDefault) return true;
    return ordered.slice(i + 1).some((other) => isWanted(other) !== byDefault && mayOverlap(rule.path, other.path));
  });
  return [
    `--include='*/'`,
    ...needed.map((rule) => `--${isWanted(rule) ? 'include' : 'exclude'}='/${rule.path.replaceAll('*', '**')}'`),
    ...(byDefault ? [] : [`--exclude='*'`]),
  ];
}

function isDirectoryRule({ path }: HeaderRule): boolean {
  return /^[^*]*\/\*$/.test(path);
}

function renderLists({ files, print }: PackageLists): string {
  return `for list in ${files}; do
  [ -e "$list" ] || continue
  ${print} | tr '\\n' '\\0' | rsync --archive --from0 --files-from=- . "$host/"
done
`;
}

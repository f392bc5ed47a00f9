/** A shell script that uploads a tree with rsync, in an order in which clients never find a file missing. */
import { type HeaderRule, uploadStages } from '../header-rules.ts';

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
  const namesOf = (wanted: readonly HeaderRule[]): readonly string[] => {
    return [...new Set(wanted.map(({ path }) => path.replace(/\/.*$/s, '')))];
  };
  const uploads = uploadStages
    .filter((stage) => stage !== 'packages')
    .map((stage) => `upload ${namesOf(rules.filter((rule) => rule.stage === stage)).join(' ')}\n`);
  const directories = namesOf(rules.filter(({ path, stage }) => path.includes('/') && stage !== 'packages'));
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
${found} || { echo "$1: expected a tree with ${entryPoints.join(' or ')}" >&2; exit 1; }

# Uploads those that exist, one after the other.
upload() {
  for name in "$@"; do
    if [ -e "$name" ]; then rsync --archive --relative "$name" "$host/"; fi
  done
}

# The files of packages that the tree publishes, wherever they are.
${packageLists.map(renderLists).join('')}
${uploads.join('')}
# Caches may keep the old index for a minute, and a client that reads it then needs the files it names.
sleep "\${GRACE:-120}"
for name in ${directories.toReversed().join(' ')}; do
  if [ -d "$name" ]; then rsync --archive --relative --delete "$name" "$host/"; fi
done
`;
}

function renderLists({ files, print }: PackageLists): string {
  return `for list in ${files}; do
  [ -e "$list" ] || continue
  ${print} | tr '\\n' '\\0' | rsync --archive --from0 --files-from=- . "$host/"
done
`;
}

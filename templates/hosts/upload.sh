#!/bin/sh
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
[ -e index.json ] || [ -e summary.idx ] || { echo "$1: expected a tree with index.json or summary.idx" >&2; exit 1; }

# Uploads those that exist, one after the other.
upload() {
  for name in "$@"; do
    if [ -e "$name" ]; then rsync --archive --relative "$name" "$host/"; fi
  done
}

# The files of packages that the tree publishes, wherever they are.
for list in summaries/*.files.gz; do
  [ -e "$list" ] || continue
  gzip -dc "$list" | cut -d ' ' -f 4- | tr '\n' '\0' | rsync --archive --from0 --files-from=- . "$host/"
done

upload deltas details summaries objects
upload combined.jsonl.gz delta-indexes refs config
upload index.json summary summary.sig summary.idx.sig summary.idx

# Caches may keep the old index for a minute, and a client that reads it then needs the files it names.
sleep "${GRACE:-120}"
for name in refs delta-indexes objects summaries details deltas; do
  if [ -d "$name" ]; then rsync --archive --relative --delete "$name" "$host/"; fi
done

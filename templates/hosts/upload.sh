#!/bin/sh
# Uploads a tree that repomill published, in the order in which no client ever misses a file: what an index names before the
# index. What nothing names any more is deleted at the end, after a while.
#
#   sh hosts/upload.sh TREE HOST:DIRECTORY
#
# For a host that rsync does not reach (S3 and the like): the same names in the same order, by the host's own program, with
# the headers of hosts/_headers, and never with --content-encoding.
set -eu
[ $# -eq 2 ] || { echo "usage: sh upload.sh TREE HOST:DIRECTORY" >&2; exit 2; }
cd "$1"
host=$2
[ -e index.json ] || [ -e summary.idx ] || { echo "$1: expected a tree with index.json or summary.idx" >&2; exit 1; }

# Uploads those that are there, one after the other.
upload() {
  for name in "$@"; do
    if [ -e "$name" ]; then rsync --archive --relative "$name" "$host/"; fi
  done
}

upload deltas details summaries objects
upload combined.jsonl.gz delta-indexes refs config
upload index.json summary summary.sig summary.idx.sig summary.idx

# A cache keeps the old index for a minute, and a client that reads it then asks for what it names.
sleep "${GRACE:-120}"
for name in refs delta-indexes objects summaries details deltas; do
  if [ -d "$name" ]; then rsync --archive --relative --delete "$name" "$host/"; fi
done

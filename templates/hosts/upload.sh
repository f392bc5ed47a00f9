#!/bin/sh
# Uploads a tree that repomill published, native, flatpak or both, in the order in which no client ever misses a file: what an
# index names before the index, and what nothing names any more is deleted at the end, after a while.
#
#   sh hosts/upload.sh TREE HOST:DIRECTORY
#
# For a host that rsync does not reach (S3 and the like): the same names in the same order, by the host's own program, with
# the headers of hosts/_headers, and never with --content-encoding.
set -eu
[ $# -eq 2 ] || { echo "usage: sh upload.sh TREE HOST:DIRECTORY" >&2; exit 2; }
cd "$1"
host=$2
[ -e summary.idx ] || [ -e index.json ] || { echo "$1: expected a tree with summary.idx or index.json" >&2; exit 1; }

# Uploads those that are there, one after the other.
upload() {
  for name in "$@"; do
    if [ -e "$name" ]; then rsync --archive --relative "$name" "$host/"; fi
  done
}

upload objects deltas details summaries
upload delta-indexes refs config combined.jsonl.gz
upload summary summary.sig summary.idx.sig summary.idx index.json

# A cache keeps the old index for a minute, and who reads it then asks for what it names.
sleep "${GRACE:-120}"
for name in refs delta-indexes summaries details deltas objects; do
  if [ -d "$name" ]; then rsync --archive --relative --delete "$name" "$host/"; fi
done

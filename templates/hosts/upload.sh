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
[ -e index.json ] || [ -e summary.idx ] || [ -e dists/repomill.json ] || { echo "$1: expected a tree with index.json, summary.idx or dists/repomill.json" >&2; exit 1; }

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
for list in summaries/*.files.gz; do
  [ -e "$list" ] || continue
  gzip -dc "$list" | cut -d ' ' -f 4- | tr '\n' '\0' | rsync --archive --from0 --files-from=- . "$host/"
done
for list in dists/*.files.gz; do
  [ -e "$list" ] || continue
  gzip -dc "$list" | cut -d ' ' -f 4- | tr '\n' '\0' | rsync --archive --from0 --files-from=- . "$host/"
done

upload deltas details summaries objects
upload_some dists --include='*/' --exclude='/dists/**/binary-**/Packages.diff/Index.gz' --exclude='/dists/**/source/Sources.diff/Index.gz' --include='/dists/**/binary-**/Packages.diff/**.gz' --include='/dists/**/source/Sources.diff/**.gz' --include='/dists/**/by-hash/SHA256/**' --include='/dists/**.files.gz' --exclude='*'
upload combined.jsonl.gz delta-indexes refs config
upload_some dists --include='*/' --exclude='/dists/repomill.json' --include='/dists/**/binary-**/Packages.diff/Index.gz' --include='/dists/**/source/Sources.diff/Index.gz' --exclude='/dists/**/binary-**/Packages.diff/**.gz' --exclude='/dists/**/source/Sources.diff/**.gz' --exclude='/dists/**/by-hash/SHA256/**' --exclude='/dists/**/Release.gpg' --exclude='/dists/**/InRelease' --exclude='/dists/**.files.gz' --exclude='/dists/**/Release'
upload index.json summary summary.sig summary.idx.sig summary.idx dists/repomill.json
upload_some dists --include='*/' --exclude='/dists/**/by-hash/SHA256/**' --include='/dists/**/Release' --exclude='*'
upload_some dists --include='*/' --exclude='/dists/**/by-hash/SHA256/**' --include='/dists/**/Release.gpg' --exclude='*'
upload_some dists --include='*/' --exclude='/dists/**/by-hash/SHA256/**' --include='/dists/**/InRelease' --exclude='*'

# Caches may keep the old index for a minute, and a client that reads it then needs the files it names.
sleep "${GRACE:-120}"
for name in refs delta-indexes dists objects summaries details deltas; do
  if [ -d "$name" ]; then rsync --archive --relative --delete "$name" "$host/"; fi
done

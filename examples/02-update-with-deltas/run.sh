#!/usr/bin/env bash
# Publishes two versions; a client that has the first fetches a delta to the second.
set -eu
root=$(cd "$(dirname "$0")/../.." && pwd)/
repomill() { echo "\$ repomill ${*//"$root"/}"; node "${root}bin/repomill.js" "$@" 2>&1; }
out=${1:-$(mktemp -d)} && mkdir -p "$out" && cd "$out" && echo "in $out" >&2

config=${root}examples/debian/repomill.yaml
repomill build "${root}examples/debian" --config "$config" --out public
repomill pull public --cache cache --arch amd64

repomill build "${root}examples/debian/update" --config "$config" --out public
repomill inspect public
repomill pull public --cache cache
repomill pull public --cache cache
repomill verify public

#!/usr/bin/env bash
# Publishes records with fields of their own in two subsets, and searches each.
set -eu
root=$(cd "$(dirname "$0")/../.." && pwd)/
repomill() { echo "\$ repomill ${*//"$root"/}"; node "${root}bin/repomill.js" "$@" 2>&1; }
out=${1:-$(mktemp -d)} && mkdir -p "$out" && cd "$out" && echo "in $out" >&2

repomill build "${root}examples/03-subsets" --out public
repomill inspect public
repomill search --from public --arch linux-x64 --subset free
repomill search --from public --arch linux-x64 --subset stable
repomill search --from public --arch macos-arm64 --where tags=theme
repomill pull public --cache cache --arch linux-x64 --subset stable

#!/usr/bin/env bash
# Publishes a first version, looks at it, and builds again from the same input.
set -eu
root=$(cd "$(dirname "$0")/../.." && pwd)/
repomill() { echo "\$ repomill ${*//"$root"/}"; node "${root}bin/repomill.js" "$@" 2>&1; }
out=${1:-$(mktemp -d)} && mkdir -p "$out" && cd "$out" && echo "in $out" >&2

repomill build "${root}examples/debian" --out public

echo '$ find public -type f | sort'
find public -type f | LC_ALL=C sort

repomill inspect public
repomill verify public
repomill build "${root}examples/debian" --out public

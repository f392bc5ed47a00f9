#!/usr/bin/env bash
# Reads a published tree with a reader in Python, written from the specification.
# Needs: python3
set -eu
root=$(cd "$(dirname "$0")/../.." && pwd)/
out=${1:-$(mktemp -d)} && mkdir -p "$out" && cd "$out" && echo "in $out" >&2

node "${root}bin/repomill.js" build "${root}examples/debian" --out public >build.log
python3 "${root}test/interop/reader.py" show public bash --arch amd64

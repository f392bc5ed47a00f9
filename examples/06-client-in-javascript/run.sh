#!/usr/bin/env bash
# Serves the sample of Debian and reads it with client.js.
set -eu
root=$(cd "$(dirname "$0")/../.." && pwd)/
out=${1:-$(mktemp -d)} && mkdir -p "$out" && cd "$out" && echo "in $out" >&2

node "${root}bin/repomill.js" build "${root}examples/debian" --out public >build.log
mkfifo started
node "${root}bin/repomill.js" serve public --port 0 >started 2>requests.log &
trap "kill $!" EXIT
read -r url <started

node "${root}examples/06-client-in-javascript/client.js" "$url" bash

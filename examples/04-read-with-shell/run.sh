#!/usr/bin/env bash
# Reads a site and follows its update without any code of repomill.
# Needs: curl gunzip sha256sum bspatch python3
set -eu
root=$(cd "$(dirname "$0")/../.." && pwd)/
config=${root}examples/04-read-with-shell/repomill.yaml
build() { node "${root}bin/repomill.js" build "$1" --config "$config" --out public >>build.log; }
out=${1:-$(mktemp -d)} && mkdir -p "$out" && cd "$out" && echo "in $out" >&2

# fetch PATH [FILE]: a file of the site.
fetch() { curl --silent --show-error --fail --output "${2:-$1}" "$url$1"; }
# value FILE EXPRESSION: the value of a Python expression about a JSON document.
value() { python3 -c "import json, sys; document = json.load(open(sys.argv[1])); print($2)" "$1"; }
# check DIGEST FILE: whether a file has the digest that the index names.
check() { echo "$1  $2" | sha256sum -c -; }

# The site: a first version on a local server, whose first line of output is its URL.
build "${root}examples/debian"
mkfifo started
node "${root}bin/repomill.js" serve public --port 0 >started 2>requests.log &
trap "kill $!" EXIT
read -r url <started

echo '1. The index names a summary by the digest of what gunzip makes of it.'
amd64='next(entry for entry in document["signed"]["summaries"] if entry["arch"] == "amd64")'
fetch index.json
old=$(value index.json "$amd64['sha256']")
fetch "summaries/$old.gz" old.gz
gunzip -c old.gz >old
check "$old" old

echo '2. The first line of a summary is its header, in JSON.'
head -n 1 old >header.json
value header.json 'document["packages"], "packages in", len(document["buckets"]), "buckets"'

echo '3. The next index lists what we have in its history: a delta makes it new.'
build "${root}examples/debian/update"
fetch index.json
new=$(value index.json "$amd64['sha256']")
value index.json "$amd64['history']"
fetch "deltas/$old-$new.bsdiff" delta
bspatch old new delta
check "$new" new

echo '4. The combined file has every record as a line of JSON.'
fetch combined.jsonl.gz
gunzip -c combined.jsonl.gz >combined.jsonl
check "$(value index.json 'document["signed"]["combined"]["sha256"]')" combined.jsonl
grep '"name":"bash"' combined.jsonl >bash.json
value bash.json 'document["name"], document["version"], document["path"]'

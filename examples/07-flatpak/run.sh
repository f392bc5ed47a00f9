#!/usr/bin/env bash
# Publishes an OSTree repository for flatpak, again without a change, and again with a newer commit of one app.
set -eu
root=$(cd "$(dirname "$0")/../.." && pwd)/
repomill() { echo "\$ repomill ${*//"$root"/}"; node "${root}bin/repomill.js" "$@" 2>&1; }
out=${1:-$(mktemp -d)} && mkdir -p "$out" && cd "$out" && echo "in $out" >&2

cp -r "${root}examples/07-flatpak/repository" flatpaks
repomill build flatpaks --layout flatpak --out flatpaks

echo '$ cd flatpaks && find config summar* -type f | sort'
(cd flatpaks && find config summar* -type f | LC_ALL=C sort)

repomill build flatpaks --layout flatpak --out flatpaks

# The last step of `flatpak build-export`: once the objects of the new commit are there, the ref names it.
cp -r "${root}examples/07-flatpak/update/app" flatpaks/refs/heads
repomill build flatpaks --layout flatpak --out flatpaks

echo '$ find flatpaks/summaries -name "*.delta" | sort'
find flatpaks/summaries -name '*.delta' | LC_ALL=C sort

repomill inspect flatpaks
repomill verify flatpaks

# A client, once a host serves the folder (on this machine: `repomill serve flatpaks`):
#   flatpak remote-add --user --no-gpg-verify example https://example.org/flatpaks
#   flatpak remote-ls --user example

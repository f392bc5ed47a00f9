#!/usr/bin/env bash
# Publishes a directory of .deb files for apt, again with a newer version of one, and signed.
set -eu
root=$(cd "$(dirname "$0")/../.." && pwd)/
example=${root}examples/08-apt
config=$example/repomill.yaml
repomill() { echo "\$ repomill ${*//"$root"/}"; node "${root}bin/repomill.js" "$@" 2>&1; }
out=${1:-$(mktemp -d)} && mkdir -p "$out" && cd "$out" && echo "in $out" >&2

# The time of a build is that of the clock, unless this says otherwise. Here it says that a day passes.
export SOURCE_DATE_EPOCH=1700000000
cp -r "$example/debs" debs
repomill build debs --layout apt --config "$config" --out public

echo '$ find public -type f | grep -v by-hash | sort'
find public -type f | grep -v by-hash | LC_ALL=C sort

echo '$ cat public/dists/stable/Release'
cat public/dists/stable/Release

echo '$ cat public/dists/stable/greetings.sources'
cat public/dists/stable/greetings.sources

echo
echo 'A day later, greet has a newer version.'
export SOURCE_DATE_EPOCH=1700086400
rm debs/greet_1.0-1_amd64.deb
cp "$example/update/"*.deb debs
repomill build debs --layout apt --config "$config" --out public
repomill build debs --layout apt --config "$config" --out public

echo '$ gunzip -c public/dists/stable/main/binary-amd64/Packages.diff/*[0-9a-f].gz'
node -e 'for (const path of process.argv.slice(1)) process.stdout.write(zlib.gunzipSync(fs.readFileSync(path)))' \
  public/dists/stable/main/binary-amd64/Packages.diff/*[0-9a-f].gz

echo '$ find public/pool -name "greet_*" | sort'
find public/pool -name 'greet_*' | LC_ALL=C sort

repomill verify public

echo
echo 'With a key, there are signatures too.'
node "$example/make-key.js" key.asc
node "${root}bin/repomill.js" build debs --layout apt --config "$config" --out signed --sign key.asc >build.log
echo '$ ls signed/dists/stable'
LC_ALL=C ls signed/dists/stable
echo '$ head -n 4 signed/dists/stable/InRelease'
head -n 4 signed/dists/stable/InRelease

# A client, once a host serves the folder (on this machine: `repomill serve public`):
#   echo 'deb [trusted=yes] http://127.0.0.1:8080 stable main' | sudo tee /etc/apt/sources.list.d/greetings.list
#   sudo apt-get update && apt-cache policy greet

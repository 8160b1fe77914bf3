# Real assistants, without a network and with a home of their own: do they connect? Sourced by try.sh.
# The snippets are used as they stand: `npx` finds the package that was installed from the tarballs.
npm_install "$assistants" @anthropic-ai/claude-code@2.1.332 @google/gemini-cli@0.61.0 @openai/codex@0.169.0
bin=$assistants/node_modules/.bin
claude=$(echo "$assistants"/node_modules/@anthropic-ai/claude-code-linux-*/claude | tr ' ' '\n' | grep -v musl | head -1)
mkdir "$work/home"

# An assistant in the folder of the installed package, as a person would start it there.
as() {
  (cd "$work/install" && env -i HOME="$work/home" PATH="$PATH" TERM=dumb timeout 90 "$@")
}

# says TEXT COMMAND...: fails unless the output has the text.
says() {
  text=$1
  shift
  as "$@" >"$work/said" 2>&1 || true
  cat "$work/said"
  grep -q -- "$text" "$work/said"
}

claude_code() {
  as "$claude" mcp add --scope user kling -- npx -y klingai-mcp
  says 'kling: .*Connected' "$claude" mcp list
}
step 'Claude Code: connected' claude_code

validate() {
  as "$claude" plugin validate "$root" --strict
  as "$claude" plugin validate "$work/market" --strict
  as "$claude" plugin validate "$work/market/plugins/klingai" --strict --profile directory
}
step 'plugin: its own validator has no objection, nor has the directory' validate

plugin_installed() {
  as "$claude" mcp remove --scope user kling
  as "$claude" plugin marketplace add "$work/market"
  as "$claude" plugin install klingai@klingai-marketplace
  says 'plugin:klingai:klingai: .*Connected' "$claude" mcp list
  says 'kling-troubleshooting' "$claude" plugin details klingai
}
step 'plugin: installed, its server connected, its skill listed' plugin_installed

gemini() {
  mkdir "$work/home/.gemini"
  python3 -c "
import json, sys
settings = json.load(open(sys.argv[1]))
settings['security'] = {'folderTrust': {'enabled': False}}
json.dump(settings, open(sys.argv[2], 'w'))" "$here/clients/gemini.settings.json" "$work/home/.gemini/settings.json"
  says 'kling: .*Connected' "$bin/gemini" mcp list
}
step 'Gemini CLI: connected' gemini

# Codex does not try connections here; it reads and writes its configuration.
codex() {
  as "$bin/codex" mcp add kling -- npx -y klingai-mcp
  python3 -c "
import sys, tomllib
wrote, ours = (tomllib.load(open(path, 'rb'))['mcp_servers']['kling'] for path in sys.argv[1:])
assert wrote.items() <= ours.items(), (wrote, ours)" "$work/home/.codex/config.toml" "$here/clients/codex.toml"
  cp "$here/clients/codex.toml" "$work/home/.codex/config.toml"
  says 'kling .*npx .*-y klingai-mcp.*enabled' "$bin/codex" mcp list
}
step 'Codex: reads the snippet, and writes the same' codex

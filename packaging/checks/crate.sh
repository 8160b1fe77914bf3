#!/bin/sh
# What `cargo package` would upload: all that the build needs, and nothing else.
set -eu
cd "$(dirname "$0")/../.."
list=$(cargo package --list --locked --allow-dirty)
for file in Cargo.toml Cargo.lock build.rs build/embed.rs build/train.rs src/main.rs src/lib.rs README.md LICENSE CHANGELOG.md \
  references/sources.toml packaging/plugin/skills/kling-troubleshooting/SKILL.md; do
  echo "$list" | grep -qx "$file" || { echo "$file is missing"; exit 1; }
done
# What is embedded by path must be in the package; what unit tests read need not.
grep -rhoE 'include_(str|bytes)!\("[^"]+"\)' src build --include='*.rs' | grep -o '"\.\./[^"]*"' | tr -d '"' | sed 's|^\(\.\./\)*||' | grep -v '^tests/' | sort -u |
  while read -r file; do
    echo "$list" | grep -qE "(^|/)$file\$" || { echo "$file is embedded and not packaged"; exit 1; }
  done
other=$(echo "$list" | grep -vE '^(src|references|build)/|^packaging/plugin/skills/|^(Cargo\.(toml|toml\.orig|lock)|build\.rs|README\.md|LICENSE|CHANGELOG\.md|\.cargo_vcs_info\.json)$' || true)
[ -z "$other" ] || { echo "not needed: $other"; exit 1; }
echo "$(echo "$list" | wc -l) files"

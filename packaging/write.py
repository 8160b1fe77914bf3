#!/usr/bin/env python3
"""Writes every packaging file that repeats a fact: `write.py`; `write.py --check` names the files that are stale.

The facts stand in project.py, the version in Cargo.toml. After a change of either, run this and commit the result.
"""

import base64
import json
import re
import sys
from urllib.parse import quote

from project import ARGS, COMMAND, HERE, HOST, IMAGE, KEYWORDS, LICENSE, LONG, MCP_NAME, NAME, OWNER, REPOSITORY, ROOT, SERVER, SETTINGS, SHORT, TARGETS, TITLE, TOOLS, VERSION, npm_name

STDIO = {"type": "stdio"}
PLUGIN = "klingai"


def pretty(value):
    return json.dumps(value, indent=2, ensure_ascii=False) + "\n"


def dense(value):
    return json.dumps(value, separators=(",", ":"))


def environment():
    """Variables as forms of the registry."""
    return [{"name": name, "description": means, "isRequired": False, "isSecret": secret} for name, _, _, means, secret in SETTINGS]


def form(required=True):
    """Settings as forms of desktop and plugin hosts."""
    rows = {}
    for _, key, title, means, secret in SETTINGS:
        rows[key] = {"type": "string", "title": title, "description": means} | ({"sensitive": True} if secret else {}) | ({"required": False} if required else {})
    return rows


def filled():
    """The variables with what a person filled in; the program treats what nobody replaced as unset."""
    return {name: "${user_config.%s}" % key for name, key, _, _, _ in SETTINGS}


def npm():
    return {
        "name": NAME,
        "version": VERSION,
        "mcpName": MCP_NAME,
        "description": SHORT,
        "keywords": KEYWORDS,
        "license": LICENSE,
        "repository": {"type": "git", "url": f"git+{REPOSITORY}.git"},
        "bin": {NAME: "bin/launch.js"},
        "files": ["bin/launch.js"],
        "engines": {"node": ">=18"},
        "optionalDependencies": {npm_name(target): VERSION for target in TARGETS},
    }


def mcpb():
    """The desktop manifest; a bundle for one platform narrows it (build.py)."""
    return {
        "manifest_version": "0.3",
        "name": NAME,
        "display_name": TITLE,
        "version": VERSION,
        "description": SHORT,
        "long_description": LONG,
        "author": {"name": OWNER},
        "repository": {"type": "git", "url": REPOSITORY},
        "documentation": REPOSITORY + "#readme",
        "support": REPOSITORY + "/issues",
        "license": LICENSE,
        "keywords": KEYWORDS,
        "icon": "icon.png",
        "server": {
            "type": "binary",
            "entry_point": f"server/{NAME}",
            "mcp_config": {
                "command": "${__dirname}/server/" + NAME,
                "args": [],
                "env": filled(),
                "platform_overrides": {"win32": {"command": "${__dirname}/server/" + NAME + ".exe"}},
            },
        },
        "tools": [{"name": name, "description": means} for name, means in TOOLS.items()],
        "user_config": form(),
        "compatibility": {"claude_desktop": ">=0.10.0", "platforms": ["darwin", "linux", "win32"]},
    }


def plugin():
    return {
        "name": PLUGIN,
        "version": VERSION,
        "description": SHORT,
        "author": {"name": OWNER},
        "homepage": REPOSITORY,
        "repository": REPOSITORY,
        "license": LICENSE,
        "keywords": KEYWORDS,
        "userConfig": form(required=False),
        # Reached by three modes of one tool; everything else is offline.
        "network": {"hosts": [HOST]},
    }


def marketplace(source):
    """A marketplace of one plugin; `source` is where a client finds it."""
    entry = {"name": PLUGIN, "source": source, "description": SHORT, "version": VERSION}
    return {"name": "klingai-marketplace", "owner": {"name": OWNER}, "description": "Troubleshooting of the Kling AI video API.", "plugins": [entry]}


def registry():
    """The registry entry without desktop bundles: build.py adds those, with the hashes of the files."""
    package = {"version": VERSION, "transport": STDIO, "environmentVariables": environment()}
    image = {key: value for key, value in package.items() if key != "version"}
    return {
        "$schema": "https://static.modelcontextprotocol.io/schemas/2025-12-11/server.schema.json",
        "name": MCP_NAME,
        "title": TITLE,
        "description": SHORT,
        "version": VERSION,
        "websiteUrl": REPOSITORY + "#readme",
        "repository": {"url": REPOSITORY, "source": "github"},
        "packages": [
            {"registryType": "npm", "identifier": NAME} | package,
            {"registryType": "cargo", "identifier": NAME} | package,
            {"registryType": "oci", "identifier": IMAGE} | image,
        ],
    }


def stdio(**more):
    return more | {"command": COMMAND, "args": ARGS}


def n8n():
    """A node to paste into a workflow; n8n reaches servers over HTTP."""
    node = {
        "parameters": {"endpointUrl": "http://127.0.0.1:8700/mcp", "serverTransport": "httpStreamable", "authentication": "bearerAuth", "options": {}},
        "type": "@n8n/n8n-nodes-langchain.mcpClientTool",
        "typeVersion": 1.2,
        "position": [0, 0],
        "name": TITLE,
    }
    return {"nodes": [node], "connections": {}}


CODEX = f"""[mcp_servers.{SERVER}]
command = "{COMMAND}"
args = {json.dumps(ARGS)}
startup_timeout_sec = 30
"""

GOOSE = f"""extensions:
  {SERVER}:
    enabled: true
    type: stdio
    name: {SERVER}
    description: {TITLE}
    cmd: {COMMAND}
    args:
{chr(10).join(f"      - {json.dumps(arg)}" for arg in ARGS)}
    timeout: 60
"""


def links():
    """Install links, by client."""
    code = quote(dense({"name": SERVER} | stdio()), safe="")
    config = quote(base64.b64encode(dense(stdio()).encode()).decode(), safe="")
    goose = "&".join([f"cmd={COMMAND}"] + [f"arg={quote(arg, safe='')}" for arg in ARGS] + [f"id={SERVER}", f"name={quote(TITLE)}", f"description={quote(SHORT, safe='')}"])
    return {
        "vscode": f"vscode:mcp/install?{code}",
        "vscode_web": "https://insiders.vscode.dev/redirect?url=" + quote(f"vscode:mcp/install?{code}", safe=""),
        "cursor": f"cursor://anysphere.cursor-deeplink/mcp/install?name={SERVER}&config={config}",
        "cursor_web": f"https://cursor.com/en/install-mcp?name={SERVER}&config={config}",
        "goose": f"goose://extension?{goose}",
    }


def guide():
    """clients/README.md: the template with files and links put in."""
    text = (HERE / "clients/README.md.in").read_text()
    for key, link in links().items():
        text = text.replace("{{%s}}" % key, link)
    for path, content in SNIPPETS.items():
        text = text.replace("{{%s}}" % path, content.rstrip("\n"))
    words = {"server": SERVER, "run": " ".join([COMMAND, *ARGS]), "owner": OWNER, "name": NAME, "vscode_json": dense({"name": SERVER} | stdio()), "plugin": PLUGIN}
    for key, word in words.items():
        text = text.replace("{{%s}}" % key, word)
    assert "{{" not in text, "a mark of the template was not filled"
    return text


SNIPPETS = {
    "claude-code.mcp.json": pretty({"mcpServers": {SERVER: stdio()}}),
    "claude-desktop.json": pretty({"mcpServers": {SERVER: stdio()}}),
    "vscode.mcp.json": pretty({"servers": {SERVER: stdio(type="stdio")}}),
    "cursor.mcp.json": pretty({"mcpServers": {SERVER: stdio()}}),
    "codex.toml": CODEX,
    "gemini.settings.json": pretty({"mcpServers": {SERVER: stdio()}}),
    "goose.yaml": GOOSE,
    "n8n.json": pretty(n8n()),
}


def container():
    """The container file with version and name set where they stand."""
    text = (HERE / "container/Containerfile").read_text()
    for key, value in {"VERSION": VERSION, "MCP_NAME": MCP_NAME, "REPOSITORY": REPOSITORY, "LICENSE": LICENSE}.items():
        text, count = re.subn(rf"^ARG {key}=.*$", f'ARG {key}="{value}"', text, flags=re.M)
        assert count == 1, key
    return text


def files():
    """Path below the repository with the text that belongs there."""
    here = {
        "npm/klingai-mcp/package.json": pretty(npm()),
        "mcpb/manifest.json": pretty(mcpb()),
        "plugin/.claude-plugin/plugin.json": pretty(plugin()),
        "plugin/.mcp.json": pretty({"mcpServers": {PLUGIN: stdio(env=filled())}}),
        "registry/server.json": pretty(registry()),
        "clients/links.json": pretty(links()),
        "clients/README.md": guide(),
        "container/Containerfile": container(),
    } | {f"clients/{path}": text for path, text in SNIPPETS.items()}
    source = {"source": "npm", "package": f"{NAME}-plugin", "version": VERSION}
    return {f"packaging/{path}": text for path, text in here.items()} | {".claude-plugin/marketplace.json": pretty(marketplace(source))}


def main():
    check = sys.argv[1:] == ["--check"]
    stale = []
    for path, text in files().items():
        target = ROOT / path
        if target.exists() and target.read_text() == text:
            continue
        stale.append(path)
        if not check:
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(text)
    if check and stale:
        sys.exit("stale, run packaging/write.py: " + ", ".join(stale))
    print(f"{len(files())} files at version {VERSION}" + (f", {len(stale)} written" if stale else ""))


if __name__ == "__main__":
    main()

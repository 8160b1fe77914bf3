"""Our reading of the registry's schema of 2025-12-11 and of what it checks on publishing: `entry.py SERVER_JSON [BUNDLE_FOLDER]`.

It is a subset written for this entry, not the schema: what the schema allows and this entry does not use is refused here.
"""

import hashlib
import json
import pathlib
import re
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))

EXACT = re.compile(r"\d+\.\d+\.\d+(-[0-9A-Za-z.-]+)?")
TOP = {"$schema", "name", "title", "description", "version", "websiteUrl", "repository", "packages"}
PACKAGE = {"registryType", "identifier", "version", "fileSha256", "transport", "environmentVariables"}
VARIABLE = {"name": str, "description": str, "isRequired": bool, "isSecret": bool}


def texts(entry):
    assert set(entry) <= TOP, set(entry) - TOP
    assert re.fullmatch(r"[a-zA-Z0-9.-]+/[a-zA-Z0-9._-]+", entry["name"]) and 3 <= len(entry["name"]) <= 200, entry["name"]
    assert 1 <= len(entry["description"]) <= 100, f"description has {len(entry['description'])} characters"
    assert 1 <= len(entry["title"]) <= 100
    assert EXACT.fullmatch(entry["version"]), entry["version"]
    assert entry["$schema"].endswith("/2025-12-11/server.schema.json")
    assert entry["repository"]["source"] == "github" and entry["repository"]["url"].startswith("https://github.com/")
    owner = entry["repository"]["url"].split("/")[3]
    assert entry["name"].startswith(f"io.github.{owner}/"), "a GitHub login may publish under its own name only"


def package(item, version):
    kind, name = item["registryType"], item["identifier"]
    assert set(item) <= PACKAGE, set(item) - PACKAGE
    assert item["transport"] == {"type": "stdio"}, item["transport"]
    assert ("fileSha256" in item) == (kind == "mcpb"), "a hash belongs to a desktop bundle, and every bundle needs one"
    for variable in item["environmentVariables"]:
        assert {key: type(value) for key, value in variable.items()} == VARIABLE, variable
        assert re.fullmatch(r"[A-Z][A-Z0-9_]*", variable["name"]) and variable["isRequired"] is False, variable
        assert variable["isSecret"] == bool(re.search("KEY|SECRET|TOKEN", variable["name"])), f"secret or not: {variable['name']}"
    if kind == "oci":
        assert "version" not in item and re.fullmatch(r"[a-z0-9-]+/[a-z0-9-]+:(.+)", name)[1] == version, name
        return
    assert item["version"] == version and EXACT.fullmatch(version), item["version"]
    if kind == "mcpb":
        assert name.startswith("https://github.com/") and f"/v{version}/" in name and "mcp" in name.lower(), name
        assert re.fullmatch(r"[a-f0-9]{64}", item["fileSha256"]), item["fileSha256"]
    else:
        assert kind in ("npm", "cargo") and re.fullmatch(r"[a-z0-9-]+", name), item


def main():
    entry = json.loads(pathlib.Path(sys.argv[1]).read_text())
    texts(entry)
    for item in entry["packages"]:
        package(item, entry["version"])
    kinds = [item["registryType"] for item in entry["packages"] if item["registryType"] != "mcpb"]
    assert sorted(kinds) == ["cargo", "npm", "oci"], kinds
    names = [item["identifier"] for item in entry["packages"] if item["registryType"] == "mcpb"]
    assert len(set(names)) == len(names), "a bundle twice"
    if len(sys.argv) > 2:
        assert names, "no bundle was added"
        for item in entry["packages"]:
            if item["registryType"] == "mcpb":
                data = (pathlib.Path(sys.argv[2]) / item["identifier"].rpartition("/")[2]).read_bytes()
                assert item["fileSha256"] == hashlib.sha256(data).hexdigest(), item["identifier"]


main()

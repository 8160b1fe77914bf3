"""An unpacked desktop bundle starts as its manifest says: `bundle.py FOLDER`."""

import json
import pathlib
import sys

from session import converse
from project import TOOLS


def main():
    folder = pathlib.Path(sys.argv[1]).resolve()
    manifest = json.loads((folder / "manifest.json").read_text())
    assert [tool["name"] for tool in manifest["tools"]] == list(TOOLS), "the manifest lists other tools"
    server = manifest["server"]
    fill = lambda text: text.replace("${__dirname}", str(folder))  # noqa: E731
    assert fill(server["mcp_config"]["command"]) == str(folder / server["entry_point"]), "two programs"
    assert all((folder / name).is_file() for name in (manifest["icon"], "LICENSE", server["entry_point"]))
    # A host that leaves a setting empty may hand over the mark itself.
    for environment in (server["mcp_config"]["env"], dict.fromkeys(server["mcp_config"]["env"], "")):
        converse([fill(server["mcp_config"]["command"]), *map(fill, server["mcp_config"]["args"])], env=environment)


main()

#!/usr/bin/env python3
"""Lays packages out around a built program, ready for the tools that pack them.

build.py archive  --target T --program P --out DIR   release archive (.tgz)
build.py npm      --target T --program P --out DIR   npm package of one platform
build.py launcher --out DIR                          npm package that starts it
build.py bundle   --target T --program P --out DIR   desktop bundle, for `mcpb pack`
build.py plugin   --program P --out DIR              marketplace folder; the plugin in it is also an npm package
build.py image    --out DIR PLATFORM=P...            context of the container build, such as linux/amd64=P
build.py registry --out DIR BUNDLE...                registry entry with the hashes of the desktop bundles
"""

import argparse
import gzip
import hashlib
import io
import pathlib
import shutil
import subprocess
import tarfile

from project import HERE, LICENSE, NAME, REPOSITORY, ROOT, SHORT, TARGETS, VERSION, npm_name, program_name
from write import PLUGIN, STDIO, environment, marketplace, mcpb, npm, pretty, registry


def put(source, target, mode=0o644):
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(source, target)
    target.chmod(mode)


def say(target, value):
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(value if isinstance(value, str) else pretty(value))


def archive(args):
    """The same bytes for the same program: no times, no owners."""
    top = f"{NAME}-{args.target}-v{VERSION}"
    parts = [(args.program, program_name(args.target), 0o755)] + [(ROOT / name, name, 0o644) for name in ("README.md", "LICENSE", "CHANGELOG.md")]
    data = io.BytesIO()
    with tarfile.open(fileobj=data, mode="w", format=tarfile.USTAR_FORMAT) as tar:
        for source, name, mode in parts:
            entry = tarfile.TarInfo(f"{top}/{name}")
            entry.size, entry.mode = source.stat().st_size, mode
            with open(source, "rb") as file:
                tar.addfile(entry, file)
    args.out.mkdir(parents=True, exist_ok=True)
    (args.out / f"{top}.tgz").write_bytes(gzip.compress(data.getvalue(), 9, mtime=0))


def npm_platform(args):
    _, system, cpu, libc = TARGETS[args.target]
    manifest = {
        "name": npm_name(args.target),
        "version": VERSION,
        "description": f"The program of {NAME} for {args.target}.",
        "license": LICENSE,
        "repository": {"type": "git", "url": f"git+{REPOSITORY}.git"},
        "os": [system],
        "cpu": [cpu],
        "files": [f"bin/{program_name(args.target)}"],
        "preferUnplugged": True,
    } | ({"libc": [libc]} if libc else {})
    put(args.program, args.out / "bin" / program_name(args.target), 0o755)
    put(ROOT / "LICENSE", args.out / "LICENSE")
    say(args.out / "package.json", manifest)
    say(args.out / "README.md", f"# {npm_name(args.target)}\n\nThe program of [{NAME}]({REPOSITORY}) for {args.target}. Install `{NAME}`, which brings it.\n")


def launcher(args):
    folder = HERE / "npm" / NAME
    put(folder / "bin/launch.js", args.out / "bin/launch.js", 0o755)
    put(folder / "README.md", args.out / "README.md")
    put(ROOT / "LICENSE", args.out / "LICENSE")
    say(args.out / "package.json", npm())


def bundle(args):
    manifest = mcpb()
    system = TARGETS[args.target][1]
    server = manifest["server"]
    server["entry_point"] = f"server/{program_name(args.target)}"
    server["mcp_config"]["command"] = "${__dirname}/" + server["entry_point"]
    del server["mcp_config"]["platform_overrides"]
    manifest["compatibility"]["platforms"] = [system]
    put(args.program, args.out / server["entry_point"], 0o755)
    put(HERE / "plugin/icon.png", args.out / "icon.png")
    put(ROOT / "LICENSE", args.out / "LICENSE")
    say(args.out / "manifest.json", manifest)


def plugin(args):
    """The skill's references are the program's own pages, so they are as new as the program."""
    folder = args.out / "plugins" / PLUGIN
    shutil.copytree(HERE / "plugin", folder, dirs_exist_ok=True)
    skill = folder / "skills/kling-troubleshooting"
    subprocess.run([args.program, "docs", "--skill", skill], check=True)
    say(args.out / ".claude-plugin/marketplace.json", marketplace(f"./plugins/{PLUGIN}"))
    manifest = {"name": f"{NAME}-plugin", "version": VERSION, "description": SHORT, "license": LICENSE, "repository": npm()["repository"]}
    say(folder / "package.json", manifest | {"files": [".claude-plugin", ".mcp.json", "icon.png", "skills"]})


def image(args):
    put(HERE / "container/Containerfile", args.out / "Containerfile")
    (args.out / "state").mkdir(exist_ok=True)
    for pair in args.rest:
        platform, program = pair.split("=", 1)
        put(program, args.out / platform / NAME, 0o555)


def entry(args):
    whole = registry()
    for path in map(pathlib.Path, args.rest):
        package = {
            "registryType": "mcpb",
            "identifier": f"{REPOSITORY}/releases/download/v{VERSION}/{path.name}",
            "version": VERSION,
            "fileSha256": hashlib.sha256(path.read_bytes()).hexdigest(),
            "transport": STDIO,
            "environmentVariables": environment(),
        }
        whole["packages"].append(package)
    say(args.out / "server.json", whole)


KINDS = {"archive": archive, "npm": npm_platform, "launcher": launcher, "bundle": bundle, "plugin": plugin, "image": image, "registry": entry}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("kind", choices=KINDS)
    parser.add_argument("--target", choices=TARGETS)
    parser.add_argument("--program", type=lambda path: pathlib.Path(path).resolve())
    parser.add_argument("--out", type=pathlib.Path, required=True)
    parser.add_argument("rest", nargs="*")
    args = parser.parse_intermixed_args()
    if args.kind in ("archive", "npm", "bundle") and not (args.target and args.program) or args.kind == "plugin" and not args.program:
        parser.error(f"{args.kind} needs --program" + ("" if args.kind == "plugin" else " and --target"))
    KINDS[args.kind](args)


main()

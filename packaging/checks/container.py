"""The container file is careful, and its last stage works: `container.py CONTEXT`.

There is no container engine here. The files of the last stage are laid out in a folder, which becomes the root of a process without
rights: another user, an empty environment but the image's own, and nothing that it may write to. It needs root for that.
"""

import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

from session import converse
from project import LICENSE, MCP_NAME, NAME, REPOSITORY, VERSION

PLATFORM = {"x86_64": "linux/amd64", "aarch64": "linux/arm64"}[os.uname().machine]
CERTIFICATES = pathlib.Path("/etc/ssl/certs/ca-certificates.crt")


def instructions(text):
    """Pairs of word and rest; continued lines joined, comments gone."""
    lines = [line for line in text.splitlines() if not line.lstrip().startswith("#")]
    joined = re.sub(r"\\\n", " ", "\n".join(lines))
    return [(line.split(None, 1)[0].upper(), line.split(None, 1)[1].strip()) for line in joined.splitlines() if line.strip()]


def last_stage(steps):
    start = max(index for index, (word, _) in enumerate(steps) if word == "FROM")
    defaults = dict(re.findall(r'(\w+)="([^"]*)"', " ".join(rest for word, rest in steps[:start] if word == "ARG")))
    known = {"TARGETPLATFORM": PLATFORM}
    stage = []
    for word, rest in steps[start:]:
        if word == "ARG":
            known |= {name: defaults[name] for name in rest.split() if name in defaults}
        stage.append((word, re.sub(r"\$\{(\w+)\}", lambda mark: known[mark[1]], rest) if word != "ARG" else rest))
    return stage


def one(stage, word):
    found = [rest for key, rest in stage if key == word]
    assert len(found) == 1, f"{word} stands {len(found)} times"
    return found[0]


def careful(steps, stage):
    """What a reader would object to."""
    allowed = {"FROM", "ARG", "LABEL", "COPY", "ENV", "USER", "ENTRYPOINT", "CMD"}
    assert {word for word, _ in steps} <= allowed, "only copies: nothing runs, nothing is fetched by address"
    assert one(stage, "FROM") == "scratch", "the last stage holds what is copied and nothing else"
    for word, rest in steps:
        image = rest.split()[0]
        assert word != "FROM" or image == "scratch" or re.fullmatch(r"[a-z]+:\d+(\.\d+)*", image), f"no exact image: {rest}"
    user = one(stage, "USER")
    assert re.fullmatch(r"(\d+):(\d+)", user) and "0" not in user.split(":"), f"not a user without rights, by number: {user}"
    labels = dict(re.findall(r'([\w.]+)="([^"]*)"', one(stage, "LABEL")))
    image = "org.opencontainers.image."
    wanted = {"io.modelcontextprotocol.server.name": MCP_NAME, f"{image}version": VERSION, f"{image}source": REPOSITORY, f"{image}licenses": LICENSE}
    assert labels | wanted == labels and labels[f"{image}title"] and labels[f"{image}description"], labels
    assert json.loads(one(stage, "ENTRYPOINT")) == [NAME] and json.loads(one(stage, "CMD")) == ["stdio"]


def lay_out(stage, context, root):
    """The files of the image. A program that is not static brings its libraries along; the released one is static."""
    for rest in (rest for word, rest in stage if word == "COPY"):
        *options, source, target = rest.split()
        origin = CERTIFICATES if any(option.startswith("--from=") for option in options) else context / source
        place = root / target.lstrip("/")
        place.parent.mkdir(parents=True, exist_ok=True)
        if origin.is_dir():
            shutil.copytree(origin, place)
            for owner in (option.partition("=")[2] for option in options if option.startswith("--chown=")):
                os.chown(place, *map(int, owner.split(":")))
            continue
        shutil.copyfile(origin, place)
        mode = [option.partition("=")[2] for option in options if option.startswith("--chmod=")]
        place.chmod(int(mode[0], 8) if mode else 0o644)
    program = root / "usr/local/bin" / NAME
    listed = subprocess.run(["ldd", program], capture_output=True, text=True).stdout
    for library in re.findall(r"(/\S+) \(0x", listed):
        place = root / library.lstrip("/")
        place.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(library, place)
    return "static" if "=>" not in listed else "with the C library of this machine"


def main():
    context = pathlib.Path(sys.argv[1])
    steps = instructions((context / "Containerfile").read_text())
    stage = last_stage(steps)
    careful(steps, stage)
    if os.geteuid() != 0:
        sys.exit("the container's files are tried as another user, which needs root: run this as root")
    with tempfile.TemporaryDirectory() as folder:
        root = pathlib.Path(folder)
        root.chmod(0o755)
        kind = lay_out(stage, context, root)
        inside = 'mount --bind "$1" "$1" && mount -o remount,ro,bind "$1" && user=$2 root=$1 && shift 2 && exec chroot --userspec="$user" "$root" "$@"'
        own = dict(re.findall(r'(\w+)="([^"]*)"', one(stage, "ENV")))
        program = f"{own['PATH']}/{NAME}"
        enter = ["unshare", "--mount", "sh", "-c", inside, "sh", folder, one(stage, "USER"), program]
        environment = own | {"PATH": os.environ["PATH"]}  # the search path is for unshare and chroot
        converse([*enter, *json.loads(one(stage, "CMD"))], env=environment)
        write = subprocess.run([*enter, "retry", "1303", "--svg", "/chart.svg"], env=environment, capture_output=True, text=True)
        assert write.returncode == 2 and "chart.svg" in write.stderr and not (root / "chart.svg").exists(), write
        # With a volume in its place, the folder of the ledger belongs to the user.
        kept = ["setpriv", "--reuid=65532", "--regid=65532", "--clear-groups", "test", "-w", str(root / own["KLINGAI_STATE_DIR"].lstrip("/"))]
        assert subprocess.run(kept).returncode == 0, "the user may not write its ledger"
    print(f"the program is {kind}")


main()

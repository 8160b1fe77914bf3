"""The npm launcher is no more than a door: `launcher.py LAUNCHER PROGRAM`."""

import os
import pathlib
import shutil
import signal
import subprocess
import sys
import tempfile
import time

from session import Session, converse

FAULT = 70
FAKE = "Object.defineProperty(process, 'platform', { value: 'sunos' });"


def child(process):
    """The program that a launcher started."""
    path = pathlib.Path(f"/proc/{process.pid}/task/{process.pid}/children")
    for _ in range(200):
        found = path.read_text().split()
        if found:
            return int(found[0])
        time.sleep(0.02)
    raise AssertionError("the launcher started nothing")


def gone(pid):
    """Waits until a process ended; a zombie has."""
    for _ in range(500):
        try:
            state = pathlib.Path(f"/proc/{pid}/stat").read_text().rpartition(") ")[2][0]
        except FileNotFoundError:
            return True
        if state == "Z":
            return True
        time.sleep(0.02)
    return False


def run(command, text="", **options):
    return subprocess.run(command, input=text, capture_output=True, text=True, timeout=60, **options)


def same_answers(launcher, program):
    """Output and exit code of the program come through, whatever they are."""
    codes = set()
    for arguments, text in [(["explain", "1303"], ""), (["diagnose", "-"], ""), (["no-such-verb"], ""), (["diagnose", "-"], "it is broken")]:
        through, direct = run([launcher, *arguments], text), run([program, *arguments], text)
        assert (through.returncode, through.stdout, through.stderr) == (direct.returncode, direct.stdout, direct.stderr), (arguments, through, direct)
        codes.add(direct.returncode)
    assert {0, 2} < codes, codes


def signals(launcher, program):
    """A signal to the launcher reaches the program, and both end alike."""
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        ends = []
        for command in (program, launcher):
            session = Session([command], stderr=subprocess.DEVNULL)
            session.open()
            inner = child(session.process) if command == launcher else None
            session.process.send_signal(number)
            ends.append(session.process.wait(timeout=40))
            assert inner is None or gone(inner), f"the program outlived {number!r} to the launcher"
        assert ends[0] == ends[1], (number, ends)


def killed(launcher):
    """A program that dies of a signal takes the launcher with it, by the same signal."""
    for number in (signal.SIGKILL, signal.SIGABRT):
        session = Session([launcher])
        session.open()
        os.kill(child(session.process), number)
        end = session.process.wait(timeout=20)
        assert end == -number, (number, end)


def launcher_killed(launcher):
    """A program whose launcher was killed ends when the client closes the pipe."""
    session = Session([launcher])
    session.open()
    inner = child(session.process)
    session.process.kill()
    session.process.stdin.close()
    assert gone(inner), "the program outlived its client"


def refusals(launcher):
    """Without a program, one line says what, why, and what to do."""
    package = pathlib.Path(launcher).resolve().parent.parent
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        (folder / "fake.js").write_text(FAKE)
        shutil.copytree(package, folder / "alone")
        alone = str(folder / "alone/bin/launch.js")
        platform, absent = run(["node", "-r", str(folder / "fake.js"), alone]), run(["node", alone])
        assert platform.returncode == FAULT and "no program for sunos-" in platform.stderr and "cargo install" in platform.stderr, platform
        assert absent.returncode == FAULT and "--include=optional" in absent.stderr and "is not installed" in absent.stderr, absent
        scope = next(path for path in package.parent.iterdir() if path.name.startswith("@"))
        name = next(path for path in scope.iterdir() if path.name.startswith("klingai-mcp-linux-")).name
        empty = folder / "alone/node_modules" / scope.name / name / "bin"
        empty.mkdir(parents=True)
        (empty / "klingai-mcp").write_text("")
        broken = run(["node", alone])
        assert broken.returncode == FAULT and "cannot start" in broken.stderr, broken
        assert not platform.stdout + absent.stdout + broken.stdout, "stdout belongs to the protocol"


def main():
    launcher, program = sys.argv[1:]
    # What starts this check may ignore hang-ups (nohup does), and programs would inherit that; a handler ends with exec.
    signal.signal(signal.SIGHUP, lambda *_: None)
    converse([launcher])
    same_answers(launcher, program)
    signals(launcher, program)
    killed(launcher)
    launcher_killed(launcher)
    refusals(launcher)


main()

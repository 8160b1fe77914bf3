#!/usr/bin/env python3
"""Kills a paid call at nine instants, for eight ends and three reactions of its client, and counts what was created.

    tests/crash.py BINARY [--runs N] [--every K]

The server is the sandbox, a process of its own. After each kill the client makes the same call again, asks for the state of
the call, or does nothing. Then: at most one create was accepted, each accepted create has a row of the ledger, the chain of
the ledger agrees, and what is not settled is shown. `--runs` repeats every cell, `--every K` takes each K-th cell only.
"""

import argparse
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
import urllib.request

ENDS = ["", "1303", "5000", "accepted-504-html", "reset-before", "reset-after", "cut-body", "slow-answer"]
REACTIONS = ["same call", "status", "nothing"]
INSTANTS = 9
KEY = "api-key-kling-sandbox-000000000000000000000000000000000000"
# Names of states that are neither given back nor finished.
OPEN = ("reserved", "sending", "unknown", "held", "accepted")


class Sandbox:
    """A sandbox process with one scenario."""

    def __init__(self, binary, scenario):
        command = [binary, "sandbox", "--port", "0", "--speed", "3000"] + (["--scenario", scenario] if scenario else [])
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        self.url = None
        while self.url is None:
            line = self.process.stdout.readline()
            assert line, "the sandbox did not start"
            words = [word.rstrip(".,") for word in line.split() if word.startswith("http://127.0.0.1:")]
            self.url = words[0].rstrip("/") if words else None

    def accepted(self):
        """External ids of the creates that were accepted, whether or not the answer said so."""
        with urllib.request.urlopen(self.url + "/__sandbox/requests", timeout=10) as reply:
            record = json.load(reply)
        rows = record["requests"] if isinstance(record, dict) else record
        return [json.loads(row["body"])["options"]["external_task_id"] for row in rows if row.get("created")]

    def stop(self):
        self.process.kill()
        self.process.wait()


class Client:
    """A user with a ledger of their own."""

    def __init__(self, binary, url, folder):
        caps = {name: "10" for name in ("KLING_MCP_CAP_DAY_UNITS", "KLING_MCP_CAP_MONTH_UNITS", "KLING_MCP_UNATTENDED_UNITS")}
        self.binary = binary
        self.env = {"PATH": os.environ["PATH"], "KLING_API_KEY": KEY, "KLING_BASE_URL": url, "KLINGAI_STATE_DIR": folder} | caps

    def start(self, *arguments):
        return subprocess.Popen([self.binary, *arguments], env=self.env, stdin=subprocess.DEVNULL,
                                stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)

    def ask(self, *arguments):
        process = self.start(*arguments)
        out, err = process.communicate(timeout=60)
        return process.returncode, out, err

    def live(self):
        return self.start("test", "--mode", "live", "--wait", "1", "--json")

    def rows(self):
        """Rows of the ledger by external id."""
        _, out, _ = self.ask("ledger", "--json")
        shown = json.loads(out)
        return {row["external_id"]: row["state"] for row in shown.get("intents", []) + shown.get("open", [])}


def cell(binary, end, reaction, share, whole):
    """One kill at a share of the time that a whole call takes; the faults that were seen."""
    sandbox, faults = Sandbox(binary, end), []
    with tempfile.TemporaryDirectory() as folder:
        client = Client(binary, sandbox.url, os.path.join(folder, "state"))
        process = client.live()
        time.sleep(share * whole)
        process.send_signal(signal.SIGKILL)
        process.wait()
        react(client, reaction)
        rows, accepted = client.rows(), sandbox.accepted()
        if len(accepted) > 1:
            faults.append(f"{len(accepted)} creates were accepted")
        faults += [f"the create {name} has no row" for name in accepted if name not in rows]
        free = [name for name in accepted if rows.get(name) in ("rejected", "rejected_by_reconcile")]
        faults += [f"the create {name} counts as free" for name in free]
        if rows:
            code, _, err = client.ask("ledger", "--verify")
            if code != 0:
                faults.append(f"the chain does not agree: {err.strip()}")
        unclear = [name for name, state in rows.items() if state in OPEN]
        _, shown, _ = client.ask("ledger")
        faults += [f"{name} is not shown" for name in unclear if name not in shown]
    sandbox.stop()
    return faults


def react(client, reaction):
    if reaction == "same call":
        client.live().communicate(timeout=60)
    elif reaction == "status":
        for name in client.rows():
            client.ask("test", "--mode", "status", "--external-task-id", name, "--wait", "0")


def time_of_a_call(binary):
    """Seconds from start to end of a call that goes well."""
    sandbox = Sandbox(binary, "")
    with tempfile.TemporaryDirectory() as folder:
        started = time.monotonic()
        out, err = Client(binary, sandbox.url, os.path.join(folder, "state")).live().communicate(timeout=60)
        whole = time.monotonic() - started
    sandbox.stop()
    assert json.loads(out)["outcome"] in ("ok", "pending"), (out, err)
    return min(whole, 1.0)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("binary")
    parser.add_argument("--runs", type=int, default=1)
    parser.add_argument("--every", type=int, default=1)
    options = parser.parse_args()
    binary = os.path.abspath(options.binary)
    whole = time_of_a_call(binary)
    cells = [(end, reaction, (at + 0.5) / INSTANTS) for at in range(INSTANTS) for end in ENDS for reaction in REACTIONS]
    chosen = cells[:: options.every] * options.runs
    bad = 0
    for end, reaction, share in chosen:
        for fault in cell(binary, end, reaction, share, whole):
            bad += 1
            print(f"FAULT   {end or 'no fault'}, {reaction}, killed at {share * whole * 1000:.0f} ms: {fault}")
    print(f"{len(chosen)} kills within {whole * 1000:.0f} ms: {bad} faults")
    sys.exit(1 if bad else 0)


main()

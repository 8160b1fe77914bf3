"""Talks to the server over stdio as a client does: `session.py COMMAND...`; used by the other checks too."""

import json
import pathlib
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))

from project import NAME, TOOLS, VERSION  # noqa: E402


class Session:
    """A process that answers one message a line."""

    def __init__(self, command, **options):
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, **options)
        self.last = 0

    def say(self, method, params=None, **more):
        message = {"jsonrpc": "2.0", "method": method} | more | ({} if params is None else {"params": params})
        self.process.stdin.write(json.dumps(message) + "\n")
        self.process.stdin.flush()

    def ask(self, method, params):
        self.last += 1
        self.say(method, params, id=self.last)
        line = self.process.stdout.readline()
        assert line, f"no answer to {method}; the process ended with {self.process.wait()}"
        answer = json.loads(line)
        assert answer["id"] == self.last and "result" in answer, answer
        return answer["result"]

    def open(self):
        """Shakes hands; the names of the tools."""
        client = {"protocolVersion": "2025-11-25", "capabilities": {}, "clientInfo": {"name": "packaging", "version": "1"}}
        server = self.ask("initialize", client)["serverInfo"]
        assert (server["name"], server["version"]) == (NAME, VERSION), server
        self.say("notifications/initialized")
        return [tool["name"] for tool in self.ask("tools/list", {})["tools"]]

    def close(self):
        """Closes stdin, as a client does that goes away; the exit code."""
        self.process.stdin.close()
        rest = self.process.stdout.read()
        assert rest == "", f"something else on stdout: {rest!r}"
        return self.process.wait(timeout=20)


def converse(command, **options):
    session = Session(command, **options)
    names = session.open()
    assert names == list(TOOLS), names
    code = session.close()
    assert code == 0, f"exit code {code} after the end of stdin"


if __name__ == "__main__":
    converse(sys.argv[1:])

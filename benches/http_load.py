"""A client that says HTTP with the least of work, and servers to say it to: what the other scripts of this folder share."""
import asyncio
import json
import os
import pathlib
import resource
import signal
import subprocess
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
PASTE = '{"code":1102,"message":"Account balance not enough","request_id":"r-1"}'
DIAGNOSE = ("diagnose_error", {"report": PASTE})
ADD = ("add", {"a": 2, "b": 3})


def built(*names):
    """Paths of released programs, built when they are missing."""
    target = pathlib.Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target")) / "release"
    if not all((target / name).exists() for name in names):
        subprocess.run(["cargo", "build", "--release", "--locked", "--bin", "klingai-mcp", "--example", "hello_http"], cwd=ROOT, check=True)
    return [str(target / name) for name in names]


def open_files():
    """Takes as many file descriptors as the system gives."""
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))


class Server:
    """What is asked of a running process."""

    def cpu_s(self):
        """Processor time that it used so far."""
        with open(f"/proc/{self.process.pid}/stat", encoding="utf-8") as stat:
            fields = stat.read().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def memory_mib(self, row):
        """A row of its memory: `VmRSS` now, `VmHWM` at most."""
        with open(f"/proc/{self.process.pid}/status", encoding="utf-8") as status:
            return next(int(line.split()[1]) / 1024 for line in status if line.startswith(row))


class Ours(Server):
    """`klingai-mcp serve` on a free port, with state of its own; ended by `with`."""

    def __enter__(self):
        self.state = tempfile.TemporaryDirectory()
        env = {"PATH": os.environ["PATH"], "KLINGAI_STATE_DIR": self.state.name}
        (program,) = built("klingai-mcp")
        self.process = subprocess.Popen([program, "serve", "--http", "127.0.0.1:0"], env=env, stderr=subprocess.PIPE, text=True)
        address = self.process.stderr.readline().rsplit("http://", 1)[1].split("/")[0]
        self.process.stderr.readline()
        self.port = int(address.rsplit(":", 1)[1])
        self.token = pathlib.Path(self.state.name, "http-token").read_text(encoding="utf-8").strip()
        return self

    def __exit__(self, *_):
        self.process.send_signal(signal.SIGTERM)
        self.process.wait()
        self.process.stderr.close()
        self.state.cleanup()


class Hello(Server):
    """The hello server of `examples/`, on a free port."""

    token = "none"

    def __enter__(self):
        (program,) = built("examples/hello_http")
        self.process = subprocess.Popen([program], stdout=subprocess.PIPE, text=True)
        self.port = int(self.process.stdout.readline().rsplit(":", 1)[1])
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait()
        self.process.stdout.close()


def request(token, tool, arguments):
    """A call of the era with a handshake, which needs none over HTTP without sessions."""
    message = {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": {"name": tool, "arguments": arguments}}
    body = json.dumps(message).encode()
    head = f"POST /mcp HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {token}\r\nContent-Type: application/json\r\n"
    head += f"Accept: application/json, text/event-stream\r\nMCP-Protocol-Version: 2025-11-25\r\nContent-Length: {len(body)}\r\n\r\n"
    return head.encode() + body


async def exchange(reader, writer, data):
    """Sends a request and reads its answer: status, head, body."""
    writer.write(data)
    head = (await reader.readuntil(b"\r\n\r\n")).lower()
    at = head.find(b"content-length:")
    if at < 0:
        raise RuntimeError(f"an answer without a length: {head!r}")
    length = int(head[at + 15:head.index(b"\r\n", at)])
    return int(head[9:12]), head, await reader.readexactly(length)


def percentile(values, share):
    """The value below which that share of the values lies."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]


def load():
    """How busy the machine was, for the reader of figures."""
    return f"load {os.getloadavg()[0]:.2f} on {os.cpu_count()} processors"


def now():
    return time.perf_counter()


def run(coroutine):
    return asyncio.run(coroutine)

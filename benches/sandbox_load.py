#!/usr/bin/env python3
"""Loads a running `klingai-mcp sandbox` and prints what it took: python3 benches/sandbox_load.py URL [--tasks 10000] [--queries 20000].

Start the sandbox with many slots and slow time, so that the tasks stay in flight:
  klingai-mcp sandbox --port 8787 --quiet --slots 1000000 --speed 0.01
Needs nothing but the standard library. Units of the pack bound the tasks, so their price is kept low and kinds are mixed.
"""
import argparse
import asyncio
import json
import time
from urllib.parse import urlsplit

KEY = "api-key-kling-sandbox-000000000000000000000000000000000000"
BODY = json.dumps({"model_name": "kling-v3", "prompt": "a fox in the snow"}).encode()


def request(method, target, body=b""):
    head = f"{method} {target} HTTP/1.1\r\nHost: sandbox\r\nAuthorization: Bearer {KEY}\r\n"
    head += f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    return head.encode() + body


async def exchange(reader, writer, data):
    writer.write(data)
    head = await reader.readuntil(b"\r\n\r\n")
    length = next(int(line.split(b":")[1]) for line in head.lower().split(b"\r\n") if line.startswith(b"content-length"))
    return int(head[9:12]), await reader.readexactly(length)


async def worker(address, jobs, out):
    reader, writer = await asyncio.open_connection(*address)
    for data in jobs:
        begun = time.perf_counter()
        status, body = await exchange(reader, writer, data)
        out.append((status, time.perf_counter() - begun, body))
    writer.close()


async def phase(name, address, requests, connections):
    out = []
    begun = time.perf_counter()
    await asyncio.gather(*(worker(address, requests[at::connections], out) for at in range(connections)))
    took = time.perf_counter() - begun
    times = sorted(row[1] for row in out)
    good = sum(row[0] == 200 for row in out)
    print(f"{name}: {len(out)} requests, {good} answered 200, {len(out) / took:.0f}/s, "
          f"p50 {times[len(times) // 2] * 1e3:.1f} ms, p99 {times[len(times) * 99 // 100] * 1e3:.1f} ms")
    return [row[2] for row in out]


async def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("url")
    parser.add_argument("--tasks", type=int, default=10_000)
    parser.add_argument("--queries", type=int, default=20_000)
    parser.add_argument("--connections", type=int, default=32)
    parser.add_argument("--pid", type=int, help="process of the sandbox, to read its memory")
    args = parser.parse_args()
    at = urlsplit(args.url)
    address = (at.hostname, at.port)
    creates = [request("POST", "/v1/images/generations", BODY)] * args.tasks
    bodies = await phase("creates", address, creates, args.connections)
    ids = [json.loads(body)["data"]["task_id"] for body in bodies if b'"task_id"' in body]
    queries = [request("GET", f"/tasks?task_ids={ids[at % len(ids)]}") for at in range(args.queries)]
    bodies = await phase("queries", address, queries, args.connections)
    flying = sum(b'"submitted"' in body or b'"processing"' in body for body in bodies)
    print(f"queries that saw a task in flight: {flying}")
    if args.pid:
        with open(f"/proc/{args.pid}/status", encoding="utf-8") as status:
            print(next(line.strip() for line in status if line.startswith("VmHWM")))


asyncio.run(main())

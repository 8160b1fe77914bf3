#!/usr/bin/env python3
"""10,000 calls at once, and one more: benches/http_crowd.py [CALLS].

Each call has a connection of its own. First all heads are sent with half of their bodies, so that every call is admitted and none has run;
then one more call is made, which must be refused with 503 and `Retry-After`; then the bodies are finished, and each call must be answered.
It prints the spread of the answers from that moment, and the memory of the server. Two waves, so that what is kept between them shows.
"""
import asyncio
import sys

from http_load import DIAGNOSE, Ours, exchange, load, now, open_files, percentile, request, run


async def connection(port):
    for attempt in range(50):
        try:
            return await asyncio.open_connection("127.0.0.1", port)
        except OSError:
            await asyncio.sleep(0.05 * (attempt + 1))
    raise RuntimeError("no connection")


async def opened(port, count, data):
    """Connections on which all but the last byte of a request is sent."""
    out = []
    for _ in range(0, count, 500):
        part = await asyncio.gather(*(connection(port) for _ in range(min(500, count - len(out)))))
        for _, writer in part:
            writer.write(data[:-1])
        out += part
    return out


async def finished(pair, data, began):
    reader, writer = pair
    status, _, body = await exchange(reader, writer, data[-1:])
    took = now() - began
    writer.close()
    return status, took, b'"isError":true' in body


async def wave(server, count):
    data = request(server.token, *DIAGNOSE)
    pairs = await opened(server.port, count, data)
    # The refused one is asked until the server has seen all the others: their heads are still on the way for a moment.
    for _ in range(100):
        reader, writer = await connection(server.port)
        status, head, body = await exchange(reader, writer, data)
        writer.close()
        if status == 503:
            break
        await asyncio.sleep(0.02)
    print(f"call {count + 1}: {status}, retry-after {'there' if b'retry-after' in head else 'MISSING'}: {body.decode()[:100].strip()}")
    began = now()
    rows = await asyncio.gather(*(finished(pair, data, began) for pair in pairs))
    times = [took for _, took, _ in rows]
    good = sum(status == 200 and not busy for status, _, busy in rows)
    print(f"{good} of {count} answered in {max(times):.2f} s: p50 {percentile(times, 0.5):.2f} s, p99 {percentile(times, 0.99):.2f} s; "
          f"RSS {server.memory_mib('VmRSS'):.0f} MiB, at most {server.memory_mib('VmHWM'):.0f} MiB")
    return good == count and (status == 503 or count < 10_000)


async def main():
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
    open_files()
    print(load())
    with Ours() as server:
        print(f"idle: RSS {server.memory_mib('VmRSS'):.1f} MiB")
        good = [await wave(server, count) for _ in range(2)]
    print(load())
    return all(good)


if __name__ == "__main__":
    sys.exit(0 if run(main()) else 1)

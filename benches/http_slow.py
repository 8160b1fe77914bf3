#!/usr/bin/env python3
"""A healthy client beside clients that never finish their heads: benches/http_slow.py [CONNECTIONS] [SECONDS].

Each slow client sends a byte of a head a second; when the server closes it, it comes again. The healthy one calls `diagnose_error` on a
connection of its own, one call after the other. It ends with 1 when the healthy client's p99 is above 200 ms.
"""
import asyncio
import sys

from http_load import DIAGNOSE, Ours, exchange, load, now, open_files, percentile, request, run

LIMIT_S = 0.2


async def slow(port, closed):
    while True:
        try:
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.write(b"POST /mcp HTTP/1.1\r\nX-Slow: ")
            while not reader.at_eof():
                writer.write(b"a")
                try:
                    await asyncio.wait_for(reader.read(100), 1.0)
                except asyncio.TimeoutError:
                    pass
            closed[0] += 1
            writer.close()
        except OSError:
            closed[0] += 1
            await asyncio.sleep(0.5)


async def healthy(server, seconds):
    data = request(server.token, *DIAGNOSE)
    reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
    times, until = [], now() + seconds
    while now() < until:
        began = now()
        status, _, _ = await exchange(reader, writer, data)
        times.append(now() - began)
        if status != 200:
            raise RuntimeError(f"status {status}")
        await asyncio.sleep(0.01)
    writer.close()
    return times


def told(name, times):
    print(f"{name}: {len(times)} calls, p50 {percentile(times, 0.5) * 1e3:.1f} ms, p99 {percentile(times, 0.99) * 1e3:.1f} ms, "
          f"longest {max(times) * 1e3:.1f} ms")


def crowd(port, count, stop):
    """The slow clients, in a process of their own, so that their work is not measured as waiting."""
    open_files()

    async def all_of_them():
        closed = [0]
        tasks = [asyncio.ensure_future(slow(port, closed)) for _ in range(count)]
        while not stop.is_set():
            await asyncio.sleep(0.1)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        print(f"slow clients that were sent away: {closed[0]}", flush=True)

    run(all_of_them())


def main():
    import multiprocessing
    import time
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 5_000
    seconds = float(sys.argv[2]) if len(sys.argv) > 2 else 15.0
    open_files()
    print(load())
    with Ours() as server:
        told("alone", run(healthy(server, 3.0)))
        stop = multiprocessing.Event()
        others = multiprocessing.Process(target=crowd, args=(server.port, count, stop))
        others.start()
        time.sleep(3.0)
        times = run(healthy(server, seconds))
        told(f"beside {count} slow heads", times)
        print(f"RSS {server.memory_mib('VmRSS'):.0f} MiB, at most {server.memory_mib('VmHWM'):.0f} MiB")
        stop.set()
        others.join()
    print(load())
    return 0 if percentile(times, 0.99) <= LIMIT_S else 1


if __name__ == "__main__":
    sys.exit(main())

#!/usr/bin/env python3
"""Calls a second of `diagnose_error` beside those of a hello server of the same library, in one run: benches/http_ratio.py [SECONDS].

Both answer in turn, three times at each number of connections, and the best of each counts; the client (two processes) is the same. On a
small machine the client takes its share of the processors and so hides a part of the difference: the processor time of the server for one
call, which is printed too, hides none.
"""
import multiprocessing
import socket
import sys
import time

from http_load import ADD, DIAGNOSE, Hello, Ours, load, percentile, request

CONNECTIONS = [1, 8, 32]
CLIENTS = 2
ROUNDS = 3


def pump(port, data, connections, until, out):
    """Keeps a request under way on each connection, and counts answers. Answers are told apart by length, learnt from the first."""
    import select
    sockets = [socket.create_connection(("127.0.0.1", port)) for _ in range(connections)]
    poll = select.epoll()
    waiting = {}
    for each in sockets:
        each.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        poll.register(each.fileno(), select.EPOLLIN)
        waiting[each.fileno()] = [each, 0, 0.0]
    clock = time.perf_counter
    for state in waiting.values():
        state[2] = clock()
        state[0].sendall(data)
    wanted, answers, times, bad = None, 0, [], 0
    while clock() < until:
        for number, _ in poll.poll(0.1):
            state = waiting[number]
            part = state[0].recv(65536)
            if not part:
                raise RuntimeError("the server closed a connection")
            if state[1] == 0 and not part.startswith(b"HTTP/1.1 200"):
                bad += 1
            state[1] += len(part)
            if wanted is None:
                head, _, _ = part.partition(b"\r\n\r\n")
                length = next(int(line.split(b":")[1]) for line in head.lower().split(b"\r\n") if line.startswith(b"content-length"))
                wanted = len(head) + 4 + length
            if state[1] >= wanted:
                answers += 1
                times.append(clock() - state[2])
                state[1], state[2] = 0, clock()
                state[0].sendall(data)
    for each in sockets:
        each.close()
    out.put((answers, bad, times))


def rate(server, call, connections, seconds):
    """Answers a second, processor time for each, and the latencies, in seconds."""
    data = request(server.token, *call)
    out = multiprocessing.Queue()
    clients = min(CLIENTS, connections)
    shares = [connections // clients + (at < connections % clients) for at in range(clients)]
    busy = server.cpu_s()
    until = time.perf_counter() + seconds
    running = [multiprocessing.Process(target=pump, args=(server.port, data, share, until, out)) for share in shares]
    for process in running:
        process.start()
    results = [out.get() for _ in running]
    for process in running:
        process.join()
    bad = sum(row[1] for row in results)
    if bad:
        sys.exit(f"{bad} answers were no success")
    answers = sum(row[0] for row in results)
    return answers / seconds, (server.cpu_s() - busy) / answers, [value for row in results for value in row[2]]


def main():
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else 3.0
    print(load())
    with Ours() as ours, Hello() as hello:
        for server, call in ((ours, DIAGNOSE), (hello, ADD)):
            rate(server, call, 8, 1.0)
        for connections in CONNECTIONS:
            rows = [(rate(ours, DIAGNOSE, connections, seconds), rate(hello, ADD, connections, seconds)) for _ in range(ROUNDS)]
            own, theirs = (max(row[at] for row in rows) for at in (0, 1))
            p50, p99 = (percentile(own[2], share) * 1e3 for share in (0.5, 0.99))
            cost, least = (min(row[at][1] for row in rows) * 1e6 for at in (0, 1))
            print(f"{connections:>3} connections: diagnose_error {own[0]:.0f}/s (p50 {p50:.2f} ms, p99 {p99:.2f} ms, {cost:.0f} us of a processor), "
                  f"hello {theirs[0]:.0f}/s ({least:.0f} us), ratio {own[0] / theirs[0]:.2f}, by processor time {least / cost:.2f}", flush=True)
    print(load())


if __name__ == "__main__":
    main()

#!/usr/bin/env python3
"""The slot queue in SimPy beside the same model in the simulator of this repository, as a ratio of events a second.

Five slots, Poisson arrivals of four erlang, exponential job times of 180 s, one resource request a job: an arrival and an end
are the two events of a job. Both runs are timed on one core; SimPy plays fewer jobs, because it is compared by rate.
Usage: benches/simpy_ratio.py [JOBS]. Installs SimPy below target/ when it is missing; builds the benchmark when needed.
"""
import importlib
import pathlib
import random
import re
import subprocess
import sys
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
PACKAGES = ROOT / "target" / "simpy"
SLOTS, LOAD, MEAN_S = 5, 4.0, 180.0
EVENTS_PER_JOB = 2


def simpy_module():
    """SimPy, installed below target/ if it is not there."""
    sys.path.insert(0, str(PACKAGES))
    try:
        import simpy
    except ImportError:
        subprocess.run([sys.executable, "-m", "pip", "install", "--quiet", "--target", str(PACKAGES), "simpy"], check=True)
        importlib.invalidate_caches()
        import simpy
    return simpy


def theirs(jobs):
    """Events a second of the model in SimPy, and the mean wait as a check that it is the same model."""
    simpy = simpy_module()
    env, rng, waits = simpy.Environment(), random.Random(1), []
    slots = simpy.Resource(env, capacity=SLOTS)

    def job():
        came = env.now
        with slots.request() as slot:
            yield slot
            waits.append(env.now - came)
            yield env.timeout(rng.expovariate(1 / MEAN_S))

    def arrivals():
        for _ in range(jobs):
            yield env.timeout(rng.expovariate(LOAD / MEAN_S))
            env.process(job())

    env.process(arrivals())
    started = time.perf_counter()
    env.run()
    return EVENTS_PER_JOB * jobs / (time.perf_counter() - started), sum(waits) / len(waits)


def ours():
    """Events a second that the benchmark reports for the slot queue."""
    command = ["cargo", "bench", "--quiet", "--bench", "simulate"]
    out = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout
    found = re.search(r"^slot queue: ([0-9.]+) million", out, re.MULTILINE)
    if not found:
        sys.exit(f"the benchmark printed no figure for the slot queue:\n{out}")
    return float(found.group(1)) * 1e6


def main():
    jobs = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    rate, wait = max(theirs(jobs) for _ in range(3))
    own = ours()
    print(f"SimPy: {rate / 1e6:.3f} million events a second, mean wait {wait:.1f} s (Erlang C: 99.7 s)")
    print(f"here:  {own / 1e6:.3f} million events a second")
    print(f"ratio: {own / rate:.0f}")


if __name__ == "__main__":
    main()

"""Runs the workers that `retry --code` writes against the sandbox: workers.py PROGRAM NODE_FOLDER [LANGUAGE...]

Every scenario of every language is a process of its own, all at once. What the sandbox recorded decides."""
import collections
import concurrent.futures
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.request

PROGRAM, NODE = sys.argv[1:3]
KEY = "api-key-kling-sandbox-000000000000000000000000000000000000"
SLOTS, JOBS = 3, 5
# Jobs run for 28 virtual seconds: 2 seconds of the workers, whose own times are not scaled.
SPEED = 14
# Scenarios of our own: a rate limit, and an outage of six answers, queries included.
OWN = {
    "rate-storm": 'title = "Too fast, three times"\nexpect = "quota.rate"\n\n[[step]]\non = "create"\nfirst = 3\nanswer = 1302\n',
    "outage": 'title = "Nothing answers at first"\nexpect = "server.internal"\n\n[[step]]\nfirst = 6\nanswer = 5000\n',
}
# Each scenario, and whether all jobs have results in the end.
SCENARIOS = {"plain": True, "slot-storm": True, "rate-storm": True, "accepted-504-html": True, "reset-after": True,
             "reset-before": True, "outage": True, "pack-empty": False, "restart": True}
NAMES = {"python": "worker.py", "typescript": "worker.ts", "shell": "worker.sh", "go": "worker.go"}


def say(ok, label):
    print(f"{'ok     ' if ok else 'FAILED '} {label}", flush=True)


def quiet(*command, **more):
    done = subprocess.run(command, capture_output=True, text=True, **more)
    if done.returncode:
        raise AssertionError(f"{' '.join(command)}: {done.stdout[-2000:]}{done.stderr[-2000:]}")


def build(language, folder):
    """The command that runs the worker which `retry --code` wrote into the folder."""
    quiet(PROGRAM, "retry", "--jobs", str(JOBS), "--slots", str(SLOTS), "--job-seconds", "2", "--deadline-s", "60",
          "--language", language, "--code", folder)
    file = os.path.join(folder, NAMES[language])
    if language == "python":
        quiet(sys.executable, "-m", "py_compile", file)
        return [sys.executable, file]
    if language == "typescript":
        strict = "--strict --noUncheckedIndexedAccess --exactOptionalPropertyTypes --noPropertyAccessFromIndexSignature " \
            "--noImplicitReturns --noUnusedLocals --noUnusedParameters --target es2022 --module commonjs --types node"
        quiet(f"{NODE}/node_modules/.bin/tsc", *strict.split(), "--typeRoots", f"{NODE}/node_modules/@types", file)
        return ["node", os.path.join(folder, "worker.js")]
    if language == "go":
        quiet("go", "vet", file)
        quiet("go", "build", "-o", os.path.join(folder, "worker"), file)
        return [os.path.join(folder, "worker")]
    quiet("sh", "-n", file)
    return ["sh", file]


def sandbox(scenario, folder):
    command = [PROGRAM, "sandbox", "--port", "0", "--speed", str(SPEED), "--slots", str(SLOTS), "--quiet"]
    if scenario in OWN:
        name, scenario = scenario, os.path.join(folder, "own.toml")
        with open(scenario, "w") as file:
            file.write(OWN[name])
    if scenario not in ("plain", "restart"):
        command += ["--scenario", scenario]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    first = process.stdout.readline()
    found = re.search(r"http://\S+", first)
    if not found:
        raise AssertionError(f"no sandbox: {first}{process.stderr.read()}")
    return process, found[0]


def judge(scenario, finishes, ended, record):
    """What must hold of the calls, whatever went wrong."""
    creates = [row for row in record["requests"] if row["method"] == "POST"]
    tasks = collections.Counter(json.loads(row["body"])["options"]["external_task_id"] for row in creates if row["created"])
    double = [name for name, count in tasks.items() if count > 1]
    assert not double, f"paid twice: {double}"
    words = {line.split()[0]: line.split()[1] for line in ended.splitlines()}
    if finishes:
        assert len(tasks) == JOBS, f"tasks of {len(tasks)} of {JOBS} jobs: {ended}"
        assert list(words.values()) == ["succeeded"] * JOBS, ended
    stops = [number for number, row in enumerate(creates) if row["code"] in (1100, 1101, 1102, 1304)]
    assert not stops or stops == [len(creates) - 1], f"creates went on after an account code: {len(creates)}"
    assert (scenario == "pack-empty") == bool(stops)
    refused = sum(row["code"] == 1303 for row in creates)
    assert refused == (3 if scenario == "slot-storm" else 0), f"{refused} creates without a free slot"
    if scenario == "accepted-504-html" or scenario == "reset-after":
        looked = [row for row in record["requests"] if "external_task_ids" in row["query"]]
        assert looked, "no look-up after an unclear create"
    if scenario == "outage":
        assert sum(row["code"] == 5000 for row in record["requests"]) == 6
    if scenario == "rate-storm":
        assert sum(row["code"] == 1302 for row in creates) == 3


def play(language, scenario, command):
    folder = tempfile.mkdtemp()
    server, base = sandbox(scenario, folder)
    try:
        jobs, journal = os.path.join(folder, "jobs"), os.path.join(folder, "journal")
        with open(jobs, "w") as file:
            for number in range(JOBS):
                body = {"prompt": f'a "fox" {number}: {{snow}}', "settings": {"duration": 3}}
                file.write(f"job-{number} /text-to-video/kling-3.0-turbo {json.dumps(body)}\n")
        clean = {name: value for name, value in os.environ.items() if "proxy" not in name.lower()}
        environment = {**clean, "KLING_API_KEY": KEY, "KLING_BASE_URL": base}
        if scenario == "restart":  # killed in the middle, it goes on where it stopped
            first = subprocess.Popen([*command, jobs, journal], env=environment, stdout=subprocess.DEVNULL)
            while not os.path.exists(journal) or open(journal).read().count(" task ") < 2:
                time.sleep(0.01)
            first.kill()
            first.wait()
            with open(journal, "a") as file:
                file.write("job-0 sen\n")  # a line that was cut off: its task exists
        done = subprocess.run([*command, jobs, journal], env=environment, capture_output=True, text=True, timeout=90)
        with urllib.request.urlopen(f"{base}/__sandbox/requests") as reply:
            record = json.load(reply)
        with open(journal) as file:
            ended = file.read()
        finishes = SCENARIOS[scenario]
        assert done.returncode == (0 if finishes else 1), f"exit {done.returncode}: {done.stderr[-1500:]}{ended}"
        assert KEY not in done.stdout + done.stderr + ended
        judge(scenario, finishes, ended, record)
        return len(record["requests"])
    finally:
        server.kill()
        server.wait()
        shutil.rmtree(folder)


def outcome(future):
    """What went wrong, if anything, and the number of calls."""
    try:
        return None, future.result()
    except (AssertionError, subprocess.TimeoutExpired) as error:
        return error, 0


def main():
    os.environ["no_proxy"] = "127.0.0.1"
    languages = sys.argv[3:] or ["python", "typescript", "go", "shell"]
    failed = False
    with tempfile.TemporaryDirectory() as work, concurrent.futures.ThreadPoolExecutor(12) as pool:
        plays = []
        for language in languages:
            command = build(language, os.path.join(work, language))
            plays += [(language, name, pool.submit(play, language, name, command)) for name in SCENARIOS]
        for language, name, future in plays:
            error, calls = outcome(future)
            failed |= error is not None
            say(error is None, f"{language}/worker {name}: {error or f'{calls} calls'}")
    return 1 if failed else 0


sys.exit(main())

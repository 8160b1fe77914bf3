"""Runs the workers that `retry --code` writes against the sandbox: workers.py PROGRAM NODE_FOLDER [LANGUAGE...]

Every scenario of every language is a process of its own, many at once. What the sandbox recorded decides: what must hold of
every worker, and the calls that `retry --trace` says the policy leads to."""
import collections
import concurrent.futures
import itertools
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.parse
import urllib.request

PROGRAM, NODE = sys.argv[1:3]
KEY = "api-key-kling-sandbox-000000000000000000000000000000000000"
SLOTS, JOBS = 3, 5
# Jobs run for about 28 virtual seconds: 3 seconds of the workers, whose own times are not scaled. The policy expects 2 seconds,
# so that the first query comes too early and the second one mostly in time, wherever in the band of the jitter they are.
SPEED = 9
WORKLOAD = ["--jobs", str(JOBS), "--slots", str(SLOTS), "--job-seconds", "2", "--deadline-s", "60"]
# Scenarios of our own: a rate limit, and an outage of six answers, queries included.
OWN = {
    "rate-storm": 'title = "Too fast, three times"\nexpect = "quota.rate"\n\n[[step]]\non = "create"\nfirst = 3\nanswer = 1302\n',
    "outage": 'title = "Nothing answers at first"\nexpect = "server.internal"\n\n[[step]]\nfirst = 6\nanswer = 5000\n',
}
# Each scenario, and whether all jobs have results in the end.
SCENARIOS = {"plain": True, "slot-storm": True, "rate-storm": True, "accepted-504-html": True, "reset-after": True,
             "reset-before": True, "5002-accepted": True, "outage": True, "pack-empty": False, "1004": False, "restart": True, "stuck": False}
# Those in which neither chance nor the clock decides which call comes next.
TRACED = ("plain", "slot-storm", "accepted-504-html", "reset-after", "reset-before", "5002-accepted", "outage")
NAMES = {"python": "worker.py", "typescript": "worker.ts", "go": "worker.go", "rust": "worker.rs", "java": "Worker.java", "shell": "worker.sh"}
# Seconds by which a query may be late before it counts as out of turn, and before it is a fault whatever the load.
PUNCTUAL, LATE = 0.25, 5


def say(ok, label):
    print(f"{'ok     ' if ok else 'FAILED '} {label}", flush=True)


def quiet(*command, **more):
    done = subprocess.run(command, capture_output=True, text=True, **more)
    if done.returncode:
        raise AssertionError(f"{' '.join(command)}: {done.stdout[-2000:]}{done.stderr[-2000:]}")


def build(language, folder):
    """The command that runs the worker which `retry --code` wrote into the folder."""
    quiet(PROGRAM, "retry", *WORKLOAD, "--language", language, "--code", folder)
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
    if language == "java":
        quiet("javac", "-Xlint:all", "-Werror", "-d", folder, file)
        return ["java", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-cp", folder, "Worker"]
    if language == "rust":
        return [rust(folder)]
    quiet("sh", "-n", file)
    return ["sh", file]


def rust(folder):
    """The Rust worker, compiled with the libraries that this project has built anyway."""
    root = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
    built = subprocess.run(["cargo", "build", "--locked", "--quiet", "--lib", "--message-format=json"], cwd=root, capture_output=True, text=True)
    assert built.returncode == 0, built.stderr[-2000:]
    libraries = {}
    for row in map(json.loads, built.stdout.splitlines()):
        if row["reason"] == "compiler-artifact" and row["target"]["name"] in ("reqwest", "rustls", "serde_json", "tokio"):
            libraries[row["target"]["name"]] = next(name for name in row["filenames"] if name.endswith(".rlib"))
    # Here reqwest comes without a TLS provider: the worker stands in a module, and the program around it installs one.
    program = os.path.join(folder, "main.rs")
    with open(program, "w") as file:
        file.write(
            'mod worker {\n    include!("worker.rs");\n    pub(super) fn start() -> Result<ExitCode, Box<dyn Error>> { main() }\n}\n'
            "fn main() -> Result<std::process::ExitCode, Box<dyn std::error::Error>> {\n"
            "    let _ = rustls::crypto::ring::default_provider().install_default();\n    worker::start()\n}\n"
        )
    deps = os.path.dirname(libraries["tokio"])
    externs = [word for name, path in libraries.items() for word in ("--extern", f"{name}={path}")]
    quiet("rustc", "--edition", "2024", "-D", "warnings", "-L", f"dependency={deps}", *externs, "-o", os.path.join(folder, "worker"), program)
    return os.path.join(folder, "worker")


def scenario_of(name, folder):
    """What names the scenario to the program; nothing where nothing goes wrong."""
    if name in OWN:
        path = os.path.join(folder, "own.toml")
        with open(path, "w") as file:
            file.write(OWN[name])
        return [path]
    return [] if name in ("plain", "restart") else [name]


def sandbox(scenario, folder):
    command = [PROGRAM, "sandbox", "--port", "0", "--speed", str(SPEED), "--slots", str(SLOTS), "--quiet"]
    named = scenario_of(scenario, folder)
    command += ["--scenario", *named] if named else []
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    first = process.stdout.readline()
    found = re.search(r"http://\S+", first)
    if not found:
        raise AssertionError(f"no sandbox: {first}{process.stderr.read()}")
    return process, found[0]


def task_times(base, record):
    """How long the task of each job ran, in seconds of the worker."""
    ids = ",".join(row["created"] for row in record["requests"] if row["created"])
    with urllib.request.urlopen(urllib.request.Request(f"{base}/tasks?task_ids={ids}", headers={"Authorization": f"Bearer {KEY}"})) as reply:
        rows = json.load(reply)["data"]
    times = {row["external_id"]: (row["update_time"] - row["create_time"]) / 1000 / SPEED for row in rows}
    return [times[f"job-{number}"] for number in range(JOBS)]


def predicted(scenario, folder, times):
    """What the simulator says of the same policy with tasks that run as long."""
    lasting = ",".join(map(str, times))
    done = subprocess.run([PROGRAM, "retry", *WORKLOAD, "--task-s", lasting, "--trace", *scenario_of(scenario, folder)],
                          capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def recorded(record):
    """The calls of the record as the simulator writes them."""
    tasks, calls = {}, []
    for row in record["requests"]:
        at_s, query = row["time"] / 1000 / SPEED, urllib.parse.parse_qs(row["query"])
        call = lambda job, what, came: calls.append({"at_s": at_s, "job": int(job.removeprefix("job-")), "call": what, "came": came})
        if row["method"] == "POST":
            job = json.loads(row["body"])["options"]["external_task_id"]
            if row["created"]:
                tasks[row["created"]] = job
            call(job, "create", {0: "ok", 1302: "rate", 1303: "busy"}.get(row["status"] and row["code"], "unclear"))
        elif "external_task_ids" in query:
            job = query["external_task_ids"][0]
            call(job, "look", "failed" if (row["status"] or 500) >= 500 else "found" if job in tasks.values() else "not_found")
        else:
            for task in query["task_ids"][0].split(","):
                call(tasks[task], "query", "")
    return calls


def schedule(poll):
    """The times at which a task is asked for, without jitter."""
    yield from poll["at_s"]
    for number in itertools.count(1):
        yield poll["at_s"][-1] + number * poll["then_every_s"]


def gaps(poll, calls):
    """Of each query of a job: seconds since the call before it, and the gap of the schedule."""
    asked = [row["at_s"] for row in calls if row["call"] == "query"]
    known = max(row["at_s"] for row in calls if row["call"] != "query")
    times = [0, *itertools.islice(schedule(poll), len(asked))]
    return [(after - before, gap_end - gap_start)
            for before, after, gap_start, gap_end in zip([known, *asked], asked, times, times[1:])]


def enough(poll, task_s, factor, late):
    """Which query sees the end of the task when every one comes so much early or late."""
    return next(number for number, at in enumerate(schedule(poll), 1) if at * factor + late >= task_s)


def compare(trace, calls, times):
    """The recorded calls beside those of the simulator; the number of jobs that agree to the last query."""
    creates = [[(row["job"], row["came"]) for row in rows if row["call"] == "create"] for rows in (trace["calls"], calls)]
    assert creates[0] == creates[1], f"creates {creates[1]}, expected {creates[0]}"
    last = {row["job"]: number for number, row in enumerate(calls)}
    begun, poll, exact = set(), trace["poll"], 0
    for number, row in enumerate(calls):
        if row["call"] == "create":
            others = [job for job in begun if job != row["job"] and last[job] > number]
            assert len(others) < trace["slots"], f"job {row['job']} was created while {others} held the slots"
            begun.add(row["job"])
    for job in range(JOBS):
        expected, got = ([row for row in rows if row["job"] == job] for rows in (trace["calls"], calls))
        before = [[(row["call"], row["came"]) for row in rows if row["call"] != "query"] for rows in (expected, got)]
        assert before[0] == before[1], f"job {job}: {before[1]}, expected {before[0]}"
        asked = [row["call"] == "query" for row in got]
        assert asked == sorted(asked), f"job {job}: a query before the task was known"
        wanted, most = sum(row["call"] == "query" for row in expected), enough(poll, times[job], 1 - poll["jitter"], 0)
        punctual = punctual_gaps(job, poll, got)
        # Jitter may need one query more than the simulator; one that was held up may have seen what was left for the next.
        least = enough(poll, times[job], 1 + poll["jitter"], PUNCTUAL) if punctual else 1
        assert least <= sum(asked) <= most, f"job {job}: {sum(asked)} queries for {times[job]:.2f} s, expected {wanted}"
        exact += sum(asked) == wanted
    return exact


def punctual_gaps(job, poll, calls):
    """Whether every query came in the band of its jitter. None may come early, and none late without a reason."""
    punctual = True
    for seconds, gap in gaps(poll, calls):
        assert seconds >= gap * (1 - poll["jitter"]) - 0.01, f"job {job}: asked after {seconds:.2f} s, the schedule says {gap}"
        assert seconds <= gap * (1 + poll["jitter"]) + LATE, f"job {job}: asked only after {seconds:.2f} s, the schedule says {gap}"
        punctual &= seconds <= gap * (1 + poll["jitter"]) + PUNCTUAL
    return punctual


def told(done, ended):
    """What the worker says at its end must be what its journal says."""
    told = re.search(r"(\d+) succeeded, (\d+) failed or refused, (\d+) unknown \(may be billed\), (\d+) not sent", done.stderr)
    assert told, f"no word at the end: {done.stderr[-500:]}"
    last = {line.split()[0]: line.split()[1] for line in ended.splitlines()}
    words = collections.Counter(last.values())
    left = JOBS - len(last) + words["waiting"]
    expected = [words["succeeded"], words["failed"] + words["refused"], words["unknown"], left]
    assert [int(count) for count in told.groups()] == expected, f"told {told[0]}, the journal says {expected}"
    return words


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
    assert scenario != "1004" or len(creates) == 1, f"{len(creates)} creates with a refused credential"
    if scenario in ("accepted-504-html", "reset-after", "5002-accepted"):
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
        words = told(done, ended)
        assert scenario != "stuck" or words["unknown"] == SLOTS, ended
        exact = 0
        if scenario in TRACED:
            times = task_times(base, record)
            exact = compare(predicted(scenario, folder, times), recorded(record), times)
        return len(record["requests"]), exact
    finally:
        server.kill()
        server.wait()
        shutil.rmtree(folder)


def outcome(future):
    """What went wrong, if anything, the number of calls, and of jobs that agree with the simulator to the last query."""
    try:
        return None, *future.result()
    except (AssertionError, subprocess.TimeoutExpired) as error:
        return error, 0, 0


def main():
    os.environ["no_proxy"] = "127.0.0.1"
    languages = sys.argv[3:] or list(NAMES)
    failed = False
    with tempfile.TemporaryDirectory() as work, concurrent.futures.ThreadPoolExecutor(12) as pool:
        plays = []
        for language in languages:
            command = build(language, os.path.join(work, language))
            plays += [(language, name, pool.submit(play, language, name, command)) for name in SCENARIOS]
        agreed = collections.Counter()
        for language, name, future in plays:
            error, calls, exact = outcome(future)
            agreed[language] += exact
            failed |= error is not None
            say(error is None, f"{language}/worker {name}: {error or f'{calls} calls'}")
    for language in languages:
        # The shell counts in whole seconds, so its queries come late.
        ok = agreed[language] > 0 or language == "shell"
        failed |= not ok
        say(ok, f"{language}/worker beside the simulator: {agreed[language]} of {len(TRACED) * JOBS} jobs to the last query, the others within jitter and load")
    return 1 if failed else 0


sys.exit(main())

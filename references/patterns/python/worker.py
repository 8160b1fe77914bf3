"""Runs Kling jobs so that none is lost and none is paid twice: python3 worker.py JOBS JOURNAL

JOBS has a line for each job: an id of your own (it becomes external_task_id), the path, the body as JSON:
    film-0001 /text-to-video/kling-3.0-turbo {"prompt": "a fox", "settings": {"duration": 3}}
JOURNAL is written before each create; started again with the same two files, it goes on where it stopped.
KLING_API_KEY holds the key, KLING_BASE_URL the host. One loop, one call at a time: nothing to lock."""
import http.client
import json
import os
import random
import socket
import sys
import time
import urllib.error
import urllib.request
from collections import deque
from dataclasses import dataclass
from typing import Any, Optional
from urllib.parse import quote

# The numbers of the policy; times in seconds, 0 attempts: until the deadline.
DEADLINE = 2127.0  # policy: deadline_s
SLOTS = 5  # policy: slots.limit
SLOTS_PER_JOB = 1  # policy: slots.per_job
LEARN_SLOTS = 0  # policy: slots.learn
GROW_AFTER = 20  # policy: slots.grow_after
PROBE = 17.5  # policy: slots.probe_s
POLL_AT = [84.0, 100.0, 112.0, 124.0, 134.0, 144.0, 154.0, 164.0]  # policy: poll.at_s
POLL_EVERY = 10.0  # policy: poll.then_every_s
POLL_STOP = 1669.0  # policy: poll.stop_after_s
POLL_JITTER = 0.1  # policy: poll.jitter
IDS_PER_QUERY = 20  # policy: poll.ids_per_query
LOOK_AFTER = [0.0, 10.0]  # policy: reconcile.look_after_s
CREATE_ATTEMPTS = 0  # policy: create.max_attempts
CREATE_BASE = 1.0  # policy: create.base_s
CREATE_CAP = 60.0  # policy: create.cap_s
READ_ATTEMPTS = 3  # policy: reads.max_attempts
READ_BASE = 1.0  # policy: reads.base_s
READ_CAP = 20.0  # policy: reads.cap_s
READ_BUDGET = 0.2  # policy: reads.budget_ratio
CODES = {
    "slots": [1303],  # policy: codes.slots
    "rate": [1302],  # policy: codes.rate
    "account": [1100, 1101, 1102, 1304],  # policy: codes.account
    "request": [1000, 1001, 1002, 1003, 1004, 1103, 1200, 1201, 1202, 1203, 1300, 1301],  # policy: codes.request
}


@dataclass
class Job:
    id: str
    path: str
    body: dict[str, Any]
    task: str = ""
    creates: int = 0
    since: float = 0.0  # when the task was accepted, or the create became unclear
    due: float = 0.0  # when to ask next
    at: float = 0.0  # that time in the schedule
    looks: int = 0  # look-ups that said: not there
    failures: int = 0  # reads in a row that failed


@dataclass
class Answer:
    status: int = 0  # 0: no answer came
    code: Optional[int] = None  # None: the body is not Kling's envelope
    message: str = ""
    data: Any = None
    sent: bool = True  # False: the request never left

    def outcome(self) -> str:
        """What a create came to: ok | slots | rate | account | request | unclear."""
        if self.code == 0 and isinstance(self.data, dict) and self.data.get("id"):
            return "ok"
        if not self.sent:
            return "rate"
        if self.status == 401:
            return "account"  # the key: no other job would fare better
        if "already exists" in self.message:
            return "unclear"  # an earlier send arrived
        named = [name for name, codes in CODES.items() if self.code in codes]
        return named[0] if named else "request" if self.code is None and 300 <= self.status < 500 else "unclear"


def read(status: int, raw: bytes) -> Answer:
    try:
        value = json.loads(raw)
    except ValueError:
        value = None
    if not isinstance(value, dict) or type(value.get("code")) is not int:
        return Answer(status, message=raw[:100].decode("utf-8", "replace"))
    return Answer(status, value["code"], str(value.get("message")), value.get("data"))


def backoff(base: float, cap: float, retries: int) -> float:
    return random.uniform(0, min(cap, base * 2 ** min(retries, 30)))  # full jitter


class Worker:
    def __init__(self, base_url: str, key: str, jobs: list[Job], journal: str) -> None:
        self.base_url, self.key, self.journal, self.jobs = base_url, key, journal, len(jobs)
        self.queue: deque[Job] = deque()
        self.unclear: list[Job] = []  # the create may have made a task
        self.running: list[Job] = []
        self.held = 0  # slots of tasks that were given up unseen
        self.limit = max(1, SLOTS // SLOTS_PER_JOB)
        self.row = 0  # creates accepted in a row at the limit
        self.refusals = 0
        self.probe_at = self.backoff_until = 0.0
        self.budget = 10.0  # retries of reads that may be made
        self.stopped = False
        self.bad = 0
        self.end = time.monotonic() + DEADLINE
        self.resume(jobs)

    def resume(self, jobs: list[Job]) -> None:
        last: dict[str, list[str]] = {}
        if os.path.exists(self.journal):
            with open(self.journal, encoding="utf-8") as lines:
                last = {line.split()[0]: line.split() for line in lines if line.strip()}
        for job in jobs:
            word, value = (last.get(job.id, []) + ["", "", ""])[1:3]
            if word in ("task", "unknown") and value:
                job.task, job.since = value, time.monotonic()
                self.running.append(job)
            elif word in ("", "waiting"):
                self.queue.append(job)
            elif word in ("failed", "refused"):
                self.bad += 1
            elif word != "succeeded":  # also a line that a crash cut off
                job.since = time.monotonic()
                self.unclear.append(job)

    def note(self, job: Job, word: str, value: object = "") -> None:
        line = " ".join(f"{job.id} {word} {value}".split())
        with open(self.journal, "a", encoding="utf-8") as journal:
            journal.write(line + "\n")
            journal.flush()
            os.fsync(journal.fileno())
        print(line, flush=True)

    def call(self, path: str, body: Optional[dict[str, Any]] = None) -> Answer:
        headers = {"Authorization": f"Bearer {self.key}", "Content-Type": "application/json"}
        payload = None if body is None else json.dumps(body).encode()
        try:
            try:
                with urllib.request.urlopen(urllib.request.Request(self.base_url + path, payload, headers), timeout=60) as reply:
                    return read(reply.status, reply.read())
            except urllib.error.HTTPError as refusal:  # a refusal has a body too
                return read(refusal.code, refusal.read())
        except (OSError, http.client.HTTPException) as error:
            never_left = isinstance(getattr(error, "reason", None), (ConnectionRefusedError, socket.gaierror))
            return Answer(message=repr(error), sent=not never_left)

    def free(self) -> int:
        return self.limit - len(self.running) - len(self.unclear) - self.held

    def run(self) -> bool:
        """True when every job has its result."""
        while (self.running or self.unclear or (self.queue and not self.stopped and self.free() > 0)) and time.monotonic() < self.end:
            now = time.monotonic()
            times = [job.due for job in self.running + self.unclear]
            if self.queue and not self.stopped and self.free() > 0:
                times.append(max(self.probe_at, self.backoff_until))
                if times[-1] <= now:
                    self.create(self.queue.popleft())
                    continue
            if min(times) > now:
                time.sleep(min(min(times), self.end) - now)
            for job in [job for job in reversed(self.unclear) if job.due <= time.monotonic()]:
                self.look_up(job)  # the first one last: what never arrived goes back to the head of the queue
            self.poll([job for job in self.running if job.due <= time.monotonic()][:IDS_PER_QUERY])
        for job in self.running + self.unclear:
            self.note(job, "unknown", job.task)  # it may still end well: run again later, never create again
        bad, unknown = self.bad - self.held, len(self.running + self.unclear) + self.held
        good = self.jobs - bad - unknown - len(self.queue)
        print(f"{good} succeeded, {bad} failed or refused, {unknown} unknown (may be billed), {len(self.queue)} not sent", file=sys.stderr)
        return good == self.jobs

    def create(self, job: Job) -> None:
        self.note(job, "sending")
        job.creates += 1
        options = {**job.body.get("options", {}), "external_task_id": job.id}
        answer = self.call(job.path, {**job.body, "options": options})
        outcome, now = answer.outcome(), time.monotonic()
        if outcome == "ok":
            self.started(job, answer.data["id"])
        elif outcome == "unclear":
            job.since, job.looks, job.due = now, 0, now + LOOK_AFTER[0]
            self.unclear.append(job)
        elif outcome == "request":
            self.bad += 1
            self.note(job, "refused", f"{answer.code} {answer.message}")
        else:
            self.again(job, f"{answer.code} {answer.message}")
            self.wait(outcome, answer)

    def again(self, job: Job, why: str) -> None:
        """Nothing was created: the job goes back to the head of the queue."""
        if CREATE_ATTEMPTS and job.creates >= CREATE_ATTEMPTS:
            self.bad += 1
            self.note(job, "refused", why)
        else:
            self.note(job, "waiting", why)
            self.queue.appendleft(job)

    def wait(self, outcome: str, answer: Answer) -> None:
        now = time.monotonic()
        if outcome == "account":
            self.stopped = True
            print(f"no more creates: HTTP {answer.status}, {answer.code} {answer.message}", file=sys.stderr)
        elif outcome == "rate":
            self.backoff_until = now + backoff(CREATE_BASE, CREATE_CAP, self.refusals)
            self.refusals += 1
        else:  # somebody else uses the slots: try when one of ours ends, or after a while
            self.row = 0
            if LEARN_SLOTS:
                self.limit = max(1, self.limit - self.free())
            self.probe_at = now + PROBE * random.uniform(0.8, 1.2)

    def started(self, job: Job, task: str) -> None:
        self.note(job, "task", task)
        job.task, job.since, job.at, job.failures, self.refusals = task, time.monotonic(), 0.0, 0, 0
        self.schedule(job)
        self.running.append(job)
        self.row = self.row + 1 if self.free() <= 0 else 0
        if LEARN_SLOTS and self.row >= GROW_AFTER:
            self.limit, self.row = self.limit + 1, 0

    def schedule(self, job: Job) -> None:
        """The next time of the schedule; the gap to it is jittered, so that polls keep their distance."""
        following = next((at for at in POLL_AT if at > job.at), job.at + POLL_EVERY)
        job.due = time.monotonic() + (following - job.at) * (1 + POLL_JITTER * random.uniform(-1, 1))
        job.at = following

    def retry_read(self, job: Job) -> bool:
        """Whether a failed read is repeated out of turn; then `due` is set."""
        job.failures += 1
        if job.failures >= READ_ATTEMPTS or self.budget < 1:
            return False
        self.budget -= 1
        job.due = time.monotonic() + backoff(READ_BASE, READ_CAP, job.failures - 1)
        return True

    def look_up(self, job: Job) -> None:
        """Is there a task with our id? Only a clear no lets the create be sent again."""
        self.budget = min(10.0, self.budget + READ_BUDGET)
        answer = self.call("/tasks?external_task_ids=" + quote(job.id, safe=""))
        if answer.code == 0 and answer.data:
            self.unclear.remove(job)
            self.started(job, answer.data[0]["id"])
        elif answer.code == 0 or "not found" in answer.message.lower():
            job.looks, job.failures = job.looks + 1, 0
            if job.looks < len(LOOK_AFTER):
                job.due = job.since + LOOK_AFTER[job.looks]
            else:
                self.unclear.remove(job)
                self.again(job, "never arrived")
        elif not self.retry_read(job):
            job.due = time.monotonic() + READ_CAP  # a failed look-up proves nothing

    def poll(self, jobs: list[Job]) -> None:
        if not jobs:
            return
        self.budget = min(10.0, self.budget + READ_BUDGET)
        answer = self.call("/tasks?task_ids=" + ",".join(job.task for job in jobs))
        tasks = {task.get("id"): task for task in answer.data or []} if answer.code == 0 else {}
        for job in jobs:
            task = tasks.get(job.task, {})
            if answer.code == 0:
                job.failures = 0
            if task.get("status") in ("succeeded", "failed"):
                self.ended(job, task)
            elif time.monotonic() - job.since > POLL_STOP:
                self.running.remove(job)
                self.held += 1
                self.bad += 1
                self.note(job, "unknown", job.task)
            elif answer.code == 0 or not self.retry_read(job):
                self.schedule(job)

    def ended(self, job: Job, task: dict[str, Any]) -> None:
        self.running.remove(job)
        self.probe_at = 0.0  # a slot of ours is free
        if task["status"] == "failed":
            self.bad += 1
            self.note(job, "failed", task.get("message") or "no reason given")
        else:
            self.note(job, "succeeded", " ".join(output["url"] for output in task.get("outputs", []) if output.get("url")))


def main() -> int:
    if len(sys.argv) != 3 or not os.environ.get("KLING_API_KEY"):
        print("usage: KLING_API_KEY=... python3 worker.py JOBS JOURNAL", file=sys.stderr)
        return 2
    with open(sys.argv[1], encoding="utf-8") as lines:
        rows = [line.split(None, 2) for line in lines if line.strip()]
    jobs = [Job(name, path, json.loads(body)) for name, path, body in rows]
    if len({job.id for job in jobs}) != len(jobs):
        print("two jobs have the same id", file=sys.stderr)
        return 2
    base_url = os.environ.get("KLING_BASE_URL", "https://api-singapore.klingai.com").rstrip("/")
    return 0 if Worker(base_url, os.environ["KLING_API_KEY"].strip(), jobs, sys.argv[2]).run() else 1


if __name__ == "__main__":
    sys.exit(main())

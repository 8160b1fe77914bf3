"""Waits for a Kling task of either generation, with a deadline and a growing interval.

Queries are free and take no slot. The task outlives the client: when the deadline passes, keep the id and ask
again later, because a second create makes and bills a second task."""
import json
import time
from http.client import HTTPException
from typing import Any, Callable
from urllib import error, parse, request


class TaskFailed(Exception):
    """The task ended as failed; the text is Kling's reason."""


def query_path(task_id: str, create_path: str) -> str:
    """A legacy task is asked for under the path that created it, any other under /tasks."""
    quoted = parse.quote(task_id, safe="")
    return f"{create_path}/{quoted}" if create_path.startswith("/v1/") else f"/tasks?task_ids={quoted}"


def _get(url: str, authorization: str) -> tuple[int, dict[str, Any]]:
    """HTTP status (0: no answer) and envelope (empty: the body was none)."""
    status, answer = 0, None
    try:
        try:
            with request.urlopen(request.Request(url, headers={"Authorization": authorization}), timeout=30) as reply:
                status, raw = reply.status, reply.read()
        except error.HTTPError as refusal:
            status, raw = refusal.code, refusal.read()
        answer = json.loads(raw)
    except (OSError, HTTPException, ValueError):
        pass  # a query may be repeated
    return status, answer if isinstance(answer, dict) and type(answer.get("code")) is int else {}


def wait_for_task(base_url: str, path: str, authorization: Callable[[], str], deadline_s: float = 1200,
                  first_s: float = 10, longest_s: float = 30) -> dict[str, Any]:
    """The finished task object. `authorization` is called for each query: a long wait outlives a JWT."""
    end, wait = time.monotonic() + deadline_s, first_s
    while (left := end - time.monotonic()) > 0:
        time.sleep(min(wait, left))
        wait = min(wait * 1.5, longest_s)
        status, answer = _get(base_url + path, authorization())
        code, data = answer.get("code"), answer.get("data")
        if code in (1302, 1303) or (code or 0) >= 5000 or (code is None and not 300 <= status < 500):
            continue  # these pass; every other refusal lasts, whatever its HTTP status
        task = (data[0] if data else None) if isinstance(data, list) else data
        if code != 0 or not task:  # GET /tasks answers an unknown id with an empty list
            raise RuntimeError(f"HTTP {status}, code {code}: {answer.get('message')} ({answer.get('request_id')}), no task")
        word = task.get("task_status") or task.get("status")
        if word in ("succeed", "succeeded"):  # legacy, new generation
            return task
        if word == "failed":
            raise TaskFailed(task.get("task_status_msg") or task.get("message") or "no reason given")
        if word not in ("submitted", "processing"):
            raise RuntimeError(f"unknown task state {word!r}")
    raise TimeoutError("the task may still end well: keep its id and ask later, do not create it again")

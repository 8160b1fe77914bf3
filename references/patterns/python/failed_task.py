"""Reads tasks of both Kling generations out of a query answer, and says why one failed.

Around a failed task the envelope still says code 0 and SUCCEED, so the state inside decides. The generations
differ: `succeeded`, `message`, `outputs` (new), and `succeed`, `task_status_msg`, `task_result` (legacy)."""
from dataclasses import dataclass, field
from typing import Any

STATES = {
    "submitted": "running",
    "processing": "running",
    "succeed": "succeeded",  # legacy
    "succeeded": "succeeded",  # new generation
    "failed": "failed",
}


@dataclass(frozen=True)
class Task:
    id: str
    state: str  # running, succeeded or failed
    reason: str = ""  # why it failed; a failed task has a text and no code of its own
    results: list[dict[str, Any]] = field(default_factory=list)


def read_task(task: dict[str, Any]) -> Task:
    """One task object; a callback's body has the same members."""
    legacy = "task_status" in task
    word = task.get("task_status" if legacy else "status")
    if word not in STATES:
        raise ValueError(f"unknown task state {word!r}: do not take it for processing")
    state, reason, results = STATES[word], "", []
    if state == "failed":
        reason = task.get("task_status_msg" if legacy else "message") or "no reason given"
    if state == "succeeded" and legacy:  # {"videos": [...]} or images, audios, elements, voices
        results = [item for items in (task.get("task_result") or {}).values() if isinstance(items, list) for item in items]
    elif state == "succeeded":
        results = task.get("outputs") or []
    return Task(str(task["task_id" if legacy else "id"]), state, reason, results)


def read_tasks(answer: dict[str, Any]) -> list[Task]:
    """`GET /tasks` answers with a list, which is empty for an unknown id; a legacy query answers with one object."""
    if answer.get("code") != 0:
        raise RuntimeError(f"query refused: {answer.get('code')} {answer.get('message')} ({answer.get('request_id')})")
    data = answer.get("data")
    return [read_task(task) for task in (data if isinstance(data, list) else [data] if data else [])]

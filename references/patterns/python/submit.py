"""Creates a Kling task so that a lost answer does not become a second bill.
Every job has an `external_task_id`, unique in the account and stored before the first send. When the outcome is
unclear the task is looked up by it, at once and again later; only a task that is not there is sent again."""
import json
import time
from http.client import HTTPException
from typing import Any, Optional
from urllib import error, parse, request


class Unclear(Exception):
    """The task may exist. Keep the external id and look it up later; do not make a new one."""


def _call(url: str, authorization: str, payload: Optional[bytes] = None) -> tuple[int, dict[str, Any], Optional[str]]:
    """HTTP status (0: no answer), envelope (empty: the body was none) and the task's id, where there is one."""
    headers, status, answer = {"Authorization": authorization, "Content-Type": "application/json"}, 0, None
    try:
        try:
            with request.urlopen(request.Request(url, payload, headers), timeout=60) as reply:
                status, raw = reply.status, reply.read()
        except error.HTTPError as refusal:
            status, raw = refusal.code, refusal.read()
        answer = json.loads(raw)
    except (OSError, HTTPException, ValueError):
        pass  # what happened is not known
    if not isinstance(answer, dict) or type(answer.get("code")) is not int:
        return status, {}, None
    data = answer.get("data")
    task = data[0] if isinstance(data, list) and data else data
    return status, answer, (task.get("task_id") or task.get("id")) if isinstance(task, dict) else None


def find(base_url: str, path: str, external_id: str, authorization: str) -> Optional[str]:
    """The task's id, or None when Kling says that there is none. A failed look-up is neither."""
    query = (path + "/" if path.startswith("/v1/") else "/tasks?external_task_ids=") + parse.quote(external_id, safe="")
    status, answer, task_id = _call(base_url + query, authorization)
    code = answer.get("code")
    if code not in (0, 1203) and not (code == 1201 and "not found" in str(answer.get("message")).lower()):
        raise Unclear(f"look-up of {external_id}: HTTP {status}, {answer}")
    return task_id if code == 0 else None


def submit(base_url: str, path: str, body: dict[str, Any], external_id: str, authorization: str, pause_s: float = 10) -> str:
    """The task's id; RuntimeError(code, message, request_id) when Kling refused and created nothing."""
    named = {"external_task_id": external_id}
    body = {**body, **named} if path.startswith("/v1/") else {**body, "options": {**body.get("options", {}), **named}}
    for _ in range(2):  # one create, and at most one more
        status, answer, task_id = _call(base_url + path, authorization, json.dumps(body).encode())
        code, message = answer.get("code", -1), str(answer.get("message"))
        exists = code == 1201 and "already exists" in message  # an earlier send arrived
        if code == 0 and task_id:
            return task_id
        if not exists and code != 0 and code < 5000 and (code >= 1000 or 300 <= status < 500):
            raise RuntimeError(code, message, answer.get("request_id") or f"HTTP {status}")
        for pause in (0, pause_s):
            time.sleep(pause)
            if found := find(base_url, path, external_id, authorization):
                return found
        if exists:
            break  # the id belongs to a task of another product
    raise Unclear(f"{external_id}: HTTP {status}, {answer}")

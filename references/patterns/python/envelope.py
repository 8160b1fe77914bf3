"""Reads the answer of one Kling call: `code` in the body first, the HTTP status only where there is none.

HTTP 429 stands for six codes and four of them last, so the status cannot decide about a retry. The body may be
HTML or cut off; keep code, message and request_id in the log, support asks for them."""
import http.client
import json
import socket
import urllib.error
import urllib.request
from dataclasses import dataclass
from typing import Any, Optional


@dataclass(frozen=True)
class Answer:
    status: int  # 0: no answer came
    code: Optional[int]  # None: the body is not Kling's envelope
    message: str
    request_id: str = ""
    data: Any = None
    sent: bool = True  # False: the request never left


def read_answer(status: int, body: bytes) -> Answer:
    try:
        value = json.loads(body)
    except ValueError:
        value = None
    if not isinstance(value, dict) or type(value.get("code")) is not int:
        return Answer(status, None, body[:200].decode("utf-8", "replace"))
    return Answer(status, value["code"], str(value.get("message", "")), str(value.get("request_id", "")), value.get("data"))


def verdict(answer: Answer, create: bool) -> str:
    """ok | retry | wait_for_slot | sign_again | reconcile | fix_first. Bound every retry; sign again only once."""
    known = {0: "ok", 1302: "retry", 1303: "wait_for_slot", 1003: "sign_again", 1004: "sign_again"}
    if answer.code in known:
        return known[answer.code]
    if not answer.sent:
        return "retry"
    code = answer.code or 0
    if 1000 <= code < 5000:
        return "fix_first"  # 1100, 1101, 1102 and 1304 are 429 too, and they last
    if code >= 5000 or not 300 <= answer.status < 500:  # 5000, 5001, 5002, no answer, or a body that says nothing
        return "reconcile" if create else "retry"  # a task may exist: look it up before sending again
    return "fix_first"


def call(base_url: str, method: str, path: str, authorization: str, body: Any = None, timeout_s: float = 60) -> Answer:
    headers = {"Authorization": authorization, "Content-Type": "application/json"}
    request = urllib.request.Request(base_url + path, None if body is None else json.dumps(body).encode(), headers, method=method)
    try:
        try:
            with urllib.request.urlopen(request, timeout=timeout_s) as reply:
                return read_answer(reply.status, reply.read())
        except urllib.error.HTTPError as error:  # a refusal has a body too: read it
            return read_answer(error.code, error.read())
    except (OSError, http.client.HTTPException) as error:
        never_left = isinstance(getattr(error, "reason", None), (ConnectionRefusedError, socket.gaierror))
        return Answer(0, None, f"no answer: {error!r}", sent=not never_left)

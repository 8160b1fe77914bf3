from __future__ import annotations

import logging
import time
import uuid
from dataclasses import dataclass

import requests

log = logging.getLogger(__name__)


@dataclass
class Envelope:
    code: int
    message: str
    data: dict


class KlingError(Exception):
    def __init__(self, envelope):
        super().__init__(f"{envelope.code}: {envelope.message}")
        self.envelope = envelope


class Kling:
    def __init__(self, key, base="https://api-singapore.klingai.com"):
        self.base = base
        self.session = requests.Session()
        self.session.headers["Authorization"] = f"Bearer {key}"

    def call(self, method, path, **kwargs):
        response = self.session.request(method, self.base + path, timeout=30, **kwargs)
        body = response.json()
        envelope = Envelope(body["code"], body["message"], body.get("data"))
        if envelope.code:
            log.error("kling %s %s -> %s", method, path, body)
            raise KlingError(envelope)
        return envelope.data

    def create(self, prompt):
        external_id = str(uuid.uuid4())
        return self.call("POST", "/text-to-video/kling-3.0", json={"prompt": prompt, "options": {"external_task_id": external_id}})

    def wait(self, task_id, timeout=1200):
        started = time.time()
        while time.time() - started < timeout:
            task = self.call("GET", f"/tasks?task_ids={task_id}")[0]
            if task["status"] == "succeeded":
                return task["outputs"]
            if task["status"] == "failed":
                raise RuntimeError(task["message"])
            time.sleep(10)
        raise TimeoutError(task_id)

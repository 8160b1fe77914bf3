import random
import time

import requests

PASSING = {1302, 1303}
BASE = "https://api-singapore.klingai.com"


class LostAnswer(Exception):
    pass


def find_by_external_id(external_id, headers):
    r = requests.get(f"{BASE}/tasks?external_task_ids={external_id}", headers=headers, timeout=30)
    found = r.json()["data"]
    return found[0] if found else None


def create(body, external_id, headers, deadline):
    body = {**body, "options": {"external_task_id": external_id}}
    attempt = 0
    while time.monotonic() < deadline:
        try:
            answer = requests.post(f"{BASE}/text-to-video/kling-3.0", json=body, headers=headers, timeout=30).json()
        except requests.Timeout:
            time.sleep(10)
            task = find_by_external_id(external_id, headers)
            if task:
                return task
            continue
        if answer["code"] == 0:
            return answer["data"]
        if answer["code"] not in PASSING:
            raise RuntimeError(f"{answer['code']}: {answer['message']} ({answer['request_id']})")
        time.sleep(random.uniform(0, min(60.0, 2.0 ** attempt)))
        attempt += 1
    raise LostAnswer(external_id)


def wait(task_id, make_headers, limit_s=1200):
    end = time.monotonic() + limit_s
    time.sleep(10)
    while time.monotonic() < end:
        task = requests.get(f"{BASE}/tasks?task_ids={task_id}", headers=make_headers(), timeout=30).json()["data"][0]
        if task["status"] in ("succeed", "succeeded"):
            return task["outputs"]
        if task["status"] == "failed":
            raise RuntimeError(task["message"])
        time.sleep(random.uniform(8, 12))
    raise TimeoutError(task_id)

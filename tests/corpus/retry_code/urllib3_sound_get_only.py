import requests
from requests.adapters import HTTPAdapter
from urllib3.util import Retry

reads = requests.Session()
reads.mount(
    "https://",
    HTTPAdapter(
        max_retries=Retry(
            total=3,
            backoff_factor=1,
            backoff_jitter=1.0,
            status_forcelist=(500, 502, 503, 504),
            allowed_methods=frozenset({"GET"}),
        )
    ),
)
writes = requests.Session()  # never retries


def create(body, headers):
    answer = writes.post("https://api-singapore.klingai.com/text-to-video/kling-3.0", json=body, headers=headers, timeout=30)
    return answer.status_code, answer.json()


def task(task_id, headers):
    return reads.get("https://api-singapore.klingai.com/tasks", params={"task_ids": task_id}, headers=headers, timeout=30).json()

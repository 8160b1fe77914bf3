import random
import time
import requests

MAX_RETRIES = 6


def submit(url, payload, headers):
    for attempt in range(MAX_RETRIES):
        resp = requests.post(url, json=payload, headers=headers, timeout=30)
        if resp.status_code == 429:
            time.sleep(random.uniform(0, min(60, 2 ** attempt)))
            continue
        return resp.json()
    raise RuntimeError("gave up")

import random
import requests
from celery import shared_task

random.seed(1234)

@shared_task
def make_clip(payload, headers):
    delay = 1
    for _ in range(6):
        resp = requests.post("https://api-singapore.klingai.com/image-to-video/kling-3.0", json=payload, headers=headers)
        body = resp.json()
        if body.get("code") in (1302, 1303, 1304):
            time.sleep(delay + random.random() * 0.01)
            delay *= 2
            continue
        return body

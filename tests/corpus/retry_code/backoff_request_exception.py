import backoff
import requests


@backoff.on_exception(
    backoff.expo,
    requests.exceptions.RequestException,
    max_tries=8,
)
def generate(payload, headers):
    r = requests.post("https://api-singapore.klingai.com/v1/videos/text2video", json=payload, headers=headers, timeout=20)
    r.raise_for_status()
    return r.json()["data"]["task_id"]

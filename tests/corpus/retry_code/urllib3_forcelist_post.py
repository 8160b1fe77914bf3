import requests
from requests.adapters import HTTPAdapter
from urllib3.util.retry import Retry

retry_strategy = Retry(
    total=5,
    backoff_factor=2,
    status_forcelist=[429, 500, 502, 503, 504],
    allowed_methods=["HEAD", "GET", "POST"],
)
session = requests.Session()
session.mount("https://", HTTPAdapter(max_retries=retry_strategy))


def submit(prompt, token):
    body = {"model_name": "kling-v2-6", "prompt": prompt, "external_task_id": make_id(prompt)}
    res = session.post("https://api-singapore.klingai.com/v1/videos/text2video", json=body, headers=auth(token))
    return res.json()

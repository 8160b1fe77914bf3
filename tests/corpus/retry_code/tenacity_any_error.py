import requests
from tenacity import retry, stop_after_attempt, wait_fixed

BASE = "https://api-singapore.klingai.com"


@retry(stop=stop_after_attempt(5), wait=wait_fixed(3))
def create_video(prompt, key):
    resp = requests.post(
        f"{BASE}/text-to-video/kling-3.0",
        headers={"Authorization": f"Bearer {key}"},
        json={"prompt": prompt, "duration": 5},
        timeout=30,
    )
    resp.raise_for_status()
    return resp.json()["data"]["id"]

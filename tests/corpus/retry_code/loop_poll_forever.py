import time
import requests

BASE = "https://api-singapore.klingai.com"

def wait_for_video(task_id, headers):
    while True:
        body = requests.get(f"{BASE}/v1/videos/text2video/{task_id}", headers=headers, timeout=30).json()
        status = body["data"]["task_status"]
        if status == "completed":
            return body["data"]["task_result"]["videos"][0]["url"]
        if status == "failed":
            raise RuntimeError(body["data"]["task_status_msg"])
        time.sleep(1)

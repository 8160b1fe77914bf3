import time
import requests

def call_kling(prompt, headers):
    for i in range(5):
        try:
            r = requests.post("https://api-singapore.klingai.com/v1/videos/text2video",
                              headers=headers, json={"prompt": prompt, "model_name": "kling-v2-6"}, timeout=10)
            return r.json()
        except Exception:
            time.sleep(2)
    return None

from requests import Session
from requests.adapters import HTTPAdapter
from urllib3 import Retry


class KlingClient:
    def __init__(self, key):
        self.session = Session()
        self.session.headers["Authorization"] = f"Bearer {key}"
        retries = Retry(total=3, backoff_factor=0.5, backoff_jitter=0.5, allowed_methods=None)
        self.session.mount("https://", HTTPAdapter(max_retries=retries))

    def text_to_video(self, prompt):
        r = self.session.post(
            "https://api-singapore.klingai.com/text-to-video/kling-3.0",
            json={"prompt": prompt},
        )
        data = r.json()
        if data["code"]:
            raise KlingError(data)
        return data["data"]["id"]

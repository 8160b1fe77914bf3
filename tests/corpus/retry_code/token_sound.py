import time
import jwt
import requests


class Tokens:
    def __init__(self, ak, sk):
        self.ak, self.sk = ak, sk
        self._token, self._until = None, 0

    def get(self):
        if time.time() > self._until - 300:
            self._until = time.time() + 1800
            self._token = jwt.encode({"iss": self.ak, "exp": int(self._until), "nbf": int(time.time()) - 5}, self.sk, algorithm="HS256")
        return self._token


def poll(tokens, task_id):
    deadline = time.time() + 3600
    while time.time() < deadline:
        headers = {"Authorization": f"Bearer {tokens.get()}"}
        data = requests.get(f"https://api-singapore.klingai.com/v1/videos/text2video/{task_id}", headers=headers, timeout=30).json()["data"]
        if data["task_status"] == "succeed":
            return data["task_result"]
        if data["task_status"] == "failed":
            raise RuntimeError(data["task_status_msg"])
        time.sleep(15)

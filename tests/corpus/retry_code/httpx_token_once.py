import time
import jwt
import httpx

token = jwt.encode({"iss": AK, "exp": int(time.time()) + 1800, "nbf": int(time.time()) - 5}, SK, algorithm="HS256")
client = httpx.Client(base_url="https://api-singapore.klingai.com")


def watch(task_id):
    for _ in range(720):
        r = client.get(f"/v1/videos/text2video/{task_id}", headers={"Authorization": f"Bearer {token}"})
        info = r.json()["data"]
        if info["task_status"] in ("succeed", "failed"):
            return info
        time.sleep(10)
    raise TimeoutError(task_id)

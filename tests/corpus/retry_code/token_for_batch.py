import time, requests, jwt

def run(prompts):
    headers = {"Authorization": "Bearer " + jwt.encode({"iss": AK, "exp": int(time.time()) + 1800}, SK)}
    for p in prompts:
        task = requests.post(URL, json={"prompt": p, "model_name": "kling-v2-6"}, headers=headers).json()["data"]["task_id"]
        end = time.time() + 900
        while time.time() < end:
            d = requests.get(URL + "/" + task, headers=headers).json()["data"]
            if d["task_status"] in ("succeed", "failed"):
                break
            time.sleep(10)

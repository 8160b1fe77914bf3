import backoff
import httpx

client = httpx.Client(base_url="https://api-singapore.klingai.com", timeout=20)


@backoff.on_exception(backoff.expo, (httpx.TransportError, httpx.TimeoutException), max_time=60)
def fetch_task(task_id: str, headers: dict) -> dict:
    """Reads may be repeated freely."""
    response = client.get("/tasks", params={"task_ids": task_id}, headers=headers)
    answer = response.json()
    if answer["code"] != 0:
        raise RuntimeError(f"kling {answer['code']}: {answer['message']}")
    return answer["data"][0]

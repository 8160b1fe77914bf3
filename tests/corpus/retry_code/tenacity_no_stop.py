"""Worker that submits Kling jobs."""
import httpx
import tenacity


class KlingBusy(Exception):
    pass


@tenacity.retry(
    retry=tenacity.retry_if_exception_type(KlingBusy),
    wait=tenacity.wait_exponential(multiplier=1, max=60),
)
def submit(client: httpx.Client, body: dict) -> str:
    response = client.post("/v1/videos/text2video", json=body)
    payload = response.json()
    if payload["code"] in BUSY_CODES:
        raise KlingBusy(payload["message"])
    return payload["data"]["task_id"]

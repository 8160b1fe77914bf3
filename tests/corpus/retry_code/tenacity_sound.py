import httpx
from tenacity import retry, retry_if_exception_type, stop_after_attempt, stop_after_delay, wait_random_exponential


class SlotBusy(Exception):
    """All slots of the pack are in use."""


class Rejected(Exception):
    """A refusal that no waiting cures."""


WAIT_CODES = {1302, 1303}


@retry(
    retry=retry_if_exception_type(SlotBusy),
    wait=wait_random_exponential(multiplier=1, max=60),
    stop=stop_after_attempt(8) | stop_after_delay(900),
    reraise=True,
)
def create(client: httpx.Client, body: dict) -> dict:
    response = client.post("/text-to-video/kling-3.0", json=body)
    answer = response.json()
    if answer["code"] in WAIT_CODES:
        raise SlotBusy(answer["message"])
    if answer["code"] != 0:
        raise Rejected(f"{answer['code']} {answer['message']} {answer['request_id']}")
    return answer["data"]

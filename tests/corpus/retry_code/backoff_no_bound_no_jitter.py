import backoff

from .errors import KlingThrottled


@backoff.on_exception(backoff.expo, KlingThrottled, jitter=None)
async def submit_job(client, body):
    async with client.post("/image-to-video/kling-3.0", json=body) as resp:
        data = await resp.json()
        if data["code"] == THROTTLED:
            raise KlingThrottled(data["message"])
        return data["data"]["id"]

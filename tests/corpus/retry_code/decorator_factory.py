import asyncio
from functools import wraps

def with_retries(times=3, pause=2.0):
    def outer(fn):
        @wraps(fn)
        async def inner(*args, **kwargs):
            for n in range(times):
                try:
                    return await fn(*args, **kwargs)
                except Exception as exc:
                    if n + 1 == times:
                        raise
                    print("retrying", exc)
                    await asyncio.sleep(pause)
        return inner
    return outer

@with_retries(times=4)
async def create_video(client, prompt):
    r = await client.post("https://api-singapore.klingai.com/text-to-video/kling-3.0", json={"prompt": prompt, "external_id": eid(prompt)})
    return (await r.json())["data"]["id"]

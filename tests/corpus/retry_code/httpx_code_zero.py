import time
import httpx

async def get_video(client: httpx.AsyncClient, task_id: str):
    for _ in range(60):
        resp = await client.get(f"/v1/videos/image2video/{task_id}")
        body = resp.json()
        if body["code"] == 0:
            return body["data"]["task_result"]["videos"][0]["url"]
        await asyncio.sleep(5)
    raise TimeoutError

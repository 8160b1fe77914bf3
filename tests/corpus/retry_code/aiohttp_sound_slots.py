import asyncio

import aiohttp

slots = asyncio.Semaphore(5)


async def create(session: aiohttp.ClientSession, body: dict) -> str:
    async with session.post("/text-to-video/kling-3.0", json=body) as resp:
        answer = await resp.json()
    if answer["code"] != 0:
        raise RuntimeError(answer)
    return answer["data"]["id"]


async def until_done(session, task_id, limit=1800):
    async with asyncio.timeout(limit):
        while True:
            async with session.get("/tasks", params={"task_ids": task_id}) as resp:
                task = (await resp.json())["data"][0]
            if task["status"] == "succeeded":
                return task
            if task["status"] == "failed":
                raise RuntimeError(task["message"])
            await asyncio.sleep(8)


async def job(session, body):
    async with slots:
        task_id = await create(session, body)
        return await until_done(session, task_id)


async def main(bodies):
    async with aiohttp.ClientSession("https://api-singapore.klingai.com") as session:
        return await asyncio.gather(*(job(session, body) for body in bodies))

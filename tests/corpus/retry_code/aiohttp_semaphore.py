import asyncio
import aiohttp

SLOTS = asyncio.Semaphore(5)


async def create(session, body):
    async with session.post("/text-to-video/kling-3.0", json=body) as resp:
        return (await resp.json())["data"]["id"]


async def wait_done(session, task_id, deadline):
    loop = asyncio.get_running_loop()
    while loop.time() < deadline:
        async with session.get("/tasks", params={"task_ids": task_id}) as resp:
            task = (await resp.json())["data"][0]
        if task["status"] in ("succeeded", "failed"):
            return task
        await asyncio.sleep(10)


async def run(session, body, deadline):
    async with SLOTS:
        task_id = await create(session, body)
    return await wait_done(session, task_id, deadline)

import asyncio

async def poll(session, tid):
    while 1:
        r = await session.get(f"https://api-singapore.klingai.com/tasks?task_ids={tid}")
        d = await r.json()
        st = d["data"][0]["status"]
        if st in ("success", "failed"):
            return d
        await asyncio.sleep(0.5)

import asyncio, random, httpx

TRANSIENT = frozenset({500, 502, 503, 504})

async def get_json(client: httpx.AsyncClient, path: str, *, tries: int = 3, **params):
    """GET with a few quick repeats; reads are free."""
    for k in range(tries):
        try:
            resp = await client.get(path, params=params)
        except httpx.TransportError:
            if k == tries - 1:
                raise
        else:
            if resp.status_code not in TRANSIENT or k == tries - 1:
                return resp.json()
        await asyncio.sleep(random.uniform(0, 0.5 * 2 ** k))

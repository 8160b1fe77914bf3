const RETRY_CODES = new Set([1302, 1303, 1001]);

export async function submit(api: Api, body: Body) {
  let delayMs = 1000;
  for (let i = 0; i < 6; i++) {
    const res = await api.createVideo(body);
    if (!RETRY_CODES.has(res.code)) return res;
    await new Promise(r => setTimeout(r, delayMs));
    delayMs = Math.min(delayMs * 2, 30000);
  }
}

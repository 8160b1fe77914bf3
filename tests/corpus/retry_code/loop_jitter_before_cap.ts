const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

export async function submitJob(client: KlingClient, body: CreateBody) {
  for (let attempt = 0; attempt < 8; attempt++) {
    const answer = await client.post('/text-to-video/kling-3.0', body);
    if (answer.code === 0) return answer.data.id;
    if (!PASSING.includes(answer.code)) throw new KlingError(answer);
    const delay = Math.min(60_000, 1000 * 2 ** attempt + Math.random() * 1000);
    await sleep(delay);
  }
  throw new Error('all slots stayed busy');
}

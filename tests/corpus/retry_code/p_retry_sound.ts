import pRetry, { AbortError } from 'p-retry';

const PASSES = new Set([1302, 1303]);

async function submit(body: Record<string, unknown>): Promise<string> {
  const res = await fetch(`${BASE}/text-to-video/kling-3.0`, {
    method: 'POST',
    headers: await freshHeaders(),
    body: JSON.stringify(body),
  });
  const answer = await res.json();
  if (answer.code === 0) return answer.data.id;
  const error = new Error(`kling ${answer.code}: ${answer.message}`);
  if (!PASSES.has(answer.code)) throw new AbortError(error);
  throw error;
}

export function submitPatiently(body: Record<string, unknown>) {
  return pRetry(() => submit(body), { retries: 6, minTimeout: 1000, maxTimeout: 60_000, randomize: true, maxRetryTime: 600_000 });
}

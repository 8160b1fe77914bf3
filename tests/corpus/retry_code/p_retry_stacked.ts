import pRetry, { AbortError } from 'p-retry';
import { sleep } from './util';

async function getTask(id: string) {
  for (let attempt = 0; attempt < 3; attempt++) {
    try {
      const res = await fetch(`${BASE}/tasks?task_ids=${id}`, { headers: headers() });
      return await res.json();
    } catch (err) {
      if (attempt === 2) throw err;
      await sleep(Math.random() * 1000 * 2 ** attempt);
    }
  }
}

export async function safeGet(id: string) {
  return pRetry(() => getTask(id), { retries: 4, randomize: true, maxRetryTime: 60_000 });
}

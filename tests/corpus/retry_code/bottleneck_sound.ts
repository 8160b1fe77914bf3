import Bottleneck from 'bottleneck';

const limiter = new Bottleneck({ maxConcurrent: 5, minTime: 250 });
const RETRY_DELAYS = [1000, 2000, 5000];

export async function query(id: string) {
  for (const wait of RETRY_DELAYS) {
    try {
      return await limiter.schedule(() => api.get(`/tasks?task_ids=${id}`));
    } catch (e) {
      logger.warn({ e }, 'query failed');
      await sleep(Math.random() * wait);
    }
  }
  throw new Error('no answer');
}

import got from 'got';

const client = got.extend({
  prefixUrl: BASE_URL,
  timeout: { request: 15000 },
  retry: {
    limit: 5,
    calculateDelay: ({ attemptCount }) => (attemptCount > 5 ? 0 : 2000 * attemptCount),
  },
});

export async function status(id: string) {
  const body: any = await client.get(`tasks?task_ids=${id}`).json();
  return body.data[0].status;
}

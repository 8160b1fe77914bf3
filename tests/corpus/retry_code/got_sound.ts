import got from 'got';

const kling = got.extend({
  prefixUrl: 'https://api-singapore.klingai.com',
  timeout: { request: 30_000 },
  throwHttpErrors: false,
  retry: { limit: 2, methods: ['GET'] },
});

export async function create(json: object) {
  const answer: any = await kling.post('text-to-video/kling-3.0', { json }).json();
  if (answer.code !== 0) throw Object.assign(new Error(answer.message), { code: answer.code });
  return answer.data.id;
}

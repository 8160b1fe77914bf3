import got from 'got';

const kling = got.extend({
  prefixUrl: 'https://api-singapore.klingai.com',
  retry: {
    limit: 4,
    methods: ['GET', 'POST'],
    statusCodes: [429, 500, 502, 503, 504],
  },
});

export const create = (json) => kling.post('v1/videos/text2video', { json }).json();

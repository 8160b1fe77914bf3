import retry from 'async-retry';

export const submit = async (body: CreateRequest) =>
  retry(
    async () => {
      const r = await fetch(url('/image-to-video/kling-3.0'), { method: 'POST', body: JSON.stringify(body), headers });
      if (r.status !== 200) throw new Error(`kling ${r.status}`);
      return (await r.json()).data;
    },
    { retries: 5, factor: 2, minTimeout: 1000 },
  );

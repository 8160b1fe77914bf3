import pRetry from 'p-retry';

const run = async () => {
  const res = await fetch('https://api-singapore.klingai.com/v1/videos/text2video', {
    method: 'POST',
    headers,
    body: JSON.stringify({ model_name: 'kling-v2-6', prompt }),
  });
  if (!res.ok) {
    throw new Error(`HTTP ${res.status}`);
  }
  return res.json();
};

export const createTask = () => pRetry(run, { retries: 4, minTimeout: 1000 });

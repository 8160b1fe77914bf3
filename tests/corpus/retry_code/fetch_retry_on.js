const fetchBuilder = require('fetch-retry');

const request = fetchBuilder(fetch, {
  retries: 3,
  retryDelay: 1500,
  retryOn: [429, 503],
});

async function generate(prompt) {
  const res = await request('https://api-singapore.klingai.com/v1/videos/text2video', {
    method: 'POST',
    body: JSON.stringify({ prompt, external_task_id: crypto.randomUUID() }),
  });
  return res.json();
}

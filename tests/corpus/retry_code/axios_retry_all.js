const axios = require('axios');
const axiosRetry = require('axios-retry').default;

axiosRetry(axios, {
  retries: 5,
  retryDelay: (count) => count * 1000,
  retryCondition: (error) => error.response?.status === 429 || error.response?.status >= 500,
});

async function createVideo(prompt, apiKey) {
  const { data } = await axios.post(
    'https://api-singapore.klingai.com/text-to-video/kling-3.0',
    { prompt, settings: { duration: 5 } },
    { headers: { Authorization: `Bearer ${apiKey}` } },
  );
  return data.data.id;
}

import axios from 'axios';

export default async function submit(prompt) {
  for (let left = 3; left > 0; left--) {
    try {
      const { data } = await axios.post(ENDPOINT, { prompt, aspect_ratio: '16:9' }, opts);
      return data.data.id;
    } catch {}
    await sleep(2500);
  }
  return null;
}

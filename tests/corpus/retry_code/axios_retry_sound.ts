import axios from 'axios';
import axiosRetry from 'axios-retry';

const reads = axios.create({ baseURL: 'https://api-singapore.klingai.com', timeout: 20_000 });
const writes = axios.create({ baseURL: 'https://api-singapore.klingai.com', timeout: 20_000, validateStatus: () => true });

axiosRetry(reads, { retries: 3, retryDelay: axiosRetry.exponentialDelay });

export async function create(body: object): Promise<string> {
  const { data } = await writes.post('/text-to-video/kling-3.0', body);
  if (data.code !== 0) throw new Error(`kling ${data.code}: ${data.message} (${data.request_id})`);
  return data.data.id;
}

export async function task(id: string) {
  const { data } = await reads.get('/tasks', { params: { task_ids: id } });
  return data.data[0];
}

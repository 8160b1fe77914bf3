import axios from 'axios';

const api = axios.create({ baseURL: 'https://api-singapore.klingai.com' });

api.interceptors.response.use(
  (response) => response,
  async (error) => {
    const config = error.config;
    if (config.method !== 'get' || (config.attempt ?? 0) >= 3) throw error;
    config.attempt = (config.attempt ?? 0) + 1;
    await new Promise((r) => setTimeout(r, Math.random() * 1000 * 2 ** config.attempt));
    return api(config);
  },
);

export async function status(id: string): Promise<string> {
  const { data } = await api.get('/tasks', { params: { task_ids: id } });
  return data.data[0].status;
}

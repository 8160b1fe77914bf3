import axios, { AxiosInstance } from 'axios';
import axiosRetry from 'axios-retry';

export class KlingApi {
  private readonly client: AxiosInstance;

  constructor(baseURL: string) {
    this.client = axios.create({ baseURL, timeout: 20_000 });
    axiosRetry(this.client, {
      retries: 3,
      retryDelay: axiosRetry.exponentialDelay,
      retryCondition: () => true,
    });
  }

  async submit(body: object): Promise<string> {
    const res = await this.client.post('/v1/videos/text2video', body);
    return res.data.data.task_id;
  }
}

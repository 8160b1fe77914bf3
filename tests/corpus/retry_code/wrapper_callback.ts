type Json = Record<string, any>;

export async function withRetry<T>(fn: () => Promise<T>, max = 5): Promise<T> {
  let attempt = 0;
  for (;;) {
    try {
      return await fn();
    } catch (error) {
      attempt += 1;
      if (attempt >= max) throw error;
      await delay(1000 * attempt);
    }
  }
}

function delay(ms: number) {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

export function createVideo(body: Json) {
  return withRetry(() => http.post<Json>('/v1/videos/image2video', body));
}

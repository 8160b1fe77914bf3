export async function klingFetch(path: string, init: RequestInit, tries = 4): Promise<any> {
  let wait = 500;
  for (let n = 1; n <= tries; n++) {
    const res = await fetch(BASE + path, init);
    if (res.status >= 500 && n < tries) {
      await new Promise((r) => setTimeout(r, wait));
      wait *= 2;
      continue;
    }
    return res.json();
  }
}

export const createTask = (body: object) =>
  klingFetch('/image-to-video/kling-3.0', { method: 'POST', body: JSON.stringify(body) });

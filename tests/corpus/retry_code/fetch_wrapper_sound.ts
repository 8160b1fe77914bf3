export async function read(path: string, signal: AbortSignal): Promise<Envelope> {
  let last: unknown;
  for (let attempt = 0; attempt < 3; attempt++) {
    try {
      const res = await fetch(BASE + path, { headers: await headers(), signal });
      const text = await res.text();
      if (res.status < 500) return JSON.parse(text);
      last = new Error(`${res.status}: ${text.slice(0, 200)}`);
    } catch (err) {
      if (signal.aborted) throw err;
      last = err;
    }
    await new Promise((r) => setTimeout(r, Math.random() * 1000 * 2 ** attempt));
  }
  throw last;
}

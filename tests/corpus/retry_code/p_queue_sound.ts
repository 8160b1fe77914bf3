import PQueue from 'p-queue';

const queue = new PQueue({ concurrency: 5 });

export const generate = (body: Body) =>
  queue.add(async () => {
    const id = await kling.create(body);
    return kling.waitUntilFinished(id, { timeoutMs: 20 * 60_000 });
  });

const sleep = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));
const PASSING = [1302, 1303];

export async function createOnce(kling: Kling, body: Body, externalId: string, deadline: number): Promise<Task> {
  for (let attempt = 0; Date.now() < deadline; attempt++) {
    let answer: Envelope;
    try {
      answer = await kling.post('/text-to-video/kling-3.0', { ...body, options: { external_task_id: externalId } });
    } catch (err) {
      const task = await kling.findByExternalId(externalId);
      if (task) return task;
      await sleep(Math.random() * 10_000);
      continue;
    }
    if (answer.code === 0) return answer.data;
    if (!PASSING.includes(answer.code)) throw new KlingError(answer.code, answer.message, answer.request_id);
    await sleep(Math.random() * Math.min(60_000, 1000 * 2 ** attempt));
  }
  throw new Error(`no slot before the deadline: ${externalId}`);
}

export async function waitFor(kling: Kling, id: string, limitMs = 20 * 60_000) {
  const end = Date.now() + limitMs;
  await sleep(10_000);
  while (Date.now() < end) {
    const task = await kling.task(id);
    if (task.status === 'succeed' || task.status === 'succeeded') return task.outputs;
    if (task.status === 'failed') throw new Error(task.message);
    await sleep(8_000 + Math.random() * 4_000);
  }
  throw new Error(`task ${id} is not done; it still exists`);
}

export async function* states(api: Api, id: string, limitMs = 1_200_000) {
  const until = Date.now() + limitMs;
  let pause = 5_000;
  while (Date.now() < until) {
    const { status } = await api.getTask(id);
    yield status;
    if (['succeed', 'succeeded', 'failed'].includes(status)) return;
    await new Promise((r) => setTimeout(r, pause));
    pause = Math.min(pause * 1.5, 30_000);
  }
}

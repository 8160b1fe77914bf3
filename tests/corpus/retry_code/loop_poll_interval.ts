export function poll(taskId: string, onDone: (url: string) => void) {
  const timer = setInterval(async () => {
    const res = await fetch(`${BASE}/tasks?task_ids=${taskId}`, { headers });
    const task = (await res.json()).data[0];
    if (task.status === 'succeed') {
      clearInterval(timer);
      onDone(task.outputs[0].url);
    } else if (task.status === 'failed') {
      clearInterval(timer);
    }
  }, 1000);
}

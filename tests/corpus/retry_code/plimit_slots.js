import pLimit from 'p-limit';

const limit = pLimit(5);

export async function batch(prompts) {
  const ids = await Promise.all(prompts.map((prompt) => limit(() => createTask(prompt))));
  return Promise.all(ids.map((id) => waitForTask(id)));
}

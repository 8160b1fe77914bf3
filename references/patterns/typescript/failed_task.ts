// Reads tasks of both Kling generations out of a query answer, and says why one failed.
// Around a failed task the envelope still says code 0 and SUCCEED, so the state inside decides. The generations
// differ: `succeeded`, `message`, `outputs` (new), and `succeed`, `task_status_msg`, `task_result` (legacy).

type Json = Record<string, unknown>;

export interface Task {
  id: string;
  state: "running" | "succeeded" | "failed";
  reason: string; // why it failed; a failed task has a text and no code of its own
  results: Json[];
}

const STATES: ReadonlyMap<unknown, Task["state"]> = new Map([
  ["submitted", "running"],
  ["processing", "running"],
  ["succeed", "succeeded"], // legacy
  ["succeeded", "succeeded"], // new generation
  ["failed", "failed"],
]);

/** One task object; a callback's body has the same members. */
export function readTask(task: Json): Task {
  const legacy = "task_status" in task;
  const word = legacy ? task["task_status"] : task["status"];
  const state = STATES.get(word);
  if (state === undefined) throw new Error(`unknown task state ${String(word)}: do not take it for processing`);
  const told = legacy ? task["task_status_msg"] : task["message"];
  const reason = state !== "failed" ? "" : typeof told === "string" && told !== "" ? told : "no reason given";
  // legacy: {"videos": [...]}, or images, audios, elements, voices
  const lists = legacy ? Object.values((task["task_result"] ?? {}) as Json) : [task["outputs"]];
  const results = state === "succeeded" ? lists.filter(Array.isArray).flat() as Json[] : [];
  return { id: String(legacy ? task["task_id"] : task["id"]), state, reason, results };
}

/** `GET /tasks` answers with a list, which is empty for an unknown id; a legacy query answers with one object. */
export function readTasks(answer: Json): Task[] {
  if (answer["code"] !== 0) {
    throw new Error(`query refused: ${String(answer["code"])} ${String(answer["message"])} (${String(answer["request_id"])})`);
  }
  const data = answer["data"];
  if (!data) return [];
  return (Array.isArray(data) ? data : [data]).map((task) => readTask(task as Json));
}

// Waits for a Kling task of either generation, with a deadline and a growing interval.
// Queries are free and take no slot. The task outlives the client: when the deadline passes, keep the id and ask
// again later, because a second create makes and bills a second task.
import { setTimeout as sleep } from "node:timers/promises";

type Json = Record<string, unknown>;

/** The task ended as failed; the message is Kling's reason. */
export class TaskFailed extends Error {}
/** The deadline passed. The task may still end well: keep its id, do not create it again. */
export class StillRunning extends Error {}

/** A legacy task is asked for under the path that created it, any other under /tasks. */
export function queryPath(taskId: string, createPath: string): string {
  const id = encodeURIComponent(taskId);
  return createPath.startsWith("/v1/") ? `${createPath}/${id}` : `/tasks?task_ids=${id}`;
}

/** HTTP status (0: no answer) and envelope (empty: the body was none). */
async function get(url: string, authorization: string): Promise<[number, Json]> {
  let status = 0;
  try {
    const reply = await fetch(url, { headers: { Authorization: authorization }, signal: AbortSignal.timeout(30_000) });
    const body = await reply.text();
    status = reply.status;
    const answer: unknown = JSON.parse(body);
    return [status, Number.isInteger((answer as Json | null)?.["code"]) ? (answer as Json) : {}];
  } catch {
    return [status, {}];
  }
}

export interface Waits { deadlineMs?: number; firstMs?: number; longestMs?: number }

/** The finished task object. `authorization` is called for each query: a long wait outlives a JWT. */
export async function waitForTask(baseUrl: string, path: string, authorization: () => string, waits: Waits = {}): Promise<Json> {
  const { deadlineMs = 1_200_000, firstMs = 10_000, longestMs = 30_000 } = waits;
  const end = performance.now() + deadlineMs;
  for (let wait = firstMs, left = deadlineMs; left > 0; left = end - performance.now()) {
    await sleep(Math.min(wait, left));
    wait = Math.min(wait * 1.5, longestMs);
    const [status, { code, message, request_id: requestId, data }] = await get(baseUrl + path, authorization());
    const passing = code === undefined ? status < 300 || status >= 500 : code === 1302 || code === 1303 || Number(code) >= 5000;
    if (passing) continue; // every other refusal lasts, whatever its HTTP status
    const task = (Array.isArray(data) ? data[0] : data) as Json | null | undefined;
    if (code !== 0 || !task) { // GET /tasks answers an unknown id with an empty list
      throw new Error(`HTTP ${status}, code ${String(code)}: ${String(message)} (${String(requestId)}), no task`);
    }
    const word = task["task_status"] ?? task["status"];
    if (word === "succeed" || word === "succeeded") return task; // legacy, new generation
    if (word === "failed") throw new TaskFailed(String(task["task_status_msg"] || task["message"] || "no reason given"));
    if (word !== "submitted" && word !== "processing") throw new Error(`unknown task state ${String(word)}`);
  }
  throw new StillRunning(path);
}

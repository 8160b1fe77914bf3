// Creates a Kling task so that a lost answer does not become a second bill.
// Every job has an `external_task_id`, unique in the account and stored before the first send. When the outcome is
// unclear the task is looked up by it, at once and again later; only a task that is not there is sent again.
import { setTimeout as sleep } from "node:timers/promises";

type Json = Record<string, unknown>;

/** Kling said no and created nothing. 1302 and 1303 pass by waiting, nothing else at 429 does. */
export class Refused extends Error {}
/** The task may exist. Keep the external id and look it up later; do not make a new one. */
export class Unclear extends Error {}

/** HTTP status (0: no answer), envelope (empty: the body was none) and the task's id, where there is one. */
async function call(url: string, authorization: string, body?: Json): Promise<[number, Json, string | undefined]> {
  const headers = { Authorization: authorization, "Content-Type": "application/json" };
  const sending = body ? { method: "POST", body: JSON.stringify(body) } : {};
  let status = 0;
  try {
    const reply = await fetch(url, { ...sending, headers, signal: AbortSignal.timeout(60_000) });
    const text = await reply.text();
    status = reply.status;
    const answer = JSON.parse(text) as Json | null;
    if (answer === null || !Number.isInteger(answer["code"])) return [status, {}, undefined];
    const data = answer["data"];
    const task = ((Array.isArray(data) ? data[0] : data) ?? {}) as { task_id?: string; id?: string };
    return [status, answer, task.task_id ?? task.id];
  } catch {
    return [status, {}, undefined];
  }
}

/** The task's id, or undefined when Kling says that there is none. A failed look-up is neither. */
export async function find(baseUrl: string, path: string, externalId: string, authorization: string): Promise<string | undefined> {
  const query = (path.startsWith("/v1/") ? `${path}/` : "/tasks?external_task_ids=") + encodeURIComponent(externalId);
  const [status, { code, message }, taskId] = await call(baseUrl + query, authorization);
  if (code === 0) return taskId;
  if (code === 1203 || (code === 1201 && /not found/i.test(String(message)))) return undefined;
  throw new Unclear(`look-up of ${externalId}: HTTP ${status}, code ${String(code)}: ${String(message)}`);
}

export async function submit(
  baseUrl: string, path: string, body: Json, externalId: string, authorization: string, pauseMs = 10_000,
): Promise<string> {
  const named = { external_task_id: externalId };
  const full = path.startsWith("/v1/") ? { ...body, ...named } : { ...body, options: { ...(body["options"] as Json), ...named } };
  for (let sends = 0, exists = false; sends < 2 && !exists; sends += 1) { // one create, and at most one more
    const [status, { code = -1, message, request_id: requestId }, taskId] = await call(baseUrl + path, authorization, full);
    if (code === 0 && taskId) return taskId;
    exists = code === 1201 && String(message).includes("already exists"); // an earlier send arrived
    const lasts = code !== 0 && Number(code) < 5000 && (Number(code) >= 1000 || (status >= 300 && status < 500));
    if (lasts && !exists) throw new Refused(`HTTP ${status}, code ${String(code)}: ${String(message)} (${String(requestId)})`);
    for (const pause of [0, pauseMs]) {
      await sleep(pause);
      const found = await find(baseUrl, path, externalId, authorization);
      if (found) return found;
    }
  }
  throw new Unclear(externalId);
}

// Reads the answer of one Kling call: `code` in the body first, the HTTP status only where there is none.
// HTTP 429 stands for six codes and four of them last, so the status cannot decide about a retry. The body may be
// HTML or cut off; keep code, message and request_id in the log, support asks for them.

export interface Answer {
  status: number; // 0: no answer came
  code: number | null; // null: the body is not Kling's envelope
  message: string;
  requestId: string;
  data: unknown;
  sent: boolean; // false: the request never left
}

export type Verdict = "ok" | "retry" | "wait_for_slot" | "sign_again" | "reconcile" | "fix_first";

/** Read the body as text, once: `response.json()` throws on HTML and the text is gone. */
export function readAnswer(status: number, body: string): Answer {
  let value: unknown = null;
  try {
    value = JSON.parse(body);
  } catch {
    // not JSON: kept as text below
  }
  const map = (typeof value === "object" && value !== null ? value : {}) as Record<string, unknown>;
  const text = (member: unknown): string => (typeof member === "string" ? member : "");
  if (!Number.isInteger(map["code"])) {
    return { status, code: null, message: body.slice(0, 200), requestId: "", data: null, sent: true };
  }
  const [message, requestId] = [text(map["message"]), text(map["request_id"])];
  return { status, code: map["code"] as number, message, requestId, data: map["data"] ?? null, sent: true };
}

/** Bound every retry; sign again only once. */
export function verdict({ status, code, sent }: Answer, create: boolean): Verdict {
  if (code === 0) return "ok";
  if (code === 1302) return "retry";
  if (code === 1303) return "wait_for_slot";
  if (code === 1003 || code === 1004) return "sign_again";
  if (!sent) return "retry";
  const number = code ?? 0;
  if (number >= 1000 && number < 5000) return "fix_first"; // 1100, 1101, 1102 and 1304 are 429 too, and they last
  const unclear = number >= 5000 || status < 300 || status >= 500; // 5000, 5001, 5002, no answer, or one that says nothing
  if (unclear) return create ? "reconcile" : "retry"; // a task may exist: look it up before sending again
  return "fix_first";
}

export async function call(baseUrl: string, method: string, path: string, authorization: string, body?: unknown): Promise<Answer> {
  const headers = { Authorization: authorization, "Content-Type": "application/json" };
  const payload = body === undefined ? null : JSON.stringify(body);
  try {
    const reply = await fetch(baseUrl + path, { method, headers, body: payload, signal: AbortSignal.timeout(60_000) });
    return readAnswer(reply.status, await reply.text());
  } catch (error) {
    const cause = (error as { cause?: { code?: string } }).cause?.code ?? "";
    const message = `no answer: ${String(error)} ${cause}`;
    return { status: 0, code: null, message, requestId: "", data: null, sent: !["ECONNREFUSED", "ENOTFOUND"].includes(cause) };
  }
}

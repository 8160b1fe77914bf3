// Runs Kling jobs so that none is lost and none is paid twice: node worker.js JOBS JOURNAL
//
// JOBS has a line for each job: an id of your own (it becomes external_task_id), the path, the body as JSON:
//     film-0001 /text-to-video/kling-3.0-turbo {"prompt": "a fox", "settings": {"duration": 3}}
// JOURNAL is written before each create; started again with the same two files, it goes on where it stopped.
// KLING_API_KEY holds the key, KLING_BASE_URL the host. One loop, one call at a time: nothing to lock.
import { appendFileSync, existsSync, readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";

// The numbers of the policy; times in seconds, 0 attempts: until the deadline.
const DEADLINE = 2127.0; // policy: deadline_s
const SLOTS = 5; // policy: slots.limit
const SLOTS_PER_JOB = 1; // policy: slots.per_job
const LEARN_SLOTS: number = 0; // policy: slots.learn
const GROW_AFTER = 20; // policy: slots.grow_after
const PROBE = 17.5; // policy: slots.probe_s
const POLL_AT: number[] = [84.0, 100.0, 112.0, 124.0, 134.0, 144.0, 154.0, 164.0]; // policy: poll.at_s
const POLL_EVERY = 10.0; // policy: poll.then_every_s
const POLL_STOP = 1669.0; // policy: poll.stop_after_s
const POLL_JITTER = 0.1; // policy: poll.jitter
const IDS_PER_QUERY = 20; // policy: poll.ids_per_query
const LOOK_AFTER: number[] = [0.0, 10.0]; // policy: reconcile.look_after_s
const CREATE_ATTEMPTS: number = 0; // policy: create.max_attempts
const CREATE_BASE = 1.0; // policy: create.base_s
const CREATE_CAP = 60.0; // policy: create.cap_s
const READ_ATTEMPTS = 3; // policy: reads.max_attempts
const READ_BASE = 1.0; // policy: reads.base_s
const READ_CAP = 20.0; // policy: reads.cap_s
const READ_BUDGET = 0.2; // policy: reads.budget_ratio
const CODES = new Map<Outcome, number[]>([
  ["slots", [1303]], // policy: codes.slots
  ["rate", [1302]], // policy: codes.rate
  ["account", [1100, 1101, 1102, 1304]], // policy: codes.account
  ["request", [1000, 1001, 1002, 1003, 1004, 1103, 1200, 1201, 1202, 1203, 1300, 1301]], // policy: codes.request
]);

type Outcome = "ok" | "slots" | "rate" | "account" | "request" | "unclear";
type Json = Record<string, unknown>;
type Task = { id: string; status: string; message?: string; outputs?: { url?: string }[] };

interface Job {
  id: string;
  path: string;
  body: Json;
  task: string;
  creates: number;
  since: number; // when the task was accepted, or the create became unclear
  due: number; // when to ask next
  at: number; // that time in the schedule
  looks: number; // look-ups that said: not there
  failures: number; // reads in a row that failed
}

interface Answer {
  status: number; // 0: no answer came
  code: number | null; // null: the body is not Kling's envelope
  message: string;
  data: unknown;
  sent: boolean; // false: the request never left
}

const now = (): number => performance.now() / 1000;
const between = (low: number, high: number): number => low + (high - low) * Math.random();
const backoff = (base: number, cap: number, retries: number): number => between(0, Math.min(cap, base * 2 ** retries)); // full jitter

/** What a create came to. */
function outcome({ status, code, message, data, sent }: Answer): Outcome {
  if (code === 0 && (data as Task | null)?.id) return "ok";
  if (!sent) return "rate";
  if (status === 401) return "account"; // the key: no other job would fare better
  if (message.includes("already exists")) return "unclear"; // an earlier send arrived
  for (const [name, codes] of CODES) if (code !== null && codes.includes(code)) return name;
  return code === null && status >= 300 && status < 500 ? "request" : "unclear";
}

function read(status: number, text: string): Answer {
  let value: Json | null = null;
  try {
    value = JSON.parse(text) as Json | null;
  } catch {
    // not JSON: kept as text below
  }
  const code = value?.["code"];
  if (typeof code !== "number") return { status, code: null, message: text.slice(0, 100), data: null, sent: true };
  return { status, code, message: String(value?.["message"]), data: value?.["data"] ?? null, sent: true };
}

class Worker {
  private queue: Job[] = [];
  private unclear: Job[] = []; // the create may have made a task
  private running: Job[] = [];
  private held = 0; // slots of tasks that were given up unseen
  private limit = Math.max(1, Math.floor(SLOTS / SLOTS_PER_JOB));
  private row = 0; // creates accepted in a row at the limit
  private refusals = 0;
  private probeAt = 0;
  private backoffUntil = 0;
  private budget = 10; // retries of reads that may be made
  private stopped = false;
  private bad = 0;
  private readonly end = now() + DEADLINE;
  private readonly baseUrl: string;
  private readonly key: string;
  private readonly journal: string;
  private readonly jobs: number;

  constructor(baseUrl: string, key: string, jobs: Job[], journal: string) {
    [this.baseUrl, this.key, this.journal, this.jobs] = [baseUrl, key, journal, jobs.length];
    const lines = existsSync(journal) ? readFileSync(journal, "utf8").split("\n") : [];
    const last = new Map(lines.map((line) => line.split(" ")).map((words) => [words[0], words]));
    for (const job of jobs) {
      const [, word = "", task = ""] = last.get(job.id) ?? [];
      job.since = now();
      if ((word === "task" || word === "unknown") && task) this.running.push({ ...job, task });
      else if (word === "" || word === "waiting") this.queue.push(job);
      else if (word === "failed" || word === "refused") this.bad += 1;
      else if (word !== "succeeded") this.unclear.push(job); // also a line that a crash cut off
    }
  }

  private note(job: Job, word: string, value = ""): void {
    const line = `${job.id} ${word} ${value}`.replace(/\s+/g, " ").trim();
    appendFileSync(this.journal, `${line}\n`, { flush: true });
    console.log(line);
  }

  private async call(path: string, body?: Json): Promise<Answer> {
    const headers = { Authorization: `Bearer ${this.key}`, "Content-Type": "application/json" };
    const sending = body ? { method: "POST", body: JSON.stringify(body) } : {};
    try {
      const reply = await fetch(this.baseUrl + path, { ...sending, headers, signal: AbortSignal.timeout(60_000) });
      return read(reply.status, await reply.text());
    } catch (error) {
      const cause = (error as { cause?: { code?: string } }).cause?.code ?? "";
      return { status: 0, code: null, message: String(error), data: null, sent: !["ECONNREFUSED", "ENOTFOUND"].includes(cause) };
    }
  }

  private free(): number {
    return this.limit - this.running.length - this.unclear.length - this.held;
  }

  private mayCreate(): boolean {
    return this.queue.length > 0 && !this.stopped && this.free() > 0;
  }

  /** True when every job has its result. */
  async run(): Promise<boolean> {
    while ((this.running.length > 0 || this.unclear.length > 0 || this.mayCreate()) && now() < this.end) {
      const times = [...this.running, ...this.unclear].map((job) => job.due);
      if (this.mayCreate()) {
        const at = Math.max(this.probeAt, this.backoffUntil);
        const job = at <= now() ? this.queue.shift() : undefined;
        if (job) {
          await this.create(job);
          continue;
        }
        times.push(at);
      }
      await sleep(Math.max(0, Math.min(...times, this.end) - now()) * 1000);
      // The first one last: what never arrived goes back to the head of the queue.
      for (const job of this.unclear.filter((job) => job.due <= now()).reverse()) await this.lookUp(job);
      await this.poll(this.running.filter((job) => job.due <= now()).slice(0, IDS_PER_QUERY));
    }
    const open = [...this.running, ...this.unclear];
    for (const job of open) this.note(job, "unknown", job.task); // it may still end well: run again later, never create again
    const [bad, unknown, left] = [this.bad - this.held, open.length + this.held, this.queue.length];
    const good = this.jobs - bad - unknown - left;
    console.error(`${good} succeeded, ${bad} failed or refused, ${unknown} unknown (may be billed), ${left} not sent`);
    return good === this.jobs;
  }

  private async create(job: Job): Promise<void> {
    this.note(job, "sending");
    job.creates += 1;
    const options = { ...(job.body["options"] as Json | undefined), external_task_id: job.id };
    const answer = await this.call(job.path, { ...job.body, options });
    const came = outcome(answer);
    const why = `${String(answer.code)} ${answer.message}`;
    if (came === "ok") {
      this.started(job, (answer.data as Task).id);
    } else if (came === "unclear") {
      this.unclear.push(Object.assign(job, { since: now(), looks: 0, due: now() + (LOOK_AFTER[0] ?? 0) }));
    } else if (came === "request") {
      this.bad += 1;
      this.note(job, "refused", why);
    } else {
      this.again(job, why);
      this.wait(came, answer);
    }
  }

  /** Nothing was created: the job goes back to the head of the queue. */
  private again(job: Job, why: string): void {
    if (CREATE_ATTEMPTS > 0 && job.creates >= CREATE_ATTEMPTS) {
      this.bad += 1;
      this.note(job, "refused", why);
    } else {
      this.note(job, "waiting", why);
      this.queue.unshift(job);
    }
  }

  private wait(came: Outcome, answer: Answer): void {
    if (came === "account") {
      this.stopped = true;
      console.error(`no more creates: HTTP ${answer.status}, ${String(answer.code)} ${answer.message}`);
    } else if (came === "rate") {
      this.backoffUntil = now() + backoff(CREATE_BASE, CREATE_CAP, this.refusals);
      this.refusals += 1;
    } else { // somebody else uses the slots: try when one of ours ends, or after a while
      this.row = 0;
      if (LEARN_SLOTS > 0) this.limit = Math.max(1, this.limit - this.free());
      this.probeAt = now() + PROBE * between(0.8, 1.2);
    }
  }

  private started(job: Job, task: string): void {
    this.note(job, "task", task);
    Object.assign(job, { task, since: now(), at: 0, failures: 0 });
    this.refusals = 0;
    this.schedule(job);
    this.running.push(job);
    this.row = this.free() <= 0 ? this.row + 1 : 0;
    if (LEARN_SLOTS > 0 && this.row >= GROW_AFTER) [this.limit, this.row] = [this.limit + 1, 0];
  }

  /** The next time of the schedule; the gap to it is jittered, so that polls keep their distance. */
  private schedule(job: Job): void {
    const next = POLL_AT.find((at) => at > job.at) ?? job.at + POLL_EVERY;
    job.due = now() + (next - job.at) * (1 + POLL_JITTER * between(-1, 1));
    job.at = next;
  }

  /** Whether a failed read is repeated out of turn; then `due` is set. */
  private retryRead(job: Job): boolean {
    job.failures += 1;
    if (job.failures >= READ_ATTEMPTS || this.budget < 1) return false;
    this.budget -= 1;
    job.due = now() + backoff(READ_BASE, READ_CAP, job.failures - 1);
    return true;
  }

  private earn(): void {
    this.budget = Math.min(10, this.budget + READ_BUDGET);
  }

  /** Is there a task with our id? Only a clear no lets the create be sent again. */
  private async lookUp(job: Job): Promise<void> {
    this.earn();
    const { code, data, message } = await this.call(`/tasks?external_task_ids=${encodeURIComponent(job.id)}`);
    const found = code === 0 ? (data as Task[] | null)?.[0] : undefined;
    if (found) {
      this.unclear = this.unclear.filter((other) => other !== job);
      this.started(job, found.id);
    } else if (code === 0 || /not found/i.test(message)) {
      Object.assign(job, { looks: job.looks + 1, failures: 0 });
      const next = LOOK_AFTER[job.looks];
      if (next !== undefined) {
        job.due = job.since + next;
      } else {
        this.unclear = this.unclear.filter((other) => other !== job);
        this.again(job, "never arrived");
      }
    } else if (!this.retryRead(job)) {
      job.due = now() + READ_CAP; // a failed look-up proves nothing
    }
  }

  private async poll(jobs: Job[]): Promise<void> {
    if (jobs.length === 0) return;
    this.earn();
    const { code, data } = await this.call(`/tasks?task_ids=${jobs.map((job) => job.task).join(",")}`);
    const tasks = new Map((code === 0 ? ((data ?? []) as Task[]) : []).map((task) => [task.id, task]));
    for (const job of jobs) {
      const task = tasks.get(job.task);
      if (code === 0) job.failures = 0;
      if (task?.status === "succeeded" || task?.status === "failed") {
        this.ended(job, task);
      } else if (now() - job.since > POLL_STOP) {
        this.running = this.running.filter((other) => other !== job);
        this.held += 1;
        this.bad += 1;
        this.note(job, "unknown", job.task);
      } else if (code === 0 || !this.retryRead(job)) {
        this.schedule(job);
      }
    }
  }

  private ended(job: Job, task: Task): void {
    this.running = this.running.filter((other) => other !== job);
    this.probeAt = 0; // a slot of ours is free
    if (task.status === "failed") {
      this.bad += 1;
      this.note(job, "failed", task.message || "no reason given");
    } else {
      this.note(job, "succeeded", (task.outputs ?? []).map((output) => output.url ?? "").join(" "));
    }
  }
}

function parse(line: string): Job {
  const [, id = "", path = "", body = ""] = /^(\S+)\s+(\S+)\s+(.*)$/.exec(line) ?? [];
  return { id, path, body: JSON.parse(body) as Json, task: "", creates: 0, since: 0, due: 0, at: 0, looks: 0, failures: 0 };
}

const [, , file, journal] = process.argv;
const key = process.env["KLING_API_KEY"]?.trim();
if (!file || !journal || !key) {
  console.error("usage: KLING_API_KEY=... node worker.js JOBS JOURNAL");
  process.exit(2);
}
const jobs = readFileSync(file, "utf8").split("\n").filter((line) => line.trim()).map(parse);
if (new Set(jobs.map((job) => job.id)).size !== jobs.length) {
  console.error("two jobs have the same id");
  process.exit(2);
}
const baseUrl = (process.env["KLING_BASE_URL"] ?? "https://api-singapore.klingai.com").replace(/\/+$/, "");
void new Worker(baseUrl, key, jobs, journal).run().then((all) => {
  process.exitCode = all ? 0 : 1;
});

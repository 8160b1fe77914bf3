// Runs one TypeScript pattern against the server: node check.js BASE PATTERN
import assert from "node:assert/strict";
import { createServer } from "node:net";
import * as auth from "../../references/patterns/typescript/auth.js";
import * as envelope from "../../references/patterns/typescript/envelope.js";
import * as failedTask from "../../references/patterns/typescript/failed_task.js";
import * as poll from "../../references/patterns/typescript/poll.js";
import * as submit from "../../references/patterns/typescript/submit.js";

const [BASE = "", NAME = ""] = process.argv.slice(2);
const KEY = "Bearer api-key-kling-EXAMPLE0000";
const NEW = "/text-to-video/kling-3.0-turbo";
const LEGACY = "/v1/videos/text2video";
const body = (path: string): Record<string, unknown> =>
  path === NEW ? { prompt: "a cat", settings: { duration: 3 } } : { prompt: "a cat", model_name: "kling-v3" };
const log = async (id: string): Promise<unknown> => ((await (await fetch(`${BASE}/log/${id}`)).json()) as { data: unknown }).data;

const checks: Record<string, () => Promise<void>> = {
  async auth() {
    assert.equal(auth.apiKeyHeader(" api-key-kling-EXAMPLE0000\n"), KEY);
    for (const bad of [undefined, "", " ", '"key"', "Bearer key"]) assert.throws(() => auth.apiKeyHeader(bad));
    const live = new auth.JwtAuth("AKEXAMPLE", "SKEXAMPLE\n");
    assert.equal((await envelope.call(`${BASE}/ok`, "GET", `${LEGACY}/0`, live.header())).code, 1201); // past the door
    assert.equal((await envelope.call(`${BASE}/ok`, "GET", "/tasks?task_ids=0", live.header())).code, 1002);
    let now = 1_000_000_000;
    const jwt = new auth.JwtAuth("AKEXAMPLE", "SKEXAMPLE", () => now);
    const first = jwt.header();
    now += 1_499_000;
    assert.equal(jwt.header(), first);
    now += 1_000;
    assert.notEqual(jwt.header(), first, "not renewed 5 minutes before the end");
  },

  async envelope() {
    const ask = (scenario: string, path: string, sent?: unknown, key = KEY): Promise<envelope.Answer> =>
      envelope.call(`${BASE}/${scenario}`, sent ? "POST" : "GET", path, key, sent);
    const empty = await ask("empty", NEW, body(NEW));
    assert.deepEqual([empty.status, empty.code, empty.message, empty.requestId], [429, 1102, "Account balance not enough", "req-0001"]);
    assert.equal(envelope.verdict(empty, true), "fix_first");
    assert.equal(envelope.verdict(await ask("slots", NEW, body(NEW)), true), "wait_for_slot");
    const html = await ask("html", NEW, body(NEW));
    assert.deepEqual([html.status, html.code, envelope.verdict(html, true)], [404, null, "fix_first"]);
    assert.match(html.message, /404 Not Found/);
    assert.equal((await ask("ok", `${LEGACY}/1`, undefined, "")).code, 1001);
    for (const scenario of ["backlog", "gateway", "half", "lost"]) {
      const answer = await ask(scenario, LEGACY, { ...body(LEGACY), external_task_id: `ts-envelope-${scenario}` });
      assert.equal(envelope.verdict(answer, true), "reconcile", scenario);
    }
    assert.equal(envelope.verdict(await ask("blind", "/tasks?task_ids=9"), false), "retry");
    const port = await new Promise<number>((done) => {
      const free = createServer().listen(0, "127.0.0.1", () => {
        const { port: taken } = free.address() as { port: number };
        free.close(() => done(taken));
      });
    });
    const nobody = await envelope.call(`http://127.0.0.1:${port}`, "POST", NEW, KEY, {});
    assert.deepEqual([nobody.status, nobody.sent, envelope.verdict(nobody, true)], [0, false, "retry"]);
    const table: [number, number | null, string][] = [
      [429, 1302, "retry"], [429, 1100, "fix_first"], [429, 1101, "fix_first"], [429, 1304, "fix_first"], [429, null, "fix_first"],
      [401, 1004, "sign_again"], [500, 5000, "reconcile"], [503, 5001, "reconcile"], [200, 1303, "wait_for_slot"], [200, 0, "ok"],
      [200, 401, "reconcile"],
    ];
    for (const [status, code, want] of table) {
      assert.equal(envelope.verdict({ status, code, message: "", requestId: "", data: null, sent: true }, true), want);
    }
  },

  async failed_task() {
    const read = async (scenario: string, path: string): Promise<failedTask.Task[]> =>
      failedTask.readTasks({ ...(await envelope.call(`${BASE}/${scenario}`, "GET", path, KEY)) });
    for (const path of ["/tasks?task_ids=8", `${LEGACY}/8`]) {
      const want = { id: "8", state: "failed", reason: "Failure to pass the risk control system", results: [] };
      assert.deepEqual(await read("failed", path), [want]);
      assert.equal((await read("silent", path))[0]?.reason, "no reason given");
      for (const state of ["running", "running", "succeeded"]) assert.equal((await read("ok", path))[0]?.state, state);
      assert.equal((await read("ok", path))[0]?.results[0]?.["url"], "https://result.example.com/1.mp4");
      await assert.rejects(read("strange", path), /unknown task state/);
    }
    assert.deepEqual(await read("ok", "/tasks?task_ids=0"), []);
    await assert.rejects(read("ok", `${LEGACY}/0`), /query refused/);
  },

  async poll() {
    assert.equal(poll.queryPath("7", NEW), "/tasks?task_ids=7");
    assert.equal(poll.queryPath("7", LEGACY), `${LEGACY}/7`);
    for (const create of [NEW, LEGACY]) {
      const path = poll.queryPath("82", create);
      const wait = (scenario: string, at = path, deadlineMs = 5_000): Promise<Record<string, unknown>> =>
        poll.waitForTask(`${BASE}/${scenario}`, at, () => KEY, { deadlineMs, firstMs: 10, longestMs: 50 });
      const task = await wait("ok");
      assert.equal(task["status"] ?? task["task_status"], create === NEW ? "succeeded" : "succeed");
      await wait("flaky");
      await assert.rejects(wait("failed"), new poll.TaskFailed("Failure to pass the risk control system"));
      await assert.rejects(wait("slow", path, 200), poll.StillRunning);
      for (const scenario of ["empty", "html", "strange"]) await assert.rejects(wait(scenario), /^Error: (HTTP|unknown)/);
      await assert.rejects(wait("ok", poll.queryPath("0", create)), /no task/);
    }
  },

  async submit() {
    for (const [path, tag] of [[NEW, "ts-new"], [LEGACY, "ts-legacy"]] as const) {
      const send = (scenario: string): Promise<string> =>
        submit.submit(`${BASE}/${scenario}`, path, body(path), `${tag}-${scenario}`, KEY, 10);
      const plan: Record<string, string[]> = {
        ok: ["create"], never: ["create", "lookup", "lookup", "create"], late: ["create", "lookup", "lookup"], lost: ["create", "lookup"],
        half: ["create", "lookup"], gateway: ["create", "lookup"], backlog: ["create", "lookup"],
      };
      for (const [scenario, calls] of Object.entries(plan)) {
        assert.match(await send(scenario), /^87/);
        assert.deepEqual(await log(`${tag}-${scenario}`), calls, scenario);
      }
      assert.equal(await send("ok"), await send("ok")); // already exists: it was there
      for (const [scenario, code] of [["empty", "1102"], ["slots", "1303"]] as const) {
        await assert.rejects(send(scenario), (error) => error instanceof submit.Refused && error.message.includes(code));
        assert.deepEqual(await log(`${tag}-${scenario}`), ["create"]);
      }
      await assert.rejects(send("html"), submit.Refused);
      await assert.rejects(send("blind"), submit.Unclear); // a look-up that fails is no permission to send again
      assert.deepEqual(await log(`${tag}-blind`), ["create", "lookup"]);
    }
  },
};

const check = checks[NAME];
if (!check) throw new Error(`no check for ${NAME}`);
await check();

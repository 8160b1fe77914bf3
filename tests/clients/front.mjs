// Starts `PROGRAM serve --http` with its state in FOLDER, and a forwarding server before it that adds the bearer token.
//
//   node front.mjs PROGRAM FOLDER
//
// For clients that cannot send a token. Every other header goes on as it came, Host and Origin above all. The one origin that the
// program is told to answer is that of the forwarding server itself. The first line of stdout is the address for clients.

import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import http from "node:http";
import { createInterface } from "node:readline";

const [program, folder] = process.argv.slice(2);
let server;
let upstream;
let token;

function forward(request, answer) {
  const headers = [...request.rawHeaders, "Authorization", `Bearer ${token}`];
  const { method, url: path } = request;
  const onward = http.request({ ...upstream, method, path, headers, setHost: false }, (reply) => {
    answer.writeHead(reply.statusCode, reply.rawHeaders);
    reply.pipe(answer);
  });
  onward.on("error", () => answer.destroy());
  // A client that goes away ends the exchange behind it as well.
  answer.on("close", () => onward.destroy());
  request.pipe(onward);
}

const front = http.createServer(forward);
front.listen(0, "127.0.0.1", () => {
  const origin = `http://127.0.0.1:${front.address().port}`;
  server = spawn(program, ["serve", "--http", "127.0.0.1:0", "--allow-origin", origin], {
    env: { KLINGAI_STATE_DIR: folder },
    stdio: ["ignore", "ignore", "pipe"],
  });
  server.on("exit", () => process.exit(1));
  createInterface({ input: server.stderr }).on("line", (line) => {
    const place = line.match(/http:\/\/([^:]+):(\d+)\/mcp/);
    if (place) upstream = { hostname: place[1], port: Number(place[2]) };
    const file = line.match(/ is in (.+)$/);
    if (!file || token) return;
    token = readFileSync(file[1], "utf8").trim();
    console.log(`${origin}/mcp`);
  });
});

for (const signal of ["SIGTERM", "SIGINT"]) {
  process.on(signal, () => {
    server?.removeAllListeners("exit");
    server?.kill();
    process.exit(0);
  });
}

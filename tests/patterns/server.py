"""A small stand-in for both API generations. The first part of the path is the scenario, so a pattern is pointed at
`http://127.0.0.1:<port>/<scenario>`. It keeps, for each external id, what arrived: `GET /log/<external id>`.

Usage: server.py PORT_FILE. Takes a free loopback port and writes it there.
"""
import base64
import hashlib
import hmac
import json
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

API_KEY = "api-key-kling-EXAMPLE0000"
ACCESS_KEY, SECRET_KEY = "AKEXAMPLE", "SKEXAMPLE"
LEGACY = "/v1/videos/text2video"
NEW = "/text-to-video/kling-3.0-turbo"
AK_SK = "Authentication error. The current API does not support AK/SK; please go to the console (https://kling.ai/dev/api-key) to create API key."
REASON = "Failure to pass the risk control system"

LOCK = threading.Lock()
TASKS = {}  # external id -> number
LOG = {}  # external id -> ["create", "lookup", ...]
QUERIES = {}  # (scenario, legacy, task id) -> how often asked


def unpadded(part):
    return base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))


def jwt_fault(token, now):
    """None when the token is sound, else (code, why)."""
    try:
        head, claims, signature = token.split(".")
        want = hmac.new(SECRET_KEY.encode(), f"{head}.{claims}".encode(), hashlib.sha256).digest()
        if json.loads(unpadded(head)) != {"alg": "HS256", "typ": "JWT"} or "=" in token:
            return 1002, "header"
        value = json.loads(unpadded(claims))
        if set(value) != {"iss", "exp", "nbf"} or not all(type(value[k]) is int for k in ("exp", "nbf")):
            return 1002, "claims"
        if value["iss"] != ACCESS_KEY or not hmac.compare_digest(unpadded(signature), want):
            return 1000, "signature"
    except ValueError:
        return 1002, "The token was expected to have 3 parts, but got 0"
    if value["nbf"] > now:
        return 1003, "not yet valid"
    if not now < value["exp"] <= now + 1800:
        return 1004, "expired"
    return None


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def reply(self, status, code=None, message="SUCCEED", data=None, raw=None):
        kind = "application/json"
        if raw is not None:
            body, kind = raw.encode(), "text/html"
        else:
            answer = {"code": code, "message": message, "request_id": "req-0001"}
            body = json.dumps(answer if data is None else {**answer, "data": data}).encode()
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def drop(self, half=False):
        """The answer is lost: nothing at all, or the beginning of one."""
        if half:
            self.wfile.write(b'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 500\r\n\r\n{"code":0,"message":"SUC')
        self.close_connection = True

    def refuse_sender(self, path):
        legacy = path.startswith("/v1/")
        value = self.headers.get("Authorization", "")
        if not value and legacy:
            return self.reply(401, 1001, "Authorization is empty") or True
        if value == f"Bearer {API_KEY}":
            return False
        fault = jwt_fault(value[7:], time.time()) if value.startswith("Bearer ") and legacy else (1002, AK_SK)
        if fault:
            self.reply(401, *fault)
        return bool(fault)

    def task(self, number, external_id, legacy, word, message=""):
        url = "https://result.example.com/1.mp4"
        if not legacy:
            done = [{"id": "v-1", "url": url, "duration": "3.0"}] if word == "succeeded" else []
            return {"outputs": done, "billing": [], "id": number, "status": word, "message": message, "external_id": external_id}
        task = {"task_id": number, "task_status": {"succeeded": "succeed"}.get(word, word), "task_status_msg": message,
                "task_info": {"external_task_id": external_id}}
        if word == "succeeded":
            task["task_result"] = {"videos": [{"id": "v-1", "url": url, "duration": "3.0"}]}
        return task

    def do_POST(self):
        scenario, path = self.route()
        raw = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        if scenario == "html":
            return self.reply(404, raw="<html><body>404 Not Found</body></html>")
        if self.refuse_sender(path):
            return None
        legacy, body = path == LEGACY, json.loads(raw)
        if path not in (LEGACY, NEW):
            return self.reply(404, raw="404 page not found")
        if "prompt" not in body or ("model_name" not in body if legacy else "external_task_id" in body):
            return self.reply(400, 1201, "body of the other generation")
        external_id = (body if legacy else body.get("options", {})).get("external_task_id", "none")
        with LOCK:
            log = LOG.setdefault(external_id, [])
            first = "create" not in log
            log.append("create")
            if scenario in REFUSALS:
                return self.reply(*REFUSALS[scenario])
            if scenario == "never" and first:  # lost on the way in
                return self.drop()
            if external_id in TASKS:
                return self.reply(400, 1201, f"External_task_id {external_id} already exists")
            number = TASKS[external_id] = str(870000000000000000 + len(TASKS))
        if scenario in ("lost", "late", "blind"):
            return self.drop()
        if scenario == "half":
            return self.drop(half=True)
        if scenario == "gateway":
            return self.reply(502, raw="<html>502 Bad Gateway</html>")
        if scenario == "backlog":
            return self.reply(504, 5002, "backlog")
        return self.reply(200, 0, data=self.task(number, external_id, legacy, "submitted"))

    def do_GET(self):
        scenario, path = self.route()
        if scenario == "log":
            return self.reply(200, 0, data=LOG.get(path[1:], []))
        if scenario == "html":
            return self.reply(404, raw="<html><body>404 Not Found</body></html>")
        if self.refuse_sender(path):
            return None
        asked = parse_qs(urlsplit(self.path).query)
        legacy = path.startswith(LEGACY + "/")
        wanted = path.rsplit("/", 1)[1] if legacy else (asked.get("external_task_ids") or asked.get("task_ids") or [""])[0]
        if not legacy and (path != "/tasks" or not wanted):
            return self.reply(404, raw="404 page not found")
        with LOCK:
            external_id = wanted if wanted in LOG else ""
            if external_id:
                LOG[wanted].append("lookup")
            hidden = scenario == "late" and LOG.get(wanted, []).count("lookup") == 1
            number = TASKS.get(wanted, "") if external_id else wanted
            seen = (scenario, legacy, wanted)
            count = QUERIES[seen] = QUERIES.get(seen, 0) + 1
        if scenario == "blind":
            return self.reply(503, raw="<html>503</html>")
        if not number or hidden or number == "0":
            return self.reply(400, 1201, f"Task not found by id/external id: {wanted}") if legacy else self.reply(200, 0, data=[])
        if scenario == "flaky" and count < 4:  # an HTML error, a passing 429, a cut answer, then the task
            return [lambda: self.reply(503, raw="<html>503</html>"), lambda: self.reply(429, 1302, "too fast"), lambda: self.drop(half=True)][count - 1]()
        if scenario in REFUSALS:
            return self.reply(*REFUSALS[scenario])
        word = {"failed": "failed", "silent": "failed", "slow": "processing", "strange": "paused"}.get(scenario)
        if word is None:
            word = "succeeded" if external_id or count >= 3 or scenario == "flaky" else ("submitted", "processing")[count - 1]
        found = self.task(number, external_id, legacy, word, REASON if scenario == "failed" else "")
        return self.reply(200, 0, data=found if legacy else [found])

    def route(self):
        _, scenario, rest = urlsplit(self.path).path.split("/", 2)
        return scenario, "/" + rest


REFUSALS = {
    "empty": (429, 1102, "Account balance not enough"),
    "slots": (429, 1303, "parallel task over resource pack limit"),
}


if __name__ == "__main__":
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    with open(sys.argv[1], "w", encoding="ascii") as file:
        file.write(f"{server.server_address[1]}\n")
    server.serve_forever()

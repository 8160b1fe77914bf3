"""Runs one Python pattern against the server: check.py PATTERNS_FOLDER BASE PATTERN."""
import importlib.util
import json
import socket
import sys
import urllib.request

FOLDER, BASE, NAME = sys.argv[1:]
KEY = "Bearer api-key-kling-EXAMPLE0000"
NEW, LEGACY = "/text-to-video/kling-3.0-turbo", "/v1/videos/text2video"
BODY = {NEW: {"prompt": "a cat", "settings": {"duration": 3}}, LEGACY: {"prompt": "a cat", "model_name": "kling-v3"}}


def load(name):
    spec = importlib.util.spec_from_file_location(name, f"{FOLDER}/{name}.py")
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


def log(external_id):
    with urllib.request.urlopen(f"{BASE}/log/{external_id}") as reply:
        return json.load(reply)["data"]


def same(got, want):
    assert got == want, f"got {got!r}, want {want!r}"


def raises(kind, run):
    try:
        value = run()
    except kind as error:
        return error
    raise AssertionError(f"no {kind.__name__}, but {value!r}")


def auth():
    it, call = load("auth"), load("envelope").call
    same(it.api_key_header(" api-key-kling-EXAMPLE0000\n"), KEY)
    for bad in ("", " ", '"key"', "Bearer key"):
        raises(ValueError, lambda bad=bad: it.api_key_header(bad))
    jwt = it.JwtAuth("AKEXAMPLE", "SKEXAMPLE\n")
    same(call(f"{BASE}/ok", "GET", f"{LEGACY}/0", jwt.header()).code, 1201)  # past the door
    same(call(f"{BASE}/ok", "GET", "/tasks?task_ids=0", jwt.header()).code, 1002)  # a JWT does not fit here
    now = [1_000_000]
    jwt = it.JwtAuth("AKEXAMPLE", "SKEXAMPLE", lambda: now[0])
    first = jwt.header()
    now[0] += 1499
    same(jwt.header(), first)
    now[0] += 1
    assert jwt.header() != first, "not renewed 5 minutes before the end"


def envelope():
    it = load("envelope")

    def ask(scenario, path=LEGACY, body=None, key=KEY):
        return it.call(f"{BASE}/{scenario}", "POST" if body else "GET", path, key, body, timeout_s=5)

    empty = ask("empty", NEW, BODY[NEW])
    same((empty.status, empty.code, empty.message, empty.request_id), (429, 1102, "Account balance not enough", "req-0001"))
    same(it.verdict(empty, True), "fix_first")
    same(it.verdict(ask("slots", NEW, BODY[NEW]), True), "wait_for_slot")
    html = ask("html", NEW, BODY[NEW])
    same((html.status, html.code, it.verdict(html, True)), (404, None, "fix_first"))
    assert "404 Not Found" in html.message
    same(ask("ok", f"{LEGACY}/1", key="").code, 1001)
    for scenario in ("backlog", "gateway", "half", "lost"):
        body = {**BODY[LEGACY], "external_task_id": f"py-envelope-{scenario}"}
        same(it.verdict(ask(scenario, LEGACY, body), True), "reconcile")
    same(it.verdict(ask("blind", "/tasks?task_ids=9"), False), "retry")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        nobody = it.call(f"http://127.0.0.1:{free.getsockname()[1]}", "POST", NEW, KEY, {})
    same((nobody.status, nobody.sent, it.verdict(nobody, True)), (0, False, "retry"))
    for status, code, want in ((429, 1302, "retry"), (429, 1100, "fix_first"), (429, 1101, "fix_first"), (429, 1304, "fix_first"),
                               (429, None, "fix_first"), (401, 1004, "sign_again"), (500, 5000, "reconcile"), (503, 5001, "reconcile"),
                               (200, 1303, "wait_for_slot"), (200, 0, "ok"), (200, 401, "reconcile")):
        same(it.verdict(it.Answer(status, code, ""), True), want)


def failed_task():
    it, call = load("failed_task"), load("envelope").call

    def read(scenario, path):
        answer = call(f"{BASE}/{scenario}", "GET", path, KEY)
        return it.read_tasks({"code": answer.code, "message": answer.message, "data": answer.data})

    for path in ("/tasks?task_ids=7", f"{LEGACY}/7"):
        [task] = read("failed", path)
        same((task.id, task.state, task.reason, task.results), ("7", "failed", "Failure to pass the risk control system", []))
        same(read("silent", path)[0].reason, "no reason given")
        same([read("ok", path)[0].state for _ in range(3)], ["running", "running", "succeeded"])
        same(read("ok", path)[0].results[0]["url"], "https://result.example.com/1.mp4")
        raises(ValueError, lambda path=path: read("strange", path))
    same(read("ok", "/tasks?task_ids=0"), [])
    raises(RuntimeError, lambda: read("ok", f"{LEGACY}/0"))


def poll():
    it = load("poll")
    same(it.query_path("7", NEW), "/tasks?task_ids=7")
    same(it.query_path("7", LEGACY), f"{LEGACY}/7")
    for create in (NEW, LEGACY):
        path = it.query_path("81", create)

        def wait(scenario, at=path, deadline=5.0):
            return it.wait_for_task(f"{BASE}/{scenario}", at, lambda: KEY, deadline, 0.01, 0.05)

        assert wait("ok").get("status", "succeed") in ("succeed", "succeeded")
        wait("flaky")
        same(str(raises(it.TaskFailed, lambda: wait("failed"))), "Failure to pass the risk control system")
        raises(TimeoutError, lambda: wait("slow", deadline=0.2))
        for scenario, at in (("empty", path), ("html", path), ("strange", path), ("ok", it.query_path("0", create))):
            raises(RuntimeError, lambda scenario=scenario, at=at: wait(scenario, at))


def submit():
    it = load("submit")
    for path, tag in ((NEW, "py-new"), (LEGACY, "py-legacy")):

        def send(scenario, run="1"):
            return it.submit(f"{BASE}/{scenario}", path, BODY[path], f"{tag}-{scenario}-{run}", KEY, 0.01)

        for scenario, calls in (("ok", ["create"]), ("never", ["create", "lookup", "lookup", "create"]),
                                ("late", ["create", "lookup", "lookup"]), ("lost", ["create", "lookup"]), ("half", ["create", "lookup"]),
                                ("gateway", ["create", "lookup"]), ("backlog", ["create", "lookup"])):
            assert send(scenario).startswith("87"), scenario
            same((scenario, log(f"{tag}-{scenario}-1")), (scenario, calls))
        same(send("ok"), send("ok"))  # already exists: it was there
        for scenario, code in (("empty", 1102), ("slots", 1303)):
            same(raises(RuntimeError, lambda scenario=scenario: send(scenario)).args[0], code)
            same(log(f"{tag}-{scenario}-1"), ["create"])
        raises(RuntimeError, lambda: send("html"))
        raises(it.Unclear, lambda: send("blind"))  # a look-up that fails is no permission to send again
        same(log(f"{tag}-blind-1"), ["create", "lookup"])


globals()[NAME]()

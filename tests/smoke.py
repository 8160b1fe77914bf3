"""Talks to the program over stdio in each revision of the protocol: `smoke.py BINARY`."""

import json
import subprocess
import sys

PASTE = 'HTTP/1.1 429 {"code":1303,"message":"parallel task over resource pack limit"}'
CALL = {"name": "diagnose_error", "arguments": {"report": PASTE}}
META = "io.modelcontextprotocol/"
TOOLS = ["diagnose_error", "validate_request", "test_generation", "suggest_retry_policy"]


def handshake(version):
    client = {"protocolVersion": version, "capabilities": {}, "clientInfo": {"name": "smoke", "version": "1"}}
    return [
        {"id": 1, "method": "initialize", "params": client},
        {"method": "notifications/initialized"},
        {"id": 2, "method": "tools/list", "params": {}},
        {"id": 3, "method": "tools/call", "params": CALL},
    ]


def stateless(version):
    meta = {META + "protocolVersion": version, META + "clientCapabilities": {}}
    requests = [("server/discover", {}), ("tools/list", {}), ("tools/call", CALL)]
    return [{"id": at + 1, "method": name, "params": params | {"_meta": meta}} for at, (name, params) in enumerate(requests)]


def converse(binary, messages):
    process = subprocess.Popen([binary], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env={})
    answers = {}
    for message in messages:
        process.stdin.write(json.dumps({"jsonrpc": "2.0"} | message) + "\n")
        process.stdin.flush()
        if "id" in message:
            answer = json.loads(process.stdout.readline())
            assert answer["jsonrpc"] == "2.0" and answer["id"] == message["id"], answer
            answers[answer["id"]] = answer["result"]
    process.stdin.close()
    assert process.stdout.read() == "", "something else on stdout"
    assert process.wait(timeout=10) == 0, process.returncode
    return answers


def main():
    binary = sys.argv[1]
    for version, messages in [(v, handshake(v)) for v in ("2025-06-18", "2025-11-25")] + [("2026-07-28", stateless("2026-07-28"))]:
        answers = converse(binary, messages)
        assert [tool["name"] for tool in answers[2]["tools"]] == TOOLS, "the tools are not the ones that are known"
        first = answers[3]["structuredContent"]["diagnoses"][0]
        assert first["cause"] == "quota.concurrency", first
        print(f"ok      {version}")


main()

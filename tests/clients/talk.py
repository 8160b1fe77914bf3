"""Plays conversation.json with the Python client, in every mode, over stdio and HTTP: talk.py PROGRAM URL TOKEN.

The environment that the program needs is given to it as it is here; the state folder of each conversation is its own.
"""

import asyncio
import json
import os
import pathlib
import sys
import tempfile

import httpx2
import jsonschema
import mcp_types as types
from mcp import Client
from mcp.client.stdio import StdioServerParameters
from mcp.client.streamable_http import streamable_http_client

HERE = pathlib.Path(__file__).parent
PLAN = json.loads((HERE / "conversation.json").read_text())
MODES = {"auto": "2026-07-28", "legacy": "2025-11-25", "2026-07-28": "2026-07-28"}


def at(value, path):
    for part in path.split("."):
        value = value[int(part)] if isinstance(value, list) else value[part]
    return value


def text(result):
    return "".join(block.text for block in result.content if block.type == "text")


class Person:
    """Agrees to everything and remembers what was asked."""

    def __init__(self):
        self.asked = []

    async def __call__(self, _context, params):
        self.asked.append(params.message)
        return types.ElicitResult(action="accept", content={"approve": True})


async def call(client, schemas, step):
    result = await client.call_tool(step["tool"], step["arguments"])
    if "error" in step:
        assert result.is_error and result.structured_content is None, result
        missing = [word for word in step["error"] if word not in text(result)]
        assert not missing, (missing, text(result))
        return
    assert not result.is_error, text(result)
    jsonschema.validate(result.structured_content, schemas[step["tool"]])
    assert result.structured_content["summary"] in text(result)
    for path, wanted in step["expect"].items():
        assert at(result.structured_content, path) == wanted, (path, wanted, result.structured_content)


async def live(client, person, prompt, can_ask):
    """One paid call of the sandbox: a person agrees where the client can be asked, else nothing is created."""
    arguments = {"mode": "live", "wait_s": 0, "endpoint": "/text-to-video/kling-2.6", "body": {"prompt": prompt}}
    result = await client.call_tool(PLAN["live"]["tool"], arguments)
    outcome = result.structured_content["outcome"]
    assert (outcome, len(person.asked)) == (("pending", 1) if can_ask else ("refused", 0)), (outcome, person.asked, text(result))
    assert not can_ask or PLAN["live"]["question"] in person.asked[0], person.asked


async def converse(server, mode, over):
    person = Person()
    async with Client(server, mode=mode, elicitation_callback=person, read_timeout_seconds=60) as client:
        assert client.protocol_version == MODES[mode], client.protocol_version
        tools = (await client.list_tools()).tools
        schemas = {tool.name: tool.output_schema for tool in tools}
        assert set(schemas) == {step["tool"] for step in PLAN["calls"]}, schemas.keys()
        for step in PLAN["calls"]:
            await call(client, schemas, step)
        page = await client.read_resource(PLAN["resource"]["uri"])
        assert PLAN["resource"]["holds"] in page.contents[0].text
        prompt = await client.get_prompt(PLAN["prompt"]["name"], PLAN["prompt"]["arguments"])
        assert PLAN["prompt"]["holds"] in prompt.messages[0].content.text
        wanted = PLAN["completion"]
        reference = types.ResourceTemplateReference(type="ref/resource", uri=wanted["template"])
        found = await client.complete(reference, {"name": wanted["argument"], "value": wanted["value"]})
        assert wanted["holds"] in found.completion.values, found
        # Without sessions a server cannot ask in the middle of a call over HTTP.
        await live(client, person, f"{over} {mode} in Python", can_ask=over == "stdio" or mode != "legacy")
    print(f"ok      Python client, {over}, {mode}")


async def main():
    program, url, token = sys.argv[1:]
    for mode in MODES:
        with tempfile.TemporaryDirectory() as folder:
            environment = {name: value for name, value in os.environ.items() if name.startswith("KLING_")}
            await converse(StdioServerParameters(command=program, env=environment | {"KLINGAI_STATE_DIR": folder}), mode, "stdio")
        async with httpx2.AsyncClient(headers={"Authorization": f"Bearer {token}"}, timeout=60) as http:
            await converse(streamable_http_client(url, http_client=http), mode, "HTTP")


asyncio.run(main())

"""What every package says about the program, in one place; version, owner and licence come from Cargo.toml."""

import pathlib
import re
import tomllib

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent
CARGO = tomllib.loads((ROOT / "Cargo.toml").read_text())["package"]

NAME = CARGO["name"]
VERSION = CARGO["version"]
LICENSE = CARGO["license"]
REPOSITORY = CARGO["repository"]
# The account that releases, images and npm scopes belong to: the one in the address of the repository.
OWNER = re.fullmatch(r"https://github\.com/([a-z0-9-]+)/" + NAME, REPOSITORY)[1]
# Proof of ownership: the same words stand in npm's `mcpName`, on the image, and in the README as `mcp-name:`.
MCP_NAME = f"io.github.{OWNER}/{NAME}"
IMAGE = f"{OWNER}/{NAME}:{VERSION}"

TITLE = "Kling AI troubleshooting"
# At most 100 characters: the registry refuses more.
SHORT = "Find out why a Kling AI (klingai.com) video call fails, check requests, test fixes, plan retries."
LONG = (
    "Paste a failure of the Kling AI video API and get ranked causes with the evidence, a fix, and whether the call may be sent again. "
    "Requests are checked before they are sent, fixes are tested against a built-in Kling API, and retry policies are computed and simulated. "
    "Diagnosis and checks work offline, without a key."
)
KEYWORDS = ["kling", "klingai", "mcp", "video", "troubleshooting"]

# Name in client configurations.
SERVER = "kling"
COMMAND = "npx"
ARGS = ["-y", NAME]

TOOLS = {
    "diagnose_error": "Finds the cause of a Kling failure in anything pasted, with evidence, fix and retry verdict.",
    "validate_request": "Checks a Kling request before it is sent: path, headers, body, media and price, with a corrected request.",
    "test_generation": "Proves a fix: shows what would be sent, asks free questions, runs against a local Kling API, or makes one paid task.",
    "suggest_retry_policy": "Says what may be sent again and computes, simulates and checks a retry, queue and polling policy.",
}

# Settings that a person may want to fill in: variable, id and title in forms, what it is, whether it is a secret.
SETTINGS = [
    ("KLING_API_KEY", "api_key", "Kling API key", "API key of the official API; only tests against the real service need it", True),
    ("KLING_MCP_CAP_DAY_UNITS", "cap_day", "Cap per day", "Most units that paid calls may cost on one day; 0 or empty: no paid calls", False),
    ("KLING_MCP_CAP_MONTH_UNITS", "cap_month", "Cap per month", "Most units that paid calls may cost in one month; 0 or empty: no paid calls", False),
]

# The default of KLING_BASE_URL.
HOST = "api-singapore.klingai.com"

# Rust target: name in npm, system, processor, C library.
TARGETS = {
    "x86_64-unknown-linux-gnu": ("linux-x64", "linux", "x64", "glibc"),
    "aarch64-unknown-linux-gnu": ("linux-arm64", "linux", "arm64", "glibc"),
    "x86_64-unknown-linux-musl": ("linux-x64-musl", "linux", "x64", "musl"),
    "aarch64-unknown-linux-musl": ("linux-arm64-musl", "linux", "arm64", "musl"),
    "x86_64-apple-darwin": ("darwin-x64", "darwin", "x64", None),
    "aarch64-apple-darwin": ("darwin-arm64", "darwin", "arm64", None),
    "x86_64-pc-windows-msvc": ("win32-x64", "win32", "x64", None),
    "aarch64-pc-windows-msvc": ("win32-arm64", "win32", "arm64", None),
}


def npm_name(target):
    """Name of the npm package that holds the program for a target."""
    return f"@{OWNER}/{NAME}-{TARGETS[target][0]}"


def program_name(target):
    """Name of the program's file on a target."""
    return NAME + (".exe" if TARGETS[target][1] == "win32" else "")

#!/usr/bin/env python3
"""Holds 1,000 tokens of ours against PyJWT: signature, header, claims and their window.

Exit 0: all agree, or PyJWT cannot be had here, which is said on stderr. Exit 1: a difference.
PyJWT is installed below target/, nowhere else.
"""

import importlib
import json
import os
import pathlib
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
TARGET = pathlib.Path(os.environ.get("CARGO_TARGET_DIR") or ROOT / "target")
LIBRARY = TARGET / "pyjwt"
COUNT = 1000


def pyjwt():
    """The module, installed on first use; None where that is not possible."""
    sys.path.insert(0, str(LIBRARY))
    try:
        import jwt
    except ImportError:
        command = [sys.executable, "-m", "pip", "install", "--quiet", "--target", str(LIBRARY), "PyJWT==2.*"]
        if subprocess.run(command, check=False).returncode != 0:
            return None
        importlib.invalidate_caches()
        import jwt
    return jwt if hasattr(jwt, "decode") else None


def tokens():
    command = ["cargo", "test", "--quiet", "--test", "it", "jwt::", "--", "--ignored"]
    subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
    lines = (TARGET / "tmp" / "tokens.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines]


def fault(jwt, row):
    """What PyJWT says against a token; None when it agrees."""
    options = {"verify_exp": False, "verify_nbf": False, "require": ["iss", "exp", "nbf"]}
    try:
        claims = jwt.decode(row["token"], row["secret"], algorithms=["HS256"], options=options)
        header = jwt.get_unverified_header(row["token"])
    except jwt.PyJWTError as error:
        return repr(error)
    if header != {"alg": "HS256", "typ": "JWT"}:
        return f"header {header}"
    if claims != {"iss": row["access"], "exp": row["now"] + 1800, "nbf": row["now"] - 5}:
        return f"claims {claims}"
    try:
        jwt.decode(row["token"], row["secret"] + "x", algorithms=["HS256"], options=options)
        return "another secret passes too"
    except jwt.InvalidSignatureError:
        return None


def main():
    jwt = pyjwt()
    if jwt is None:
        print("pyjwt.py: SKIPPED: PyJWT cannot be installed here; no token was checked", file=sys.stderr)
        return 0
    import warnings

    warnings.simplefilter("ignore")  # PyJWT warns of short secrets; ours are random on purpose
    rows = tokens()
    faults = [(number, text) for number, row in enumerate(rows) if (text := fault(jwt, row))]
    for number, text in faults[:10]:
        print(f"pyjwt.py: token {number}: {text}", file=sys.stderr)
    if faults or len(rows) != COUNT:
        print(f"pyjwt.py: {len(faults)} of {len(rows)} tokens differ", file=sys.stderr)
        return 1
    print(f"pyjwt.py: {len(rows)} tokens agree with PyJWT {jwt.__version__}")
    return 0


if __name__ == "__main__":
    sys.exit(main())

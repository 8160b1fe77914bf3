"""The Authorization header for Kling, from an API key or from an AccessKey and a SecretKey.

An API key works on every path; a JWT only on legacy /v1 and /account paths (elsewhere it is refused with 1002).
Its times are seconds, and it is renewed 5 minutes before it ends: a token kept to its last second meets 1004."""
import base64
import hashlib
import hmac
import json
import time
from typing import Callable

LIFETIME_S = 1800  # the vendor's sample value; no maximum is documented
BACKDATE_S = 5  # `nbf` lies a little in the past, so that a clock slightly ahead does no harm
RENEW_S = 300


def api_key_header(api_key: str) -> str:
    """One `Bearer`, one space, the key. Read the key from the environment, not from source code."""
    key = api_key.strip()  # files and secrets often end with a line break
    if not key or any(c.isspace() or c in "\"'" for c in key):
        raise ValueError("the API key is empty, stands in quotes, or already carries Bearer")
    return f"Bearer {key}"


def _part(value: bytes) -> str:
    return base64.urlsafe_b64encode(value).rstrip(b"=").decode("ascii")


class JwtAuth:
    """Keeps one token and signs a new one in time. Ask `header()` before every call, polls included."""

    def __init__(self, access_key: str, secret_key: str, clock: Callable[[], float] = time.time) -> None:
        self._access_key, self._secret_key, self._clock = access_key.strip(), secret_key.strip(), clock
        if not self._access_key or not self._secret_key:
            raise ValueError("AccessKey or SecretKey is empty")
        self._token, self._exp = "", 0

    def header(self) -> str:
        now = int(self._clock())  # seconds: milliseconds here give 1003, or a refused token
        if now >= self._exp - RENEW_S:
            self._exp = now + LIFETIME_S
            self._token = self._sign({"iss": self._access_key, "exp": self._exp, "nbf": now - BACKDATE_S})
        return f"Bearer {self._token}"

    def _sign(self, claims: dict[str, object]) -> str:
        head = {"alg": "HS256", "typ": "JWT"}
        text = ".".join(_part(json.dumps(p, separators=(",", ":")).encode()) for p in (head, claims))
        mac = hmac.new(self._secret_key.encode(), text.encode(), hashlib.sha256)  # the secret as plain text
        return f"{text}.{_part(mac.digest())}"

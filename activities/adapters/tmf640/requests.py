"""Requests to a network, and what their failures mean."""

import json
import re
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any, NoReturn
from urllib.parse import quote

import httpx
from pydantic import SecretStr

from domain.ops.stuck_reasons import StuckReason
from domain.provisioning.steps import InDoubt, Refused, Trouble

IDEMPOTENCY_KEY = "Idempotency-Key"
_REFUSALS = {
    "serviceNotFound": StuckReason.SERVICE_UNKNOWN,
    "invalidCharacteristic": StuckReason.CHARACTERISTIC_INVALID,
}
_CODE = re.compile(r"[A-Za-z][A-Za-z0-9_.-]{0,59}|[0-9]{1,4}")
_BUSY = frozenset(
    {HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE}
)
# Without access nothing was changed; operations must restore access; the process cannot.
_NO_ACCESS = frozenset({HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN})
_NEVER_SENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout)


class Requests:
    """Requests to the network at ``url``. Nothing is ever sent to any other address.

    Ids of the network become a part of the path; hrefs and redirects are not followed.
    """

    def __init__(
        self, http: httpx.Client, url: str, token: SecretStr | None, *, timeout: float
    ) -> None:
        self._http = http
        self._url = url.rstrip("/")
        self._headers = {"Accept": "application/json"}
        if token is not None:
            self._headers["Authorization"] = f"Bearer {token.get_secret_value()}"
        self._timeout = httpx.Timeout(timeout, connect=min(timeout, 5))

    def get(self, path: str, query: Mapping[str, str] | None = None) -> httpx.Response:
        """Read; returns a successful answer. Raises Trouble or Refused: nothing is in doubt."""
        try:
            answer = self._send("GET", path, params=query)
            _check(answer)
        except InDoubt as error:
            lost = error.code is StuckReason.ANSWER_LOST
            code = StuckReason.UNREACHABLE if lost else error.code
            raise Trouble(code, error.detail) from None
        return answer

    def patch(self, path: str, body: Mapping[str, Any], key: str) -> httpx.Response:
        """Change; returns a successful answer. Raises Trouble, InDoubt or Refused."""
        answer = self._send("PATCH", path, json=body, headers={IDEMPOTENCY_KEY: key})
        _check(answer)
        return answer

    def _send(
        self, method: str, path: str, *, headers: Mapping[str, str] | None = None, **more: Any
    ) -> httpx.Response:
        try:
            return self._http.request(
                method,
                self._url + path,
                headers={**self._headers, **(headers or {})},
                timeout=self._timeout,
                follow_redirects=False,
                **more,
            )
        except _NEVER_SENT:
            raise Trouble(StuckReason.UNREACHABLE) from None
        except httpx.HTTPError:
            raise InDoubt(StuckReason.ANSWER_LOST) from None


def is_id(text: Any) -> bool:
    """Return whether this is an id that can be a part of a path."""
    if not isinstance(text, str) or not text.isprintable():
        return False
    return 0 < len(text) <= 200 and text.strip(".") != ""


def service_path(network_id: str) -> str:
    """Path of a service. Raises Refused for what can be no id."""
    if not is_id(network_id):
        raise Refused(StuckReason.SERVICE_UNKNOWN)
    return f"/service/{quote(network_id, safe='')}"


def monitor_path(monitor_id: str) -> str:
    """Path of a monitor whose id ``is_id``."""
    return f"/monitor/{quote(monitor_id, safe='')}"


def json_of(answer: httpx.Response) -> Any:
    """The answer's body; None where it is no JSON, or has what no database keeps."""
    try:
        body = answer.json(parse_constant=_no_number)
        text = json.dumps(body, ensure_ascii=False)
        text.encode()  # fails for half of a surrogate pair
    except (ValueError, RecursionError):
        return None
    return None if "\\u0000" in text else body


def _no_number(name: str) -> NoReturn:
    raise ValueError(name)  # NaN and Infinity


def refusal(status: int, error: Any) -> Refused:
    """Make the refusal of an ``Error``; the code is the network's own, or empty."""
    code = str(error.get("code", "")) if isinstance(error, dict) else ""
    # Anything else, and the network's message, may repeat a phone number.
    plain = code if _CODE.fullmatch(code) else ""
    # Without a code it is not the network that says so, but something in front of it.
    is_unknown = status == HTTPStatus.NOT_FOUND and plain != ""
    other = StuckReason.SERVICE_UNKNOWN if is_unknown else StuckReason.REFUSED
    return Refused(_REFUSALS.get(plain, other), plain)


def _check(answer: httpx.Response) -> None:
    status = answer.status_code
    if answer.is_success:
        return
    if status in _BUSY:
        raise Trouble(StuckReason.BUSY, f"http_{status}")
    if status in _NO_ACCESS:
        raise Trouble(StuckReason.TARGET_ERROR, f"http_{status}")
    if answer.is_client_error:
        raise refusal(status, json_of(answer))
    raise InDoubt(StuckReason.TARGET_ERROR, f"http_{status}")

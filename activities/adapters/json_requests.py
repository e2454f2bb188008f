"""Requests to a target that speaks JSON over HTTP, and what their failures mean."""

import json
import re
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any, NoReturn

import httpx
from pydantic import SecretStr

from activities.adapters.limited_answers import TooLarge, answer_of
from domain.ops.stuck_reasons import StuckReason
from domain.provisioning.steps import InDoubt, Refused, Trouble

IDEMPOTENCY_KEY = "Idempotency-Key"
Query = Mapping[str, str | Sequence[str]] | Sequence[tuple[str, str]]
"""Parameters of a query, by name; several values: the parameter is there as often."""
_CODE = re.compile(r"[A-Za-z][A-Za-z0-9_.-]{0,59}|[0-9]{1,4}")
_BUSY = frozenset(
    {HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE}
)
# Without access nothing was changed; operations must restore access; the process cannot.
_NO_ACCESS = frozenset({HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN})
_NEVER_SENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout)


class JsonRequests:
    """Requests to the target at ``url``. Nothing is ever sent to any other address.

    Ids of the target become a part of the path; hrefs and redirects are not followed.
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

    def get(
        self, path: str, query: Query | None = None, *, accept: str | None = None
    ) -> httpx.Response:
        """Read; returns a successful answer. Raises Trouble or Refused: nothing is in doubt.

        ``accept``: the media type that is asked for; None: JSON.
        """
        headers = None if accept is None else {"Accept": accept}
        params = query if query is None or isinstance(query, Mapping) else [*query]
        try:
            answer = self._send("GET", path, params=params, headers=headers)
            self._check(answer)
        except InDoubt as error:
            lost = error.code is StuckReason.ANSWER_LOST
            code = StuckReason.UNREACHABLE if lost else error.code
            raise Trouble(code, error.detail) from None
        return answer

    def write(self, method: str, path: str, body: Mapping[str, Any], key: str) -> httpx.Response:
        """Change; returns a successful answer. Raises Trouble, InDoubt or Refused."""
        answer = self._send(method, path, json=body, headers={IDEMPOTENCY_KEY: key})
        self._check(answer)
        return answer

    def refusal(self, status: int, error: Any) -> Refused:  # noqa: ARG002 # some depend on it
        """Make the refusal of an error's body."""
        return Refused(StuckReason.REFUSED, code_of(error))

    def _send(
        self, method: str, path: str, *, headers: Mapping[str, str] | None = None, **more: Any
    ) -> httpx.Response:
        try:
            return answer_of(
                self._http,
                method,
                self._url + path,
                headers={**self._headers, **(headers or {})},
                timeout=self._timeout,
                **more,
            )
        except _NEVER_SENT:
            raise Trouble(StuckReason.UNREACHABLE) from None
        except httpx.HTTPError:
            raise InDoubt(StuckReason.ANSWER_LOST) from None
        except TooLarge:
            raise InDoubt(StuckReason.TARGET_ERROR, "too_large") from None

    def _check(self, answer: httpx.Response) -> None:
        status = answer.status_code
        if answer.is_success:
            return
        if status in _BUSY:
            raise Trouble(StuckReason.BUSY, f"http_{status}")
        if status in _NO_ACCESS:
            raise Trouble(StuckReason.TARGET_ERROR, f"http_{status}")
        if answer.is_client_error:
            raise self.refusal(status, json_of(answer))
        raise InDoubt(StuckReason.TARGET_ERROR, f"http_{status}")


def json_of(answer: httpx.Response) -> Any:
    """The answer's body; None where it is no JSON, or has what no database keeps."""
    body = any_json_of(answer)
    return body if is_storable(body) else None


def any_json_of(answer: httpx.Response) -> Any:
    """The answer's body, also where no database keeps it; None where it is no JSON."""
    try:
        return answer.json(parse_constant=_no_number)
    except (ValueError, RecursionError):
        return None


def is_storable(body: Any) -> bool:
    """Return whether a database keeps this JSON."""
    try:
        text = json.dumps(body, ensure_ascii=False)
        text.encode()  # fails for half of a surrogate pair
    except (ValueError, RecursionError):
        return False
    return "\\u0000" not in text


def code_of(error: Any) -> str:
    """The target's own code in an error's body; empty where there is none.

    Anything else, and the target's message, may repeat a phone number.
    """
    code = str(error.get("code", "")) if isinstance(error, dict) else ""
    return code if _CODE.fullmatch(code) else ""


def is_id(text: Any) -> bool:
    """Return whether this is an id that can be a part of a path."""
    if not isinstance(text, str) or not text.isprintable():
        return False
    return 0 < len(text) <= 200 and text.strip(".") != ""


def _no_number(name: str) -> NoReturn:
    raise ValueError(name)  # NaN and Infinity

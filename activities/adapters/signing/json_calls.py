"""Calls to a signing service over HTTP, and what their failures mean."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any, TypeVar

import httpx
from pydantic import BaseModel, ValidationError

from activities.adapters.signing.port import SigningFailed, SigningUnavailable
from domain.signatures.results import SigningResult

Answer = TypeVar("Answer", bound=BaseModel)
UNDER_MAINTENANCE = 580
"""Smart-ID's own status: try again later."""
GRACE_SECONDS = 1.5
"""By which we wait longer than we let the service wait (SK-EID/MID 3.3.4)."""
_NEVER_SENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout)
# The service says itself that it did nothing.
_NOT_TAKEN = frozenset(
    {HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE, UNDER_MAINTENANCE}
)


class JsonCalls:
    """Calls to the service at ``url``. Redirects are not followed: they would name the person."""

    def __init__(self, http: httpx.AsyncClient, url: str, *, timeout: float) -> None:
        self._http = http
        self._url = url.rstrip("/")
        self._timeout = timeout

    async def post(
        self,
        path: str,
        body: Mapping[str, Any],
        answer: type[Answer],
        refusals: Mapping[int, SigningResult],
        *,
        asks: bool = False,
    ) -> Answer:
        """Return the answer to a request; ``asks``: it makes a phone ask.

        Raises SigningFailed for a status of ``refusals``, SigningUnavailable for any other one.
        """
        limit = httpx.Timeout(self._timeout, connect=min(self._timeout, 5))
        made = await self._sent("POST", path, limit, asks=asks, json=body)
        return _read(made, answer, refusals, asks=asks)

    async def wait(
        self,
        path: str,
        timeout_ms: int,
        answer: type[Answer],
        refusals: Mapping[int, SigningResult],
    ) -> Answer:
        """Return the state of a session, which the service may take ``timeout_ms`` to tell."""
        limit = httpx.Timeout(timeout_ms / 1000 + GRACE_SECONDS, connect=5)
        query = {"timeoutMs": str(timeout_ms)}
        made = await self._sent("GET", path, limit, asks=False, params=query)
        return _read(made, answer, refusals, asks=False)

    async def _sent(
        self, method: str, path: str, limit: httpx.Timeout, *, asks: bool, **more: Any
    ) -> httpx.Response:
        headers = {"Accept": "application/json"}
        url = self._url + path
        try:
            return await self._http.request(
                method, url, headers=headers, timeout=limit, follow_redirects=False, **more
            )
        except _NEVER_SENT:
            raise SigningUnavailable("unreachable") from None
        except httpx.HTTPError:
            raise SigningUnavailable("answer_lost", may_have_asked=asks) from None


def _read(
    made: httpx.Response,
    answer: type[Answer],
    refusals: Mapping[int, SigningResult],
    *,
    asks: bool,
) -> Answer:
    status = made.status_code
    if status == HTTPStatus.OK:
        try:
            return answer.model_validate_json(made.content)
        except ValidationError:
            raise SigningUnavailable("unreadable", may_have_asked=asks) from None
    if (result := refusals.get(status)) is not None:
        raise SigningFailed(result)
    asked = asks and made.is_server_error and status not in _NOT_TAKEN
    raise SigningUnavailable(f"http_{status}", may_have_asked=asked)

"""The pages' only way to the engine: its HTTP API, called with the person's own access token."""

import re
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any
from uuid import UUID

import httpx
from pydantic import SecretStr

from runtime import tracing
from settings.web import Acr, Audience
from web.login.refusals import LoginNeeded, StepUp

Json = dict[str, Any]

_BILLING = "billing_unavailable"
_MAX_AGE = re.compile(r"\bmax_age=\"?(\d{1,9})")
_ACR = re.compile(r'\bacr_values="([^" ]+)')


class ApiUnavailable(Exception):
    """The API did not answer in time, or answered that it cannot now."""


class BillingUnavailable(ApiUnavailable):
    """The API itself answers, but not the operator's billing, of which nothing is known yet."""


class ApiProblem(Exception):
    """The API refused a request: problem details (RFC 9457), its texts in the page's language."""

    def __init__(self, status: int, body: Mapping[str, Any]) -> None:
        super().__init__(body.get("code") or status)
        self.status = status
        self.body = body

    @property
    def code(self) -> str:
        """Stable name of the problem; empty where the answer was not the API's own."""
        return str(self.body.get("code", ""))

    @property
    def text(self) -> str:
        """What it says to people: the detail, or else the title."""
        return str(self.body.get("detail") or self.body.get("title") or "")

    @property
    def reference(self) -> str:
        """Id of the request in the API's logs: people tell it to support."""
        return str(self.body.get("instance", "")).removeprefix("urn:uuid:")

    @property
    def errors(self) -> list[Json]:
        """What is wrong with which field of the body: ``pointer`` and ``message``."""
        return list(self.body.get("errors") or ())


@dataclass(frozen=True)
class Api:
    """The API as one person, in one language. Paths begin with ``/v1/``.

    Every call raises ApiProblem, ApiUnavailable, and LoginNeeded where the token is not enough.
    """

    http: httpx.AsyncClient
    token: SecretStr
    audience: Audience
    language: str

    async def get(self, path: str, **query: object) -> Json:
        """Return what the API answers."""
        response = await self._send("GET", path, params=_given(query))
        return _body(response)

    async def post(
        self, path: str, body: Mapping[str, Any] | None = None, *, key: UUID | str | None = None
    ) -> Json:
        """Carry something out. ``key``: of the form that was sent; sent twice, it is one act."""
        headers = {} if key is None else {"Idempotency-Key": str(key)}
        return _body(await self._send("POST", path, json=body or {}, headers=headers))

    async def file(self, path: str, **query: object) -> httpx.Response:
        """Return a file of the API as it is: its bytes, with the headers that say what it is."""
        return await self._send("GET", path, params=_given(query))

    async def delete(self, path: str) -> None:
        """Delete something of the person's own."""
        await self._send("DELETE", path)

    async def large_file(self, path: str, **query: object) -> httpx.Response:
        """Return a file of any length: its headers, and its bytes as they come (``file_bytes``)."""
        return await self._send("GET", path, stream=True, params=_given(query))

    async def search(self, path: str, body: Mapping[str, Any], **query: object) -> Json:
        """Return what a search finds whose words must be in no address: names, numbers, codes."""
        return _body(await self._send("POST", path, json=body, params=_given(query)))

    async def stream(self, path: str, **query: object) -> AsyncIterator[str]:
        """Carry something out whose answer may be of any length; return its lines.

        They are read as they come. An answer that breaks off raises ApiUnavailable.
        """
        return _lines(await self._send("POST", path, stream=True, params=_given(query)))

    async def _send(
        self, method: str, path: str, *, stream: bool = False, **rest: Any
    ) -> httpx.Response:
        headers = {
            "Authorization": f"Bearer {self.token.get_secret_value()}",
            "Accept-Language": self.language,
            **tracing.headers(),
            **rest.pop("headers", {}),
        }
        request = self.http.build_request(method, path, headers=headers, **rest)
        try:
            response = await self.http.send(request, stream=stream)
            if not response.is_success:
                await response.aread()
        except httpx.HTTPError as error:
            raise ApiUnavailable(type(error).__name__) from error
        if response.is_success:
            return response
        if response.status_code in {502, 503, 504}:
            is_billing = _problem(response).get("code") == _BILLING
            raise (BillingUnavailable if is_billing else ApiUnavailable)(str(response.status_code))
        if response.status_code == HTTPStatus.UNAUTHORIZED:
            challenge = response.headers.get("www-authenticate", "")
            raise LoginNeeded(step_up=_step_up(challenge), audience=self.audience)
        raise ApiProblem(response.status_code, _problem(response))


async def _lines(response: httpx.Response) -> AsyncIterator[str]:
    try:
        async for line in response.aiter_lines():
            yield line
    except httpx.HTTPError as error:
        raise ApiUnavailable(type(error).__name__) from error
    finally:
        await response.aclose()


async def file_bytes(response: httpx.Response) -> AsyncIterator[bytes]:
    """Yield the bytes of a file. One that breaks off raises ApiUnavailable: it is not all of it."""
    try:
        async for part in response.aiter_bytes():
            yield part
    except httpx.HTTPError as error:
        raise ApiUnavailable(type(error).__name__) from error
    finally:
        await response.aclose()


def _step_up(challenge: str) -> StepUp | None:
    """Return the login that the API asks for (RFC 9470); None: any login does."""
    if "insufficient_user_authentication" not in challenge:
        return None
    age, acr = _MAX_AGE.search(challenge), _ACR.search(challenge)
    level = acr and Acr.__members__.get(acr[1].rpartition("/")[2].upper())
    return StepUp(int(age[1]) if age else 0, level)


def _given(query: Mapping[str, object]) -> dict[str, Any]:
    return {name: value for name, value in query.items() if value not in {None, ""}}


def _body(response: httpx.Response) -> Json:
    return dict(response.json()) if response.content else {}


def _problem(response: httpx.Response) -> Json:
    try:
        found = response.json()
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}

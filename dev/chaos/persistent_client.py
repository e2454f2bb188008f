"""HTTP to the API of a campaign: a request without a final answer is repeated."""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import httpx

PAUSE = 0.4
"""Seconds before the first repetition."""


class PersistentClient:
    """Repeats requests while ``goes_on`` says so. Under the same key, so each counts once."""

    def __init__(self, http: httpx.AsyncClient, url: str, goes_on: Callable[[], bool]) -> None:
        self._http = http
        self._url = url
        self._goes_on = goes_on

    async def post(self, path: str, token: str, body: Any, key: str) -> httpx.Response:
        """Post with an idempotency key until a final answer. Raises TimeoutError."""
        return await self.request("POST", path, token, body, {"Idempotency-Key": key})

    async def request(
        self,
        method: str,
        path: str,
        token: str,
        body: Any = None,
        headers: dict[str, str] | None = None,
    ) -> httpx.Response:
        """Repeat a request until a final answer. Raises TimeoutError."""
        bearer = {"Authorization": f"Bearer {token}", **(headers or {})}
        url, pause = self._url + path, PAUSE
        while self._goes_on():
            with suppress(httpx.TransportError):
                answer = await self._http.request(method, url, json=body, headers=bearer)
                if not _not_yet(answer):
                    return answer
            await asyncio.sleep(pause)
            pause = min(pause * 1.5, 2)
        raise TimeoutError


def _not_yet(answer: httpx.Response) -> bool:
    if answer.status_code >= 500 or answer.status_code == httpx.codes.TOO_MANY_REQUESTS:
        return True
    in_use = answer.status_code == httpx.codes.CONFLICT
    return in_use and answer.json().get("code") == "idempotency_key_in_use"

"""Cache of an issuer's public keys, which survives outages of its key endpoint."""

import asyncio
import json
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any

import httpx
import structlog
from joserfc.jwk import Key

from api.auth.errors import InvalidToken, KeysUnavailable, TokenErrorCode
from api.auth.key_sets import KeySet, matching, read_key_set

log = structlog.get_logger(__name__)

_TIMEOUT = 5.0
_LARGEST = 1024 * 1024
"""Bytes of an answer. Sets of dozens of keys with their certificates stay far below."""
_FIRST_RETRY = 1.0
"""Seconds between fetches while there are no keys at all."""


class KeyCache:
    """Keys of an issuer: fresh for ``ttl``, usable for ``max_age``.

    All in seconds. At most one fetch is under way, however many callers wait. An unknown key is
    answered for by a fetch that began after it was asked for, so a token signed just after a
    rotation is not refused; such fetches are ``pause`` apart, and callers wait for the next one, so
    invented ids cost the issuer no more than that. While the endpoint fails, the last good set is
    used, fetches are ``cooldown`` apart, and delay no request whose key is known.
    """

    def __init__(
        self,
        http: httpx.AsyncClient,
        issuer: str,
        jwks_uri: str | None = None,
        *,
        ttl: float = 300,
        pause: float = 2,
        cooldown: float = 30,
        max_age: float = 24 * 3600,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._http = http
        self._issuer = issuer
        self._jwks_uri = jwks_uri
        self._ttl = ttl
        self._pause = pause
        self._cooldown = cooldown
        self._max_age = max_age
        self._clock = clock
        self._sleep = sleep
        self._keys: KeySet = {}
        self._fetched_at = float("-inf")
        self._next_try = float("-inf")
        self._failing = False
        self._started = False
        self._fetching: asyncio.Task[None] | None = None

    async def keys(self, kid: str, algorithm: str) -> tuple[Key, ...]:
        """Return the keys that may have signed a token with these headers: at least one.

        Raises InvalidToken where the issuer has no such key, KeysUnavailable where its keys cannot
        be fetched.
        """
        found = self._usable(kid, algorithm)
        if found and self._is_fresh():
            return found
        if self._failing:
            await self._try_again(wait=not found)
        else:
            await self._fetch_after_now(kid, algorithm)
        found = self._usable(kid, algorithm)
        if found:
            return found
        if self._failing:
            raise KeysUnavailable(self._issuer)
        raise InvalidToken(TokenErrorCode.KEY_UNKNOWN)

    def fresh_for(self) -> float:
        """Seconds until the keys are due to be fetched again."""
        due = self._next_try if self._failing else self._fetched_at + self._ttl
        return min(due, self._fetched_at + self._max_age) - self._clock()

    async def aclose(self) -> None:
        """Cancel a fetch under way."""
        if self._fetching is not None:
            self._fetching.cancel()
            with suppress(asyncio.CancelledError):
                await self._fetching

    def _usable(self, kid: str, algorithm: str) -> tuple[Key, ...]:
        return matching(self._keys, kid, algorithm) if self._has_usable() else ()

    def _has_usable(self) -> bool:
        return self._clock() - self._fetched_at <= self._max_age

    def _is_fresh(self) -> bool:
        return self._clock() - self._fetched_at < self._ttl

    async def _try_again(self, *, wait: bool) -> None:
        """Fetch, if it is time to; where the key is known, in the background."""
        if self._fetching is None and self._clock() < self._next_try:
            return
        fetching = self._fetch_once()
        if wait:
            await asyncio.shield(fetching)

    async def _fetch_after_now(self, kid: str, algorithm: str) -> None:
        """Wait for a fetch that begins from now on: one under way may have missed a new key."""
        if self._fetching is not None and self._started:
            await asyncio.shield(self._fetching)
            if self._failing or (self._is_fresh() and self._usable(kid, algorithm)):
                return
        await asyncio.shield(self._fetch_once())

    def _fetch_once(self) -> asyncio.Task[None]:
        if self._fetching is None:
            self._started = False
            self._fetching = asyncio.create_task(self._fetch())
        return self._fetching

    async def _fetch(self) -> None:
        try:
            await self._sleep(max(0, self._next_try - self._clock()))
            self._started = True
            self._keys = await self._download()
        except Exception as error:  # noqa: BLE001 - whatever failed, the last good set is used
            self._failing = True
            pause = self._cooldown if self._has_usable() else _FIRST_RETRY
            log.warning("keys_not_fetched", issuer=self._issuer, error=type(error).__name__)
        else:
            self._failing = False
            self._fetched_at = self._clock()
            pause = self._pause
        finally:
            self._fetching = None
        self._next_try = self._clock() + pause

    async def _download(self) -> KeySet:
        return read_key_set(await self._json(self._jwks_uri or await self._discovered()))

    async def _discovered(self) -> str:
        address = f"{self._issuer.rstrip('/')}/.well-known/openid-configuration"
        document = await self._json(address)
        found = str(document["jwks_uri"])
        if document["issuer"] != self._issuer:
            raise ValueError("the discovery document is another issuer's")
        if httpx.URL(found).scheme != httpx.URL(self._issuer).scheme:
            raise ValueError("the keys would come less safely than the discovery document")
        return found

    async def _json(self, address: str) -> Any:
        request = self._http.stream("GET", address, timeout=_TIMEOUT, follow_redirects=False)
        async with asyncio.timeout(_TIMEOUT), request as response:
            response.raise_for_status()
            body = b""
            async for part in response.aiter_bytes():
                body += part
                if len(body) > _LARGEST:
                    raise ValueError("the answer is too large")
        return json.loads(body)

"""Cache of an issuer's public keys, which survives outages of its key endpoint."""

import asyncio
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import httpx
import structlog
from joserfc.errors import JoseError
from joserfc.jwk import Key, OctKey, import_key

from api.auth.errors import InvalidToken, KeysUnavailable, TokenErrorCode

log = structlog.get_logger(__name__)

_TIMEOUT = 5.0
_FIRST_RETRY = 1.0
"""Seconds between fetches while there are no keys at all."""


class KeyCache:
    """Keys by ``kid``: fresh for ``ttl``, refetched after ``cooldown``, usable for ``max_age``.

    All in seconds. At most one fetch is under way, however many callers wait. An unknown ``kid``
    causes at most one fetch per cool-down, so that rotations are noticed and invented ids are not
    passed on to the issuer. While the endpoint fails, the last good set is used, and fetches delay
    no request.
    """

    def __init__(
        self,
        http: httpx.AsyncClient,
        issuer: str,
        jwks_uri: str | None = None,
        *,
        ttl: float = 300,
        cooldown: float = 30,
        max_age: float = 24 * 3600,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._http = http
        self._issuer = issuer
        self._jwks_uri = jwks_uri
        self._ttl = ttl
        self._cooldown = cooldown
        self._max_age = max_age
        self._clock = clock
        self._keys: dict[str, Key] = {}
        self._fetched_at = float("-inf")
        self._next_try = float("-inf")
        self._failing = False
        self._fetching: asyncio.Task[None] | None = None

    async def key(self, kid: str) -> Key:
        """Return the key with this id.

        Raises InvalidToken where the issuer has no such key, KeysUnavailable where its keys cannot
        be fetched.
        """
        if self._due(kid):
            fetching = self._fetch_once()
            if not (self._failing and kid in self._usable()):
                await asyncio.shield(fetching)
        key = self._usable().get(kid)
        if key is not None:
            return key
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

    def _usable(self) -> dict[str, Key]:
        return self._keys if self._clock() - self._fetched_at <= self._max_age else {}

    def _due(self, kid: str) -> bool:
        now = self._clock()
        if kid in self._usable() and now - self._fetched_at < self._ttl:
            return False
        return self._fetching is not None or now >= self._next_try

    def _fetch_once(self) -> asyncio.Task[None]:
        if self._fetching is None:
            self._fetching = asyncio.create_task(self._fetch())
        return self._fetching

    async def _fetch(self) -> None:
        try:
            self._keys = await self._download()
        except Exception as error:  # noqa: BLE001 - whatever failed, the last good set is used
            self._failing = True
            pause = self._cooldown if self._usable() else _FIRST_RETRY
            log.warning("keys_not_fetched", issuer=self._issuer, error=type(error).__name__)
        else:
            self._failing = False
            self._fetched_at = self._clock()
            pause = self._cooldown
        finally:
            self._fetching = None
        self._next_try = self._clock() + pause

    async def _download(self) -> dict[str, Key]:
        keys = _signing_keys(await self._json(self._jwks_uri or await self._discovered()))
        if not keys:
            raise ValueError("no usable key in the set")
        return keys

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
        response = await self._http.get(address, timeout=_TIMEOUT, follow_redirects=False)
        return response.raise_for_status().json()


def _signing_keys(document: Any) -> dict[str, Key]:
    keys: dict[str, Key] = {}
    for data in document["keys"]:
        # RFC 7517 section 5: a key that cannot be used here is ignored.
        with suppress(JoseError, ValueError, LookupError, TypeError):
            if data["kty"] != OctKey.key_type and data.get("use", "sig") == "sig":
                keys.setdefault(data["kid"], import_key(data))
    return keys

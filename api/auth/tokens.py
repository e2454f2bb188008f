"""Verify bearer access tokens: from an Authorization header to a caller, in twelve checks.

The checks are those of RFC 9068 and RFC 8725 as GovSSO requires them of resource servers; their
error codes are in ``api.auth.errors``. Cheap checks come first, and nothing in a token is trusted
before its signature is verified: its issuer and client only choose the profile that verifies it.
"""

import hashlib
import hmac
import json
import secrets
import time
from collections import OrderedDict
from collections.abc import Callable, Sequence
from typing import Any

import httpx
import structlog
from joserfc.errors import JoseError
from joserfc.jws import CompactSignature, extract_compact

from api.auth.claims import client_of, is_id_token
from api.auth.errors import InvalidToken, TokenErrorCode, TokenMissing, Unauthenticated
from api.auth.jwks import KeyCache
from api.auth.principals import Caller, ClientCaller, PersonCaller, StaffCaller
from api.auth.profile_verifier import ProfileVerifier
from settings.issuers import IssuerProfile

__all__ = ["IssuerProfile", "TokenVerifier"]

log = structlog.get_logger(__name__)

MAX_TOKEN = 8 * 1024
_CACHE_SIZE = 10_000


class TokenVerifier:
    """Verifies the tokens of several issuers; caches those it has verified.

    A cached token is valid until it expires or its issuer's keys are due to be fetched again,
    whichever is first, so that the tokens of a withdrawn key do not outlive it by more than the key
    cache's ``ttl``. Belongs to one event loop. ``now`` is seconds since 1970.

    Logs name a token's subject by a digest under ``log_key``: verifiers that share the key log the
    same digest for a person, and nobody without it can try out personal codes. None: a random key.
    """

    def __init__(
        self,
        profiles: Sequence[IssuerProfile],
        http: httpx.AsyncClient,
        *,
        now: Callable[[], float] = time.time,
        clock: Callable[[], float] = time.monotonic,
        log_key: bytes | None = None,
    ) -> None:
        self.now = now
        self._log_key = log_key or secrets.token_bytes(32)
        self._profiles: dict[str, dict[str, ProfileVerifier]] = {}
        self._keys: dict[tuple[str, str | None], KeyCache] = {}
        self._cache: OrderedDict[bytes, tuple[Caller, float]] = OrderedDict()
        for profile in profiles:
            place = (profile.issuer, profile.jwks_uri)
            if place not in self._keys:
                self._keys[place] = KeyCache(http, *place, clock=clock)
            self._add(profile, ProfileVerifier(profile, self._keys[place], now))

    async def authenticate(self, authorization: str | None) -> Caller:
        """Return the caller of an Authorization header.

        Raises TokenMissing, InvalidToken, StepUpNeeded, or KeysUnavailable.
        """
        scheme, _, token = (authorization or "").partition(" ")
        if scheme.casefold() != "bearer" or not token.strip():
            raise TokenMissing
        return await self.verify(token.strip())

    async def verify(self, token: str) -> Caller:
        """Return the caller of this token. Raises as ``authenticate`` does."""
        if len(token) > MAX_TOKEN:
            raise InvalidToken(TokenErrorCode.TOO_LARGE)
        digest = hashlib.sha256(token.encode()).digest()
        cached = self._cache.get(digest)
        if cached is not None and self.now() < cached[1]:
            self._cache.move_to_end(digest)
            return cached[0]
        try:
            caller, until = await self._verified(token)
        except Unauthenticated as error:
            log.info("token_refused", code=error.code)
            raise
        self._store(digest, caller, until)
        log.info(
            "token_verified",
            iss=caller.issuer,
            client_id=caller.client_id,
            jti=caller.token_id,
            sub=self._digest(_subject(caller)),
        )
        return caller

    async def aclose(self) -> None:
        """Cancel fetches under way. The HTTP client is its owner's to close."""
        for keys in self._keys.values():
            await keys.aclose()

    def _add(self, profile: IssuerProfile, verifier: ProfileVerifier) -> None:
        clients = self._profiles.setdefault(profile.issuer, {})
        for client in profile.allowed_clients:
            if client in clients:
                raise ValueError(f"{client} of {profile.issuer} is in two issuer profiles")
            clients[client] = verifier

    async def _verified(self, token: str) -> tuple[Caller, float]:
        signed, claims = _opened(token)
        clients = self._profiles.get(str(claims.get("iss")))
        if clients is None:
            raise InvalidToken(TokenErrorCode.ISSUER_UNKNOWN)
        if is_id_token(claims):
            raise InvalidToken(TokenErrorCode.ID_TOKEN)
        verifier = clients.get(client_of(claims))
        if verifier is None:
            raise InvalidToken(TokenErrorCode.CLIENT_UNKNOWN)
        return await verifier.verify(signed, claims)

    def _digest(self, subject: str) -> str:
        return hmac.digest(self._log_key, subject.encode(), "sha256").hex()[:32]

    def _store(self, digest: bytes, caller: Caller, until: float) -> None:
        self._cache[digest] = (caller, until)
        self._cache.move_to_end(digest)
        if len(self._cache) > _CACHE_SIZE:
            self._cache.popitem(last=False)


def _subject(caller: Caller) -> str:
    match caller:
        case PersonCaller(person=person):
            return person.country + person.code
        case StaffCaller(subject=subject):
            return subject
        case ClientCaller(client_id=client_id):
            return client_id


def _opened(token: str) -> tuple[CompactSignature, dict[str, Any]]:
    try:
        signed = extract_compact(token.encode())
        claims = json.loads(signed.payload)
    except (JoseError, ValueError, TypeError, RecursionError):  # deep nesting fits into 8 KiB
        raise InvalidToken(TokenErrorCode.MALFORMED) from None
    header: object = signed.protected  # typed as a dict, but nothing has checked that it is one
    if not isinstance(header, dict) or not isinstance(claims, dict):
        raise InvalidToken(TokenErrorCode.MALFORMED)
    return signed, claims

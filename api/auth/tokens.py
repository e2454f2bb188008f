"""Bearer access tokens: from an Authorization header to a caller, by twelve checks.

The checks are those of RFC 9068 and RFC 8725 as GovSSO asks them of resource servers; which
refusal belongs to which is in ``api.auth.errors``. Cheap ones come first, and nothing in a token is
believed before its signature: the issuer and the client that it names only choose the profile
by which it is then judged.
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
from joserfc.errors import JoseError, UnsupportedAlgorithmError
from joserfc.jwk import Key
from joserfc.jws import CompactSignature, JWSRegistry, extract_compact, validate_compact
from joserfc.registry import JWS_HEADER_REGISTRY

from api.auth.claims import ClaimsCheck, client_of, is_id_token
from api.auth.errors import Refusal, TokenMissing, TokenRefused, Unauthenticated
from api.auth.jwks import KeyCache
from api.auth.principals import Caller, ClientCaller, PersonCaller, StaffCaller
from settings.issuers import IssuerProfile

__all__ = ["IssuerProfile", "TokenVerifier"]

log = structlog.get_logger(__name__)

MAX_TOKEN = 8 * 1024
_REMEMBERED = 10_000


class _PlainHeaders(JWSRegistry):
    """Refuses a header with anything else: crit, b64, and every way of bringing one's own key."""

    default_header_registry = {  # noqa: RUF012 - as the class above it declares
        name: JWS_HEADER_REGISTRY[name] for name in ("alg", "kid", "typ", "cty", "x5t", "x5t#S256")
    }


class TokenVerifier:
    """Verifies the tokens of several issuers; remembers those it has verified.

    A remembered token is believed until it expires or its issuer's keys are due for another look,
    whichever is first, so that a withdrawn key's tokens do not outlive it by more than the key
    cache's ``ttl``. Belongs to one event loop. ``now`` is seconds since 1970.

    Logs name a token's subject by a digest under ``log_key``: verifiers that share the key name
    the same person alike, and nobody without it can try out personal codes. None: a key of its own.
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
        self._now = now
        self._log_key = log_key or secrets.token_bytes(32)
        self._judges: dict[str, dict[str, _Judge]] = {}
        self._keys: dict[tuple[str, str | None], KeyCache] = {}
        self._remembered: OrderedDict[bytes, tuple[Caller, float]] = OrderedDict()
        for profile in profiles:
            place = (profile.issuer, profile.jwks_uri)
            if place not in self._keys:
                self._keys[place] = KeyCache(http, *place, clock=clock)
            self._add(profile, _Judge(profile, self._keys[place], now))

    async def authenticate(self, authorization: str | None) -> Caller:
        """The caller behind an Authorization header.

        Raises TokenMissing, TokenRefused, StepUpNeeded, or KeysUnavailable.
        """
        scheme, _, token = (authorization or "").partition(" ")
        if scheme.casefold() != "bearer" or not token.strip():
            raise TokenMissing
        return await self.verify(token.strip())

    async def verify(self, token: str) -> Caller:
        """The caller that this token stands for. Raises as ``authenticate`` does."""
        if len(token) > MAX_TOKEN:
            raise TokenRefused(Refusal.TOO_LARGE)
        digest = hashlib.sha256(token.encode()).digest()
        remembered = self._remembered.get(digest)
        if remembered is not None and self._now() < remembered[1]:
            self._remembered.move_to_end(digest)
            return remembered[0]
        try:
            caller, until = await self._judged(token)
        except Unauthenticated as refusal:
            log.info("token_refused", code=refusal.code)
            raise
        self._remember(digest, caller, until)
        log.info(
            "token_verified",
            iss=caller.issuer,
            client_id=caller.client_id,
            jti=caller.token_id,
            sub=self._digest(_subject(caller)),
        )
        return caller

    async def aclose(self) -> None:
        """End what is under way. The HTTP client stays its owner's to close."""
        for keys in self._keys.values():
            await keys.aclose()

    def _add(self, profile: IssuerProfile, judge: "_Judge") -> None:
        clients = self._judges.setdefault(profile.issuer, {})
        for client in profile.allowed_clients:
            if client in clients:
                raise ValueError(f"{client} of {profile.issuer} is in two issuer profiles")
            clients[client] = judge

    async def _judged(self, token: str) -> tuple[Caller, float]:
        signed, claims = _opened(token)
        clients = self._judges.get(str(claims.get("iss")))
        if clients is None:
            raise TokenRefused(Refusal.ISSUER_UNKNOWN)
        if is_id_token(claims):
            raise TokenRefused(Refusal.ID_TOKEN)
        judge = clients.get(client_of(claims))
        if judge is None:
            raise TokenRefused(Refusal.CLIENT_UNKNOWN)
        return await judge.judge(signed, claims)

    def _digest(self, subject: str) -> str:
        return hmac.digest(self._log_key, subject.encode(), "sha256").hex()[:32]

    def _remember(self, digest: bytes, caller: Caller, until: float) -> None:
        self._remembered[digest] = (caller, until)
        self._remembered.move_to_end(digest)
        if len(self._remembered) > _REMEMBERED:
            self._remembered.popitem(last=False)


class _Judge:
    """One profile at work."""

    def __init__(self, profile: IssuerProfile, keys: KeyCache, now: Callable[[], float]) -> None:
        self._profile = profile
        self._keys = keys
        self._now = now
        self._claims = ClaimsCheck(profile, now)
        self._headers = _PlainHeaders(algorithms=profile.algorithms)

    async def judge(self, signed: CompactSignature, claims: dict[str, Any]) -> tuple[Caller, float]:
        """The caller, and until when (seconds since 1970) the verdict can be relied on."""
        self._check_header(signed.protected)
        key = await self._keys.key(signed.protected["kid"])
        self._check_signature(signed, key)
        caller = self._claims.caller(claims)
        return caller, min(claims["exp"], self._now() + self._keys.settled_for())

    def _check_header(self, header: dict[str, Any]) -> None:
        if header["alg"] not in self._profile.algorithms:
            raise TokenRefused(Refusal.ALGORITHM_NOT_ALLOWED)
        try:
            self._headers.check_header(header)
        except (JoseError, TypeError):
            raise TokenRefused(Refusal.HEADER_NOT_ALLOWED) from None
        # RFC 9068 section 4 leaves the prefix and the case of letters to the issuer.
        kind = header.get("typ", "JWT").lower().removeprefix("application/")
        if kind != "at+jwt" and (self._profile.at_jwt_required or kind != "jwt"):
            raise TokenRefused(Refusal.TYPE_NOT_ALLOWED)
        if "kid" not in header:
            raise TokenRefused(Refusal.KEY_UNKNOWN)

    def _check_signature(self, signed: CompactSignature, key: Key) -> None:
        try:
            valid = validate_compact(signed, key, registry=self._headers)
        except UnsupportedAlgorithmError:
            raise TokenRefused(Refusal.ALGORITHM_NOT_ALLOWED) from None
        except (JoseError, ValueError):
            valid = False
        if not valid:
            raise TokenRefused(Refusal.SIGNATURE_INVALID)


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
        raise TokenRefused(Refusal.MALFORMED) from None
    header: object = signed.protected  # typed as a dict, but nothing has checked that it is one
    if not isinstance(header, dict) or not isinstance(claims, dict):
        raise TokenRefused(Refusal.MALFORMED)
    return signed, claims

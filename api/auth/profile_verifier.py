"""Verify a token by one issuer profile: header, key, signature, claims."""

from collections.abc import Callable
from typing import Any

from joserfc.errors import JoseError
from joserfc.jwk import Key
from joserfc.jws import CompactSignature, JWSRegistry, validate_compact
from joserfc.registry import JWS_HEADER_REGISTRY

from api.auth.claims import ClaimsCheck
from api.auth.errors import InvalidToken, TokenErrorCode
from api.auth.jwks import KeyCache
from api.auth.principals import Caller
from settings.issuers import IssuerProfile


class _PlainHeaders(JWSRegistry):
    """Rejects any other header: crit, b64, and every way of sending a key along."""

    default_header_registry = {  # noqa: RUF012 - as the class above it declares
        name: JWS_HEADER_REGISTRY[name] for name in ("alg", "kid", "typ", "cty", "x5t", "x5t#S256")
    }


class ProfileVerifier:
    """Verifies the tokens of one profile."""

    def __init__(self, profile: IssuerProfile, keys: KeyCache, now: Callable[[], float]) -> None:
        self._profile = profile
        self._keys = keys
        self._now = now
        self._claims = ClaimsCheck(profile, now)
        self._headers = _PlainHeaders(algorithms=profile.algorithms)

    async def verify(
        self, signed: CompactSignature, claims: dict[str, Any]
    ) -> tuple[Caller, float]:
        """Return the caller, and until when (seconds since 1970) the result may be cached."""
        self._check_header(signed.protected)
        header = signed.protected
        keys = await self._keys.keys(header["kid"], header["alg"])
        if not any(self._is_signed(signed, key) for key in keys):
            raise InvalidToken(TokenErrorCode.SIGNATURE_INVALID)
        caller = self._claims.caller(claims)
        return caller, min(claims["exp"], self._now() + self._keys.fresh_for())

    def _check_header(self, header: dict[str, Any]) -> None:
        if header["alg"] not in self._profile.algorithms:
            raise InvalidToken(TokenErrorCode.ALGORITHM_NOT_ALLOWED)
        try:
            self._headers.check_header(header)
        except (JoseError, TypeError):
            raise InvalidToken(TokenErrorCode.HEADER_NOT_ALLOWED) from None
        # RFC 9068 section 4 leaves the prefix and the case of letters to the issuer.
        kind = header.get("typ", "JWT").lower().removeprefix("application/")
        if kind != "at+jwt" and (self._profile.at_jwt_required or kind != "jwt"):
            raise InvalidToken(TokenErrorCode.TYPE_NOT_ALLOWED)
        if "kid" not in header:
            raise InvalidToken(TokenErrorCode.KEY_UNKNOWN)

    def _is_signed(self, signed: CompactSignature, key: Key) -> bool:
        try:
            return validate_compact(signed, key, registry=self._headers)
        except (JoseError, ValueError):
            return False

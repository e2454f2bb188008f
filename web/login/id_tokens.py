"""Checks of an ID token (OpenID Connect Core 3.1.3.7, 3.1.3.8, 12.2) and what it says of a person.

TARA writes ``at_hash`` in standard base64 with padding, others in base64url without: both count.
"""

import base64
import hashlib
import hmac
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from joserfc import jws, jwt
from joserfc.errors import ExpiredTokenError, InvalidClaimError, JoseError, MissingClaimError

from settings.web import Acr
from web.login.provider import Provider
from web.login.refusals import LoginRefused, Refusal

_LEEWAY = 10
"""Seconds by which clocks may differ."""
_HASHES = {"256": hashlib.sha256}
_LONGEST_NAME = 200
_INVALID = {
    "iss": Refusal.ISSUER_WRONG,
    "aud": Refusal.AUDIENCE_WRONG,
    "iat": Refusal.NOT_YET_VALID,
    "nbf": Refusal.NOT_YET_VALID,
}

Claims = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Identity:
    """Who logged in, and how."""

    subject: str = field(repr=False)
    name: str = field(repr=False)
    sid: str | None
    acr: str | None
    amr: tuple[str, ...]
    auth_time: int
    roles: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a login was asked for."""

    nonce: str
    max_age: int
    acr: Acr | None


def read(
    provider: Provider, token: str, now: float, types: frozenset[str] = frozenset({"jwt"})
) -> Claims:
    """Return the claims of a token that the provider signed for this client now.

    Raises LoginRefused.
    """
    try:
        header = jws.extract_compact(token.encode()).protected
        if header.get("alg") != provider.settings.algorithm:
            raise LoginRefused(Refusal.ALGORITHM_WRONG)
        if str(header.get("typ", "JWT")).lower().removeprefix("application/") not in types:
            raise LoginRefused(Refusal.TYPE_WRONG)
        kid = header.get("kid")
        key = provider.keys.find(kid if isinstance(kid, str) else None)
        claims = jwt.decode(token, key, algorithms=[provider.settings.algorithm]).claims
    except JoseError:
        raise LoginRefused(Refusal.SIGNATURE_WRONG) from None
    except (ValueError, TypeError):
        raise LoginRefused(Refusal.TOKEN_MALFORMED) from None
    _check_registered(provider, claims, now)
    return claims


def identity(
    provider: Provider, token: str, access_token: str, wanted: Wanted, now: float
) -> Identity:
    """Return who logged in. Raises LoginRefused."""
    claims = read(provider, token, now)
    nonce = claims.get("nonce")
    if not isinstance(nonce, str) or not hmac.compare_digest(nonce.encode(), wanted.nonce.encode()):
        raise LoginRefused(Refusal.NONCE_WRONG)
    _check_at_hash(claims.get("at_hash"), provider.settings.algorithm, access_token)
    found = _identity(claims)
    if found.auth_time > now + _LEEWAY:
        raise LoginRefused(Refusal.NOT_YET_VALID)
    if now - found.auth_time > wanted.max_age + _LEEWAY:
        raise LoginRefused(Refusal.LOGIN_TOO_OLD)
    if wanted.acr is not None and not _reaches(found.acr, wanted.acr):
        raise LoginRefused(Refusal.ACR_TOO_LOW)
    return found


def check_refreshed(provider: Provider, token: str, subject: str, now: float) -> None:
    """Check the ID token that came with refreshed tokens. Raises LoginRefused."""
    if read(provider, token, now).get("sub") != subject:
        raise LoginRefused(Refusal.ANOTHER_PERSON)


def _check_registered(provider: Provider, claims: Claims, now: float) -> None:
    client = provider.settings.client_id
    registry = jwt.JWTClaimsRegistry(
        now=lambda: int(now),
        leeway=_LEEWAY,
        iss={"essential": True, "value": provider.settings.issuer},
        aud={"essential": True, "value": client},
        exp={"essential": True},
        iat={"essential": True},
    )
    try:
        registry.validate(dict(claims))
    except ExpiredTokenError:
        raise LoginRefused(Refusal.EXPIRED) from None
    except MissingClaimError:
        raise LoginRefused(Refusal.CLAIM_MISSING) from None
    except InvalidClaimError as error:
        raise LoginRefused(_INVALID.get(error.claim, Refusal.CLAIM_MALFORMED)) from None
    audience, party = claims["aud"], claims.get("azp")
    if party not in {None, client} or (
        isinstance(audience, list) and len(audience) > 1 and party is None
    ):
        raise LoginRefused(Refusal.AUDIENCE_WRONG)


def _check_at_hash(said: object, algorithm: str, access_token: str) -> None:
    if said is None:
        return  # optional in the code flow
    digest = _HASHES[algorithm[-3:]](access_token.encode()).digest()
    half = digest[: len(digest) // 2]
    spellings = {base64.urlsafe_b64encode(half).decode(), base64.b64encode(half).decode()}
    spellings |= {each.rstrip("=") for each in spellings}
    if said not in spellings:
        raise LoginRefused(Refusal.AT_HASH_WRONG)


def _identity(claims: Claims) -> Identity:
    subject, auth_time = claims.get("sub"), claims.get("auth_time")
    if subject is None or auth_time is None:
        raise LoginRefused(Refusal.CLAIM_MISSING)
    if not isinstance(subject, str) or not subject or type(auth_time) is not int:
        raise LoginRefused(Refusal.CLAIM_MALFORMED)
    return Identity(
        subject=subject,
        name=_name(claims),
        sid=_text(claims.get("sid")),
        acr=_text(claims.get("acr")),
        amr=_texts(claims.get("amr")),
        auth_time=auth_time,
        roles=_texts(claims.get("roles")),
    )


def _reaches(acr: str | None, minimum: Acr) -> bool:
    known = acr is not None and acr.upper() in Acr.__members__
    return known and Acr[str(acr).upper()] >= minimum


def _name(claims: Claims) -> str:
    """Return the name as GovSSO, TARA or others write it; empty where there is none."""
    nested = claims.get("profile_attributes")
    for given in (claims, nested if isinstance(nested, dict) else {}):
        parts = [_text(given.get(each)) for each in ("given_name", "family_name")]
        if any(parts):
            return " ".join(filter(None, parts))[:_LONGEST_NAME]
    return (_text(claims.get("name")) or _text(claims.get("preferred_username")) or "")[
        :_LONGEST_NAME
    ]


def _text(value: object) -> str | None:
    return value.strip() or None if isinstance(value, str) else None


def _texts(value: object) -> tuple[str, ...]:
    return tuple(e for e in value if isinstance(e, str)) if isinstance(value, list) else ()


Clock = Callable[[], float]
"""Seconds since 1970."""

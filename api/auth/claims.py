"""Check the claims of a verified token and make the caller from them.

Sources: RFC 9068 section 4, GovSSO ``AccessToken.md`` section 6, TARA's technical specification
for ``sub``, ``amr`` and ``acr``.
"""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from joserfc.errors import ExpiredTokenError, InvalidClaimError, MissingClaimError
from joserfc.jwt import JWTClaimsRegistry

from api.auth.errors import InvalidToken, StepUpNeeded, TokenErrorCode
from api.auth.principals import Caller, ClientCaller, PersonCaller, StaffCaller, StaffRole
from domain.identifiers import InvalidIdentifier, PersonKey
from domain.identity import LONGEST_NAME, Acr
from domain.visible_text import is_blank, is_visible, made_visible
from settings.issuers import IssuerProfile

Claims = Mapping[str, Any]

_OF_ID_TOKENS = frozenset({"nonce", "at_hash", "c_hash", "s_hash"})
_OF_LOGINS = frozenset({"amr", "auth_time"})
_NOT_UNDERSTOOD = frozenset({"act", "may_act", "cnf"})
"""Somebody acts for the subject (RFC 8693), or a key must be proved (RFC 7800): to ignore that
would give the token's bearer more than its issuer meant."""
_LONGEST_SUBJECT = 255
"""OpenID Connect Core, section 2."""
_INVALID = {
    "aud": TokenErrorCode.AUDIENCE_WRONG,
    "iat": TokenErrorCode.NOT_YET_VALID,
    "nbf": TokenErrorCode.NOT_YET_VALID,
}


def client_of(claims: Claims) -> str:
    """Return the token's client: ``client_id`` (RFC 9068) or ``azp`` (OpenID Connect)."""
    named = {claims[name] for name in ("client_id", "azp") if isinstance(claims.get(name), str)}
    if len(named) != 1:
        raise InvalidToken(TokenErrorCode.CLIENT_UNKNOWN)
    return str(named.pop())


def is_id_token(claims: Claims) -> bool:
    """Return whether these are the claims of an ID token, which grants no access here."""
    return not _OF_ID_TOKENS.isdisjoint(claims)


class ClaimsCheck:
    """The checks of one issuer profile. ``now`` is seconds since 1970."""

    def __init__(self, profile: IssuerProfile, now: Callable[[], float]) -> None:
        self._profile = profile
        self._now = now
        self._registered = JWTClaimsRegistry(
            now=lambda: int(now()),
            leeway=profile.leeway,
            iss={"essential": True, "value": profile.issuer},
            aud={"essential": True, "value": profile.audience},
            exp={"essential": True},
            iat={"essential": True},
            sub={"essential": True},
        )

    def caller(self, claims: Claims) -> Caller:
        """Make the caller of these claims. Raises InvalidToken or StepUpNeeded."""
        self._check_registered(claims)
        if not _NOT_UNDERSTOOD.isdisjoint(claims):
            raise InvalidToken(TokenErrorCode.CLAIM_NOT_SUPPORTED)
        if claims["exp"] - claims["iat"] > self._profile.max_age:
            raise InvalidToken(TokenErrorCode.LIVES_TOO_LONG)
        if self._profile.kind == "person":
            return self._person(claims)
        # A login behind a client's own token means that the issuer mixes up its clients, and that
        # a person could pass for the client.
        if self._profile.kind == "client" and not _OF_LOGINS.isdisjoint(claims):
            raise InvalidToken(TokenErrorCode.KIND_MISMATCH)
        return self._client(claims) if self._profile.kind == "client" else self._staff(claims)

    def _check_registered(self, claims: Claims) -> None:
        try:
            self._registered.validate(dict(claims))
        except ExpiredTokenError:
            raise InvalidToken(TokenErrorCode.EXPIRED) from None
        except MissingClaimError:
            raise InvalidToken(TokenErrorCode.CLAIM_MISSING) from None
        except InvalidClaimError as error:
            code = _INVALID.get(error.claim, TokenErrorCode.CLAIM_MALFORMED)
            raise InvalidToken(code) from None

    def _person(self, claims: Claims) -> PersonCaller:
        amr = frozenset(method.casefold() for method in _strings(claims.get("amr")))
        if not amr or not amr <= self._profile.allowed_amr:
            raise InvalidToken(TokenErrorCode.LOGIN_METHOD_NOT_ALLOWED)
        acr = _acr(claims.get("acr"))
        minimum = self._profile.minimum_acr
        if minimum is not None and (acr is None or acr < minimum):
            raise StepUpNeeded(minimum)
        return PersonCaller(
            issuer=self._profile.issuer,
            client_id=client_of(claims),
            token_id=_token_id(claims),
            person=self._subject(claims["sub"]),
            amr=amr,
            acr=acr,
            auth_time=_moment(claims.get("auth_time")),
            leeway=timedelta(seconds=self._profile.leeway),
            phone=_proved_phone(claims, amr),
            name=_person_name(claims),
        )

    def _subject(self, subject: str) -> PersonKey:
        today = datetime.fromtimestamp(self._now(), UTC).date()
        try:
            key = PersonKey.from_subject(subject, today=today)
        except InvalidIdentifier:
            raise InvalidToken(TokenErrorCode.SUBJECT_INVALID) from None
        # The key tolerates spaces and full-width digits as people type them; an issuer may not.
        if key.country + key.code != subject:
            raise InvalidToken(TokenErrorCode.SUBJECT_INVALID)
        return key

    def _client(self, claims: Claims) -> ClientCaller:
        scope = claims.get("scope", "")
        scopes = scope.split() if isinstance(scope, str) else _strings(scope)
        return ClientCaller(
            issuer=self._profile.issuer,
            client_id=client_of(claims),
            token_id=_token_id(claims),
            scopes=frozenset(scopes),
        )

    def _staff(self, claims: Claims) -> StaffCaller:
        roles = _strings(claims.get(self._profile.roles_claim, []))
        return StaffCaller(
            issuer=self._profile.issuer,
            client_id=client_of(claims),
            token_id=_token_id(claims),
            subject=_staff_subject(claims["sub"]),
            name=_staff_name(claims),
            roles=frozenset(role for role in StaffRole if role in roles),
        )


def _staff_subject(value: object) -> str:
    if not isinstance(value, str):
        raise InvalidToken(TokenErrorCode.CLAIM_MALFORMED)
    if value != value.strip() or not 0 < len(value) <= _LONGEST_SUBJECT or not is_visible(value):
        raise InvalidToken(TokenErrorCode.SUBJECT_INVALID)
    return value


def _staff_name(claims: Claims) -> str:
    """Return the first that is there of what OpenID Connect Core, section 5.1, calls a name."""
    given = (claims.get(claim) for claim in ("name", "preferred_username"))
    for name in given:
        if isinstance(name, str) and name.strip():
            return made_visible(name.strip())[:_LONGEST_SUBJECT]
    return str(claims["sub"])


def _person_name(claims: Claims) -> str:
    """Return the name of a person: GovSSO's claims, TARA's, or OpenID Connect's ``name``.

    Empty where there is none. A label: whatever is wrong with it makes no token invalid.
    """
    nested = claims.get("profile_attributes")
    for given in (claims, nested if isinstance(nested, dict) else {}):
        parts = [given.get("given_name"), given.get("family_name")]
        if name := _label(*parts):
            return name
    return _label(claims.get("name"))


def _label(*parts: object) -> str:
    words = [
        part.strip()
        for part in parts
        if isinstance(part, str) and part.strip() and not is_blank(part)
    ]
    return made_visible(" ".join(words))[:LONGEST_NAME]


def _strings(value: object) -> list[str]:
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise InvalidToken(TokenErrorCode.CLAIM_MALFORMED)
    return value


def _acr(value: object) -> Acr | None:
    known = isinstance(value, str) and value.upper() in Acr.__members__
    return Acr[str(value).upper()] if known else None


def _moment(value: object) -> datetime | None:
    if value is None:
        return None
    try:
        return datetime.fromtimestamp(value, UTC)  # type: ignore[arg-type] # TypeError is caught
    except (TypeError, ValueError, OverflowError, OSError):
        raise InvalidToken(TokenErrorCode.CLAIM_MALFORMED) from None


def _proved_phone(claims: Claims, amr: frozenset[str]) -> str | None:
    """Return the number that a login with Mobiil-ID proved, where the SIM itself signed.

    TARA and eeID give no other number.
    """
    number = claims.get("phone_number")
    proved = amr == {"mid"} and claims.get("phone_number_verified") is True
    return number if proved and isinstance(number, str) else None


def _token_id(claims: Claims) -> str:
    return str(claims.get("jti", ""))

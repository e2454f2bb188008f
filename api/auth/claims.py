"""What the claims of a token must say, and the caller that they make.

Sources: RFC 9068 section 4, GovSSO ``AccessToken.md`` section 6, TARA's technical specification
for ``sub``, ``amr`` and ``acr``.
"""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

from joserfc.errors import ExpiredTokenError, InvalidClaimError, MissingClaimError
from joserfc.jwt import JWTClaimsRegistry

from api.auth.errors import Refusal, StepUpNeeded, TokenRefused
from api.auth.principals import Caller, ClientCaller, PersonCaller, StaffCaller, StaffRole
from domain.identifiers import InvalidIdentifier, PersonKey
from domain.identity import Acr
from settings.issuers import IssuerProfile

Claims = Mapping[str, Any]

_OF_ID_TOKENS = frozenset({"nonce", "at_hash", "c_hash", "s_hash"})
_OF_LOGINS = frozenset({"amr", "auth_time"})
_INVALID = {
    "aud": Refusal.AUDIENCE_WRONG,
    "iat": Refusal.NOT_YET_VALID,
    "nbf": Refusal.NOT_YET_VALID,
}


def client_of(claims: Claims) -> str:
    """The program that got the token: ``client_id`` (RFC 9068) or ``azp`` (OpenID Connect)."""
    named = {claims[name] for name in ("client_id", "azp") if isinstance(claims.get(name), str)}
    if len(named) != 1:
        raise TokenRefused(Refusal.CLIENT_UNKNOWN)
    return str(named.pop())


def is_id_token(claims: Claims) -> bool:
    """Whether it tells the portal about a login, and so must not open anything here."""
    return not _OF_ID_TOKENS.isdisjoint(claims)


class ClaimsCheck:
    """The checks of one profile. ``now`` is seconds since 1970."""

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
        """The caller that these verified claims make. Raises TokenRefused or StepUpNeeded."""
        self._check_registered(claims)
        if claims["exp"] - claims["iat"] > self._profile.max_age:
            raise TokenRefused(Refusal.LIVES_TOO_LONG)
        if self._profile.kind == "person":
            return self._person(claims)
        # A login behind a program's own token means that the issuer's clients are mixed up, and
        # that a person could pass for the program.
        if self._profile.kind == "client" and not _OF_LOGINS.isdisjoint(claims):
            raise TokenRefused(Refusal.KIND_MISMATCH)
        return self._client(claims) if self._profile.kind == "client" else self._staff(claims)

    def _check_registered(self, claims: Claims) -> None:
        try:
            self._registered.validate(dict(claims))
        except ExpiredTokenError:
            raise TokenRefused(Refusal.EXPIRED) from None
        except MissingClaimError:
            raise TokenRefused(Refusal.CLAIM_MISSING) from None
        except InvalidClaimError as error:
            refusal = _INVALID.get(error.claim, Refusal.CLAIM_MALFORMED)
            raise TokenRefused(refusal) from None

    def _person(self, claims: Claims) -> PersonCaller:
        amr = frozenset(method.casefold() for method in _strings(claims.get("amr")))
        if not amr or not amr <= self._profile.allowed_amr:
            raise TokenRefused(Refusal.LOGIN_METHOD_NOT_ALLOWED)
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
            phone=_proved_phone(claims, amr),
        )

    def _subject(self, subject: str) -> PersonKey:
        today = datetime.fromtimestamp(self._now(), UTC).date()
        try:
            key = PersonKey.from_subject(subject, today=today)
        except InvalidIdentifier:
            raise TokenRefused(Refusal.SUBJECT_INVALID) from None
        # Spaces and full-width digits are for people who type; an issuer writes one form.
        if key.country + key.code != subject:
            raise TokenRefused(Refusal.SUBJECT_INVALID)
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
            subject=claims["sub"],
            roles=frozenset(role for role in StaffRole if role in roles),
        )


def _strings(value: object) -> list[str]:
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise TokenRefused(Refusal.CLAIM_MALFORMED)
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
        raise TokenRefused(Refusal.CLAIM_MALFORMED) from None


def _proved_phone(claims: Claims, amr: frozenset[str]) -> str | None:
    """TARA and eeID tell of it only for Mobiil-ID, where the SIM itself has signed."""
    number = claims.get("phone_number")
    proved = amr == {"mid"} and claims.get("phone_number_verified") is True
    return number if proved and isinstance(number, str) else None


def _token_id(claims: Claims) -> str:
    return str(claims.get("jti", ""))

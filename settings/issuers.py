"""Trusted token issuers: one frozen profile per issuer and kind of caller."""

from collections.abc import Iterable
from typing import Annotated, Literal, Self
from urllib.parse import SplitResult, urlsplit

from pydantic import AfterValidator, BaseModel, BeforeValidator, Field, model_validator

from domain.identity import Acr

Kind = Literal["person", "client", "staff"]
# Public keys only: `none` and HS* cannot be written into a profile.
Algorithm = Literal["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512"]

_LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})


def _casefolded(values: frozenset[str]) -> frozenset[str]:
    return frozenset(value.casefold() for value in values)


def _acr_from_word(value: object) -> object:
    known = isinstance(value, str) and value.upper() in Acr.__members__
    return Acr[str(value).upper()] if known else value


class IssuerProfile(BaseModel, frozen=True, extra="forbid"):
    """Requirements on one issuer's tokens, for one kind of caller.

    The kind is decided here, never by the token. An issuer of several kinds has several profiles,
    distinguished by the client that got the token: the same issuer and client in two profiles
    stops the start.
    """

    issuer: str
    """Must equal ``iss`` exactly (GovSSO's ends in a slash, TARA's does not)."""
    jwks_uri: str | None = None
    """None: read from the issuer's ``/.well-known/openid-configuration``."""
    audience: str = Field(min_length=1)
    """This engine's name at the issuer; must be in ``aud``."""
    kind: Kind
    allowed_clients: frozenset[Annotated[str, Field(min_length=1)]] = Field(min_length=1)
    """Values of ``client_id`` or ``azp``."""
    algorithms: tuple[Algorithm, ...] = Field(("RS256",), min_length=1)
    at_jwt_required: bool = True
    """Require ``typ`` to be ``at+jwt`` (RFC 9068). GovSSO and Keycloak do not set it."""
    allowed_amr: Annotated[frozenset[str], AfterValidator(_casefolded)] = frozenset(
        {"mid", "smartid", "idcard"}
    )
    """Persons: every login method in the token must be one of these, in any case of letters."""
    minimum_acr: Annotated[Acr | None, BeforeValidator(_acr_from_word)] = Acr.SUBSTANTIAL
    """Persons: ``low``, ``substantial`` or ``high``; None: any."""
    max_age: int = Field(900, ge=1, le=3600)
    """Longest ``exp`` - ``iat`` in seconds: access tokens cannot be revoked."""
    leeway: int = Field(10, ge=0, le=30)
    """Seconds by which clocks may differ."""
    roles_claim: str = Field("roles", min_length=1)
    """Staff: the claim with a list of roles."""
    plain_http: bool = False
    """Allow http:// beyond this machine. For simulators in a closed network."""

    @model_validator(mode="after")
    def _keys_come_over_tls(self) -> Self:
        for url in filter(None, (self.issuer, self.jwks_uri)):
            parts = urlsplit(url)
            allowed = {"https"}
            if self.plain_http or parts.hostname in _LOOPBACK:
                allowed = {"http", "https"}
            if parts.scheme not in allowed or not parts.hostname or not _has_valid_port(parts):
                raise ValueError("issuer and jwks_uri must be https:// addresses")
        return self

    @model_validator(mode="after")
    def _persons_log_in_somehow(self) -> Self:
        if self.kind == "person" and not self.allowed_amr:
            raise ValueError("allowed_amr must name a login method")
        return self


def _has_valid_port(parts: SplitResult) -> bool:
    try:
        return parts.port != 0
    except ValueError:
        return False


def check_distinct(profiles: Iterable[IssuerProfile]) -> None:
    """Raise ValueError where one client of one issuer is in two profiles."""
    seen: set[tuple[str, str]] = set()
    for profile in profiles:
        clients = {(profile.issuer, client) for client in profile.allowed_clients}
        if clients & seen:
            raise ValueError("a client of an issuer must be in one profile only")
        seen |= clients

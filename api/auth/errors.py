"""Errors of authentication and authorization. Texts hold stable codes, never a token or its claims.

Unauthenticated          401, with a WWW-Authenticate challenge
├── TokenMissing         no bearer token was sent
├── InvalidToken         invalid_token (RFC 6750); ``code`` names the check that failed
└── StepUpNeeded         insufficient_user_authentication (RFC 9470): a login too weak, or too old
InsufficientScope        403, with a challenge that names the accepted scopes
OnBehalfOfMissing        400: the client does not name the person for whom it acts
PersonAddressInvalid     400: the client does not say from which address that person comes
TooManyRequests          429: the caller has more requests in progress, or sent more, than its limit
KeysUnavailable          503: the issuer's keys cannot be fetched, so no token can be verified
"""

from collections.abc import Sequence
from datetime import timedelta
from enum import StrEnum
from math import ceil
from typing import NamedTuple

from domain.identity import Acr


class TokenErrorCode(StrEnum):
    """The check that a token failed."""

    TOO_LARGE = "token_too_large"
    MALFORMED = "token_malformed"
    ISSUER_UNKNOWN = "issuer_unknown"
    CLIENT_UNKNOWN = "client_unknown"
    ALGORITHM_NOT_ALLOWED = "algorithm_not_allowed"
    HEADER_NOT_ALLOWED = "header_not_allowed"
    TYPE_NOT_ALLOWED = "token_type_not_allowed"
    KEY_UNKNOWN = "key_unknown"
    SIGNATURE_INVALID = "signature_invalid"
    CLAIM_MISSING = "claim_missing"
    CLAIM_MALFORMED = "claim_malformed"
    CLAIM_NOT_SUPPORTED = "claim_not_supported"
    AUDIENCE_WRONG = "audience_wrong"
    EXPIRED = "token_expired"
    NOT_YET_VALID = "token_not_yet_valid"
    LIVES_TOO_LONG = "token_lives_too_long"
    ID_TOKEN = "id_token"  # noqa: S105 - a code, not a secret
    KIND_MISMATCH = "kind_mismatch"
    LOGIN_METHOD_NOT_ALLOWED = "login_method_not_allowed"
    SUBJECT_INVALID = "subject_invalid"


class Said(NamedTuple):
    """What is said of a token that failed: its problem's code, and the challenge's description."""

    code: str
    description: str


_TYPE_WRONG = Said("token_type_wrong", "The token is no access token")
_SAID = {
    TokenErrorCode.EXPIRED: Said("token_expired", "The token has expired"),
    TokenErrorCode.AUDIENCE_WRONG: Said(
        "token_audience_wrong", "The token is for another audience"
    ),
    TokenErrorCode.TYPE_NOT_ALLOWED: _TYPE_WRONG,
    TokenErrorCode.ID_TOKEN: _TYPE_WRONG,
}
"""What whoever sent the token can mend, and what helps nobody to forge one: both dates and audience
are looked at only once the signature is verified, and a type is read by everybody."""


class Unauthenticated(Exception):
    """401. ``code`` is stable, for logs; ``said`` is the problem's.

    ``challenge`` is the value of WWW-Authenticate.
    """

    def __init__(self, code: str, challenge: str, said: str | None = None) -> None:
        super().__init__(code)
        self.code = code
        self.said = said or code
        self.challenge = challenge


class TokenMissing(Unauthenticated):
    """No token was sent. RFC 6750 section 3.1: the challenge then holds no error code."""

    def __init__(self) -> None:
        super().__init__("token_missing", "Bearer")


class InvalidToken(Unauthenticated):
    """The token failed a check."""

    def __init__(self, code: TokenErrorCode) -> None:
        challenge = 'Bearer error="invalid_token"'
        said = _SAID.get(code)
        if said is None:
            super().__init__(code.value, challenge)
            return
        described = f'{challenge}, error_description="{said.description}"'
        super().__init__(code.value, described, said.code)


class StepUpNeeded(Unauthenticated):
    """The token is valid, but the login behind it is below the level ``acr``, or too old.

    ``max_age`` is how long ago a login may have been; ``description`` is for developers.
    """

    def __init__(
        self, acr: Acr, *, max_age: timedelta | None = None, description: str = ""
    ) -> None:
        parts = ['error="insufficient_user_authentication"']
        if description:
            parts.append(f'error_description="{description}"')
        parts.append(f'acr_values="{acr.claim}"')
        if max_age is not None:
            parts.append(f"max_age={max_age // timedelta(seconds=1)}")
        super().__init__("step_up_needed", f"Bearer {', '.join(parts)}")
        self.acr = acr


class InsufficientScope(Exception):
    """403 (RFC 6750 section 3.1): ``challenge`` names the accepted scopes.

    ``detail`` says for people what is required; empty where the caller need not know it.
    """

    def __init__(self, wanted: Sequence[str], detail: str = "") -> None:
        super().__init__("insufficient_scope")
        self.detail = detail
        self.challenge = 'Bearer error="insufficient_scope"'
        if wanted:
            self.challenge += f', scope="{" ".join(wanted)}"'


class OnBehalfOfMissing(Exception):
    """400: a client that acts for a person names none, or not by a UUID."""


class PersonAddressInvalid(Exception):
    """400: a client that acts for a person sends no IP address of the person's device."""


class TooManyRequests(Exception):
    """429: the caller is above one of its limits, ``rate`` or ``concurrency``."""

    def __init__(self, limit: str, seconds: float) -> None:
        super().__init__(f"too_many_requests: {limit}")
        self.limit = limit
        self.retry_after = max(ceil(seconds), 1)
        """Seconds, as the header Retry-After counts them."""


class KeysUnavailable(Exception):
    """An issuer's keys could not be fetched, or are too old to be used."""

    code = "keys_unavailable"

    def __init__(self, issuer: str) -> None:
        super().__init__(f"{self.code}: {issuer}")
        self.issuer = issuer

"""Why a caller was not let in. Texts hold stable codes only, never a token or its claims.

Unauthenticated          401, with a WWW-Authenticate challenge
├── TokenMissing         no bearer token was sent
├── TokenRefused         invalid_token (RFC 6750); ``code`` says which check failed
└── StepUpNeeded         insufficient_user_authentication (RFC 9470): log in again, better
InsufficientScope        403, with a challenge that names the scopes that would do
OnBehalfOfMissing        400: the client does not say for which person it acts
KeysUnavailable          503: the issuer's keys cannot be had, so nobody knows
"""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from api.auth.principals import PersonCaller
from domain.identity import Acr


class Refusal(StrEnum):
    """The checks that a token can fail."""

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
    AUDIENCE_WRONG = "audience_wrong"
    EXPIRED = "token_expired"
    NOT_YET_VALID = "token_not_yet_valid"
    LIVES_TOO_LONG = "token_lives_too_long"
    ID_TOKEN = "id_token"  # noqa: S105 - a code, not a secret
    KIND_MISMATCH = "kind_mismatch"
    LOGIN_METHOD_NOT_ALLOWED = "login_method_not_allowed"
    SUBJECT_INVALID = "subject_invalid"


class Unauthenticated(Exception):
    """401. ``code`` is stable; ``challenge`` is the value of WWW-Authenticate."""

    def __init__(self, code: str, challenge: str) -> None:
        super().__init__(code)
        self.code = code
        self.challenge = challenge


class TokenMissing(Unauthenticated):
    """RFC 6750 section 3.1: who sent no token gets no error code in the challenge."""

    def __init__(self) -> None:
        super().__init__("token_missing", "Bearer")


class TokenRefused(Unauthenticated):
    def __init__(self, code: Refusal) -> None:
        super().__init__(code.value, 'Bearer error="invalid_token"')


class StepUpNeeded(Unauthenticated):
    """The token is good, the login behind it is not good or not fresh enough."""

    def __init__(self, acr: Acr | None = None, max_age: timedelta | None = None) -> None:
        challenge = 'Bearer error="insufficient_user_authentication"'
        if acr is not None:
            challenge += f', acr_values="{acr.word}"'
        if max_age is not None:
            challenge += f', max_age="{int(max_age.total_seconds())}"'
        super().__init__("step_up_needed", challenge)
        self.acr = acr
        self.max_age = max_age


class InsufficientScope(Exception):
    """403 (RFC 6750 section 3.1): ``challenge`` names the scopes any of which would do."""

    def __init__(self, wanted: Sequence[str]) -> None:
        super().__init__("insufficient_scope")
        self.challenge = 'Bearer error="insufficient_scope"'
        if wanted:
            self.challenge += f', scope="{" ".join(wanted)}"'


class OnBehalfOfMissing(Exception):
    """400: a client that acts for a person names none, or not by a UUID."""


class KeysUnavailable(Exception):
    """An issuer's keys could not be fetched, or are too old to be believed."""

    code = "keys_unavailable"

    def __init__(self, issuer: str) -> None:
        super().__init__(f"{self.code}: {issuer}")
        self.issuer = issuer


def require_login(
    caller: PersonCaller,
    *,
    acr: Acr | None = None,
    max_age: timedelta | None = None,
    now: datetime | None = None,
) -> None:
    """Ask for a better or fresher login than the issuer's profile does, for one operation.

    Raises StepUpNeeded where the login is below ``acr``, older than ``max_age``, or where the
    token does not say.
    """
    good = acr is None or (caller.acr is not None and caller.acr >= acr)
    fresh = max_age is None or (
        caller.auth_time is not None and (now or datetime.now(UTC)) - caller.auth_time <= max_age
    )
    if not (good and fresh):
        raise StepUpNeeded(acr, max_age)

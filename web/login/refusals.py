"""Why a login does not succeed, or is needed."""

from dataclasses import dataclass
from enum import StrEnum

from settings.web import Acr, Audience


class Refusal(StrEnum):
    """Reason why the answer of a provider is not believed. Logged and shown as a code."""

    STATE_UNKNOWN = "state_unknown"
    """Of no login that this browser began, or answered already, or too late."""
    PROVIDER_ERROR = "provider_error"
    ISSUER_WRONG = "issuer_wrong"
    CODE_MISSING = "code_missing"
    CODE_REFUSED = "code_refused"
    TOKEN_MISSING = "token_missing"  # noqa: S105 # a word
    TOKEN_MALFORMED = "token_malformed"  # noqa: S105 # a word
    ALGORITHM_WRONG = "algorithm_wrong"
    TYPE_WRONG = "type_wrong"
    SIGNATURE_WRONG = "signature_wrong"
    AUDIENCE_WRONG = "audience_wrong"
    EXPIRED = "expired"
    NOT_YET_VALID = "not_yet_valid"
    CLAIM_MISSING = "claim_missing"
    CLAIM_MALFORMED = "claim_malformed"
    NONCE_WRONG = "nonce_wrong"
    AT_HASH_WRONG = "at_hash_wrong"
    LOGIN_TOO_OLD = "login_too_old"
    ACR_TOO_LOW = "acr_too_low"
    ANOTHER_PERSON = "another_person"
    """A step-up, or a refresh, whose answer is about somebody else."""
    NO_ROLE = "no_role"
    """The console, and somebody who has no role of staff."""
    EVENT_MISSING = "event_missing"
    """A logout token that announces no logout."""
    REPLAYED = "replayed"


class LoginRefused(Exception):
    """A login that is not believed."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(refusal.value)
        self.refusal = refusal


class LoginCancelled(Exception):
    """The person cancelled at the provider."""


class ProviderUnavailable(Exception):
    """The provider does not answer, or not as OpenID Connect says; ``str()`` says why."""


class RefreshRefused(Exception):
    """The provider gives no more tokens for this login."""


@dataclass(frozen=True, slots=True)
class StepUp:
    """A fresher or stronger login than the session's, for what is asked for now."""

    max_age: int | None = None
    """Seconds since the login, at most."""
    acr: Acr | None = None


class LoginNeeded(Exception):
    """Nobody is logged in, or not freshly enough; the person is sent to the login and back.

    ``return_to``: the page to come back to; None: the one that was asked for.
    """

    def __init__(
        self,
        return_to: str | None = None,
        step_up: StepUp | None = None,
        *,
        audience: Audience = Audience.SELFSERVICE,
    ) -> None:
        super().__init__("a login is needed")
        self.return_to = return_to
        self.step_up = step_up
        self.audience = audience

"""Why a contract ends, is suspended, or never becomes active."""

from enum import StrEnum


class EndReason(StrEnum):
    """Why a contract ends. May grow."""

    CUSTOMER = "customer"
    """Whoever may end it wished so."""
    WITHDRAWAL = "withdrawal"
    """A consumer withdraws within 14 days (Law of Obligations Act, section 56)."""
    CHANGED_TERMS = "changed_terms"
    """The customer does not agree to changed terms (Electronic Communications Act, section 99)."""
    BREACH = "breach"
    """The operator ends it: a ground of restriction has lasted a month (section 100 (2))."""
    COMPANY_DELETED = "company_deleted"
    COMPANY_BANKRUPT = "company_bankrupt"
    COMPANY_LIQUIDATED = "company_liquidated"
    """It is in liquidation: its liquidator, or operations, end what it has."""
    PORTED_OUT = "ported_out"
    """Another operator takes the number."""
    TERM = "term"
    """It was for a term, and that is over."""
    SERVICE_ENDED = "service_ended"
    """The operator's systems told that its service has ended or moved."""
    HOST_ENDED = "host_ended"
    """The service that it rests on has ended, moved, or lost its number."""
    SIM_REPLACED = "sim_replaced"
    USER_CHANGED = "user_changed"
    IDENTITY_CHANGED = "identity_changed"
    """The person's identity document was replaced, where that counts."""


class EndSource(StrEnum):
    """Whose word the end of a contract is."""

    HERE = "here"
    """Set here: by people, by a port-out, or since something else has changed."""
    TOLD = "told"
    """The operator's systems told so, and may take it back until it is carried out."""


class EndSide(StrEnum):
    """Whose persons have set the end of a contract: they alone call it off, besides staff."""

    USER = "user"
    """Who uses the Mobiil-ID."""
    OWNER = "owner"
    """Those who act for the owner of its account."""
    HOST = "host"
    """Those who act for the owner of the number on which it rests."""


class SuspendReason(StrEnum):
    """Why a contract is suspended."""

    LOST = "lost"
    STOLEN = "stolen"
    HOST_SUSPENDED = "host_suspended"
    """The service that it rests on was lost or stolen."""
    TOLD = "told"
    """The operator's systems told so, and they alone end it."""


class StartRefusal(StrEnum):
    """Why a contract is not started, or cancelled before it is active. May grow."""

    NOT_PERMITTED = "not_permitted"
    PRODUCT_UNKNOWN = "product_unknown"
    PRODUCT_NOT_OFFERED = "product_not_offered"
    MONTHS_NOT_OFFERED = "months_not_offered"
    PARAMETER_INVALID = "parameter_invalid"
    NUMBER_TAKEN = "number_taken"
    HOST_UNKNOWN = "host_unknown"
    HOST_UNSUITABLE = "host_unsuitable"
    """The host service has no SIM that can do it, is another person's, or has one already."""
    AGE_UNKNOWN = "age_unknown"
    TOO_YOUNG = "too_young"
    CREDIT_REFUSED = "credit_refused"
    SETUP_FAILED = "setup_failed"
    """Its service could not be set up; what was done is undone."""


class ContractRefused(Exception):
    """A contract is not started, for this reason."""

    def __init__(self, refusal: StartRefusal) -> None:
        super().__init__(refusal)
        self.refusal = refusal

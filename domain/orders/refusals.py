"""Business rules that an order can break: it is kept, and rejected with the reason."""

from dataclasses import dataclass
from enum import StrEnum


class OrderRefusal(StrEnum):
    """Why an order or an item is rejected. May grow."""

    PRODUCT_UNKNOWN = "product_unknown"
    PRODUCT_NOT_ORDERABLE = "product_not_orderable"
    ACTION_NOT_OFFERED = "action_not_offered"
    SERVICE_UNKNOWN = "service_unknown"
    """No such service on the account."""
    SERVICE_KIND = "service_kind"
    SERVICE_STATE = "service_state"
    NEEDS_OTHER = "needs_other"
    """The service lacks something that the product depends on."""
    EXCLUDED = "excluded"
    """The service has something that excludes the product."""
    PARAMETER_MISSING = "parameter_missing"
    PARAMETER_UNKNOWN = "parameter_unknown"
    PARAMETER_FIXED = "parameter_fixed"
    """The product sets it, and no order does."""
    PARAMETER_VALUE = "parameter_value"
    DATE_NOT_MET = "date_not_met"
    OTHER_ACCOUNT = "other_account"
    """One order is about one account."""
    PERSON_NEEDED = "person_needed"
    """The operator does not order this by itself."""
    ORDER_UNKNOWN = "order_unknown"
    """The order that it depends on is not known."""


@dataclass(frozen=True, slots=True)
class Rejection:
    """Why an item is rejected. ``about``: name of a parameter, never a value."""

    refusal: OrderRefusal
    about: str = ""


class OrderRejected(Exception):
    """The item breaks a business rule."""

    def __init__(self, refusal: OrderRefusal, about: str = "") -> None:
        super().__init__(f"{refusal}: {about}" if about else refusal)
        self.rejection = Rejection(refusal, about)

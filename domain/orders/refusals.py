"""Business rules that an order can break: it is kept, and rejected with the reason."""

from dataclasses import dataclass
from enum import StrEnum


class OrderRefusal(StrEnum):
    """Why an order or an item is rejected. May grow."""

    PRODUCT_UNKNOWN = "product_unknown"
    PRODUCT_NOT_ORDERABLE = "product_not_orderable"
    ACTION_NOT_OFFERED = "action_not_offered"
    SERVICE_MISSING = "service_missing"
    """The item names no service."""
    SERVICE_UNKNOWN = "service_unknown"
    """No such service on the account."""
    SERVICE_KIND = "service_kind"
    SERVICE_STATE = "service_state"
    ALREADY_HAD = "already_had"
    """The service has the product that is to be added."""
    NOT_HAD = "not_had"
    """The service has not the product that is to be modified or deleted."""
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
    CONTRACT_NEEDED = "contract_needed"
    """It is had by a contract: no order adds or deletes it."""
    CONTRACT_MISSING = "contract_missing"
    """The service has no contract in force, and none on its way, and the product needs one."""
    ORDER_UNKNOWN = "order_unknown"
    """The order that it depends on is not known."""
    ORDERED_ALONE = "ordered_alone"
    """What another owner is to confirm as well is the only item of its order."""


TEXTS: dict[OrderRefusal, str] = {
    OrderRefusal.PRODUCT_UNKNOWN: "The catalogue has no such product, or not in this version",
    OrderRefusal.PRODUCT_NOT_ORDERABLE: "The product cannot be ordered at present",
    OrderRefusal.ACTION_NOT_OFFERED: "The product does not have this action",
    OrderRefusal.SERVICE_MISSING: "The item does not name the service that it is for",
    OrderRefusal.SERVICE_UNKNOWN: "The account has no such service",
    OrderRefusal.SERVICE_KIND: "The product is not for services of this kind",
    OrderRefusal.SERVICE_STATE: "The product cannot be ordered for a service in this state",
    OrderRefusal.ALREADY_HAD: "The service already has this product",
    OrderRefusal.NOT_HAD: "The service does not have this product",
    OrderRefusal.NEEDS_OTHER: "The service lacks a product that this one depends on",
    OrderRefusal.EXCLUDED: "The service has a product that excludes this one",
    OrderRefusal.PARAMETER_MISSING: "A characteristic that the product needs is missing",
    OrderRefusal.PARAMETER_UNKNOWN: "The product does not have this characteristic",
    OrderRefusal.PARAMETER_FIXED: "The product sets this characteristic: no order does",
    OrderRefusal.PARAMETER_VALUE: "The product does not allow this value of a characteristic",
    OrderRefusal.DATE_NOT_MET: "The order cannot be carried out at the time that it asks for",
    OrderRefusal.OTHER_ACCOUNT: "The service is on another account than the rest of the order",
    OrderRefusal.PERSON_NEEDED: "The product is ordered for a person, not by the operator itself",
    OrderRefusal.CONTRACT_NEEDED: "The product is started and ended by a contract, not ordered",
    OrderRefusal.CONTRACT_MISSING: "The product needs a contract, and the service has none",
    OrderRefusal.ORDER_UNKNOWN: "The order that it depends on does not exist",
    OrderRefusal.ORDERED_ALONE: "What another owner is to confirm is ordered without other items",
}


_OF_PRODUCTS = frozenset({OrderRefusal.EXCLUDED, OrderRefusal.NEEDS_OTHER})


def text(refusal: OrderRefusal) -> str:
    """Return the refusal in words."""
    return TEXTS[refusal]


@dataclass(frozen=True, slots=True)
class Rejection:
    """Why an item is rejected. ``about``: name of a parameter or a product, never a value."""

    refusal: OrderRefusal
    about: str = ""

    @property
    def parameter(self) -> str | None:
        """Name of the parameter at fault."""
        return None if self.refusal in _OF_PRODUCTS else self.about or None

    @property
    def product(self) -> str | None:
        """Id of the other product, which is missing or in the way."""
        return self.about or None if self.refusal in _OF_PRODUCTS else None


class OrderRejected(Exception):
    """The item breaks a business rule."""

    def __init__(self, refusal: OrderRefusal, about: str = "") -> None:
        super().__init__(f"{refusal}: {about}" if about else refusal)
        self.rejection = Rejection(refusal, about)

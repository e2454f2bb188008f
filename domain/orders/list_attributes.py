"""Attributes by which lists of orders and of cancel tasks are filtered and sorted (TMF641 v4.1).

The value of each is its name in a query, so that a name either is one of these or is refused.
"""

from enum import Enum, StrEnum


class OrderAttribute(StrEnum):
    """Attribute of an order, or of its items."""

    ID = "id"
    EXTERNAL_ID = "externalId"
    CATEGORY = "category"
    DESCRIPTION = "description"
    PRIORITY = "priority"
    STATE = "state"
    ORDER_DATE = "orderDate"
    START_DATE = "startDate"
    COMPLETION_DATE = "completionDate"
    CANCELLATION_DATE = "cancellationDate"
    EXPECTED_COMPLETION_DATE = "expectedCompletionDate"
    REQUESTED_START_DATE = "requestedStartDate"
    REQUESTED_COMPLETION_DATE = "requestedCompletionDate"
    ITEM_ID = "serviceOrderItem.id"
    ITEM_ACTION = "serviceOrderItem.action"
    ITEM_STATE = "serviceOrderItem.state"
    ITEM_SERVICE = "serviceOrderItem.service.id"
    ITEM_PRODUCT = "serviceOrderItem.service.serviceSpecification.id"
    ITEM_PRODUCT_VERSION = "serviceOrderItem.service.serviceSpecification.version"


class TaskAttribute(StrEnum):
    """Attribute of a task that cancels an order."""

    ID = "id"
    STATE = "state"
    CANCELLATION_REASON = "cancellationReason"
    REQUESTED_CANCELLATION_DATE = "requestedCancellationDate"
    EFFECTIVE_CANCELLATION_DATE = "effectiveCancellationDate"
    ORDER = "serviceOrder.id"


Attribute = OrderAttribute | TaskAttribute


class ValueKind(Enum):
    """Kind of an attribute's values, which says how they are compared."""

    ID = "id"
    """A UUID: equal or not."""
    WORD = "word"
    """One of a few words, or an id of others: equal or not."""
    TEXT = "text"
    """Equal, ordered, or matched by a regular expression."""
    MOMENT = "moment"
    """A point in time: equal or ordered."""


_KINDS: dict[Attribute, ValueKind] = {
    OrderAttribute.ID: ValueKind.ID,
    OrderAttribute.EXTERNAL_ID: ValueKind.TEXT,
    OrderAttribute.CATEGORY: ValueKind.TEXT,
    OrderAttribute.DESCRIPTION: ValueKind.TEXT,
    OrderAttribute.PRIORITY: ValueKind.TEXT,
    OrderAttribute.ITEM_SERVICE: ValueKind.ID,
    TaskAttribute.ID: ValueKind.ID,
    TaskAttribute.CANCELLATION_REASON: ValueKind.TEXT,
    TaskAttribute.ORDER: ValueKind.ID,
}


def kind_of(attribute: Attribute) -> ValueKind:
    """Return the kind of this attribute's values."""
    if attribute.name.endswith("_DATE"):
        return ValueKind.MOMENT
    return _KINDS.get(attribute, ValueKind.WORD)


def is_of_items(attribute: Attribute) -> bool:
    """Return whether an order has several values of it, one of each item: no list is sorted by it.

    Two conditions on such attributes need not be met by the same item (TMF630, part 1).
    """
    return attribute.startswith("serviceOrderItem.")

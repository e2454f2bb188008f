"""What an item of an order does with its product, in TMF641's words."""

from enum import StrEnum


class ItemAction(StrEnum):
    """Action of an order's item (TMF641 v4.1, OrderItemActionType)."""

    ADD = "add"
    """The service gets the product."""
    MODIFY = "modify"
    """The service gets the values that the item names; others stay as they are."""
    DELETE = "delete"
    """The service loses the product: its characteristics are removed."""
    NO_CHANGE = "noChange"
    """Nothing is done; the item is completed at once."""

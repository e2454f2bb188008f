"""Whose confirmation an order waits for, and who may give it. Pure. Decision 0053."""

from collections.abc import Mapping
from enum import StrEnum

from domain.approvals.needs import Standing
from domain.catalogue.characteristic_specs import Value
from domain.catalogue.products import Confirmation, Product


def only_bars(product: Product, parameters: Mapping[str, Value | None]) -> bool:
    """Return whether an item only stops something, as after a loss or a theft.

    Who represents a company only together with others orders that alone, and nothing else.
    """
    values = parameters.values()
    return product.is_urgent and bool(values) and all(value is True for value in values)


class ConfirmRefusal(StrEnum):
    """Why somebody's confirmation of an order is not taken. Codes of the API's problems."""

    ORDER_NOT_WAITING = "order_not_waiting"
    """It waits for no confirmation, or for none any more."""
    NOT_THE_ORDERER = "not_the_orderer"
    """Only whoever placed it confirms it."""
    REPRESENTATIVE_NEEDED = "representative_needed"
    """Only those who represent the owner of the account confirm it, or the owner."""
    ORDERER_NOT_PERMITTED = "orderer_not_permitted"
    """Whoever placed it may not order this any more."""
    ACT_CHANGED = "act_changed"
    TEMPLATE_UNKNOWN = "template_unknown"


_REPRESENTS = frozenset({Standing.SOLE, Standing.JOINT, Standing.OWNER})


def why_not(
    need: Confirmation, standing: Standing | None, *, is_orderer: bool
) -> ConfirmRefusal | None:
    """Return why this person cannot confirm an order; None: they can, or a group that they are in.

    ``standing``: on the order's account; None: none.
    """
    match need:
        case Confirmation.NOTHING:
            return ConfirmRefusal.ORDER_NOT_WAITING
        case Confirmation.OWN:
            return None if is_orderer else ConfirmRefusal.NOT_THE_ORDERER
        case Confirmation.GROUP:
            return None if standing in _REPRESENTS else ConfirmRefusal.REPRESENTATIVE_NEEDED

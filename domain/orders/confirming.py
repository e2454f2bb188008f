"""Whose confirmation an order waits for, and who may give it. Pure. Decision 0053."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from domain.approvals.needs import Standing
from domain.catalogue.characteristic_specs import Value
from domain.catalogue.products import Confirmation

_STRICTEST_FIRST = (Confirmation.GROUP, Confirmation.OWN, Confirmation.NOTHING)


@dataclass(frozen=True, slots=True)
class AskedItem:
    """What counts of an item for whose confirmation its order needs."""

    confirm: Confirmation
    """What its product asks for."""
    is_urgent: bool
    parameters: Mapping[str, Value | None]

    @property
    def only_bars(self) -> bool:
        """Whether it only stops something, as after a loss or a theft."""
        values = self.parameters.values()
        return self.is_urgent and bool(values) and all(value is True for value in values)


def needed(items: Iterable[AskedItem], standing: Standing | None) -> Confirmation:
    """Return whose confirmation an order needs that this person places.

    None: the operator places it for nobody in particular, and answers for it. Who represents a
    company only together with others orders together with them; one alone may stop something.
    """
    if standing is None:
        return Confirmation.NOTHING
    needs = {_needed(item, standing) for item in items}
    return next(each for each in _STRICTEST_FIRST if each in needs | {Confirmation.NOTHING})


def _needed(item: AskedItem, standing: Standing) -> Confirmation:
    if standing is Standing.JOINT and not item.only_bars:
        return Confirmation.GROUP
    return item.confirm


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

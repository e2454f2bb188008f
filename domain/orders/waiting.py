"""What an order and its items wait for, as people are told. Pure."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from domain.approvals.states import ApprovalState
from domain.catalogue.products import Confirmation
from domain.orders.confirming import ConfirmRefusal
from domain.orders.states import OrderState


class OrderWait(StrEnum):
    """What an order waits for. May grow."""

    YOUR_CONFIRMATION = "your_confirmation"
    """Of the person who asks, alone or together with others."""
    ORDERER = "orderer"
    """Confirmation of the person who placed it."""
    REPRESENTATIVES = "representatives"
    """Confirmation of those who represent the company."""
    OWNER = "owner"
    """Confirmation of the person who owns the account."""
    GIVER = "giver"
    """Confirmation of the owner of the number that it takes."""
    APPROVAL = "approval"
    """Others are to confirm it as well: see its approval."""
    OFFICER = "officer"
    """Confirmed by a group; a mandate officer is to look at the company's signing rule."""
    REGISTER = "register"
    """Confirmed by a group; the register is asked whether they still act together."""
    START = "start"
    """The time at which it is to begin."""
    CONTRACT = "contract"
    """The contract by which its service comes: it is not active yet."""
    OTHER_ORDER = "other_order"
    """An order that it depends on."""
    OPERATIONS = "operations"
    """A decision of the operator's staff."""


class ItemWait(StrEnum):
    """What an item waits for. May grow."""

    ORDER = "order"
    """Its order waits."""
    ITEMS = "items"
    """Items that must be completed first."""
    TURN = "turn"
    """Another change of the same service."""
    TARGET = "target"
    """A system that takes nothing at present."""
    OPERATIONS = "operations"
    """A decision of the operator's staff."""


@dataclass(frozen=True, slots=True)
class OrderFacts:
    """What is known of an order."""

    state: OrderState
    need: Confirmation
    is_confirmed: bool
    waits_for_giver: bool
    """The owner of the number that it takes is to confirm it as well, and has not."""
    is_begun: bool
    starts_at: datetime | None
    depends_on_other: bool
    is_private: bool
    """A person owns its account."""
    waits_for_contract: bool = False
    """A service that it is for is there once its contract is active."""
    approval: ApprovalState | None = None
    """State of the open approval about it; None: there is none."""
    has_confirmed: bool = False
    """The person who asks has confirmed it in that approval."""


def order_waits_for(
    order: OrderFacts, refusal: ConfirmRefusal | None, now: datetime
) -> OrderWait | None:
    """Return what an order waits for; None: nothing, or it is over.

    ``refusal``: why the person who asks cannot confirm it; None: they can.
    """
    if order.state.is_final:
        return None
    if order.state is OrderState.HELD:
        return OrderWait.OPERATIONS
    if order.is_begun:
        return None
    if order.need is not Confirmation.NOTHING and not order.is_confirmed:
        return _confirmation(order, refusal)
    return OrderWait.GIVER if order.waits_for_giver else _confirmed(order, now)


def _confirmed(order: OrderFacts, now: datetime) -> OrderWait | None:
    if order.starts_at is not None and order.starts_at > now:
        return OrderWait.START
    if order.waits_for_contract:
        return OrderWait.CONTRACT
    return OrderWait.OTHER_ORDER if order.depends_on_other else None


def _confirmation(order: OrderFacts, refusal: ConfirmRefusal | None) -> OrderWait:
    if order.approval is ApprovalState.AWAITING_OFFICER:
        return OrderWait.OFFICER
    if order.approval is ApprovalState.CHECKING_REGISTER:
        return OrderWait.REGISTER
    if refusal is None and not order.has_confirmed:
        return OrderWait.YOUR_CONFIRMATION
    if order.approval is not None:
        return OrderWait.APPROVAL
    if order.need is Confirmation.OWN:
        return OrderWait.ORDERER
    return OrderWait.OWNER if order.is_private else OrderWait.REPRESENTATIVES


def item_waits_for(
    state: OrderState, *, order_is_begun: bool, is_behind: bool, step_waits_for: str | None
) -> ItemWait | None:
    """Return what an item waits for; None: nothing, or it is over.

    ``is_behind``: items that must be completed first are not. ``step_waits_for``: as
    ``domain.provisioning.steps.StepWait``.
    """
    if state.is_final:
        return None
    if state is OrderState.HELD:
        return ItemWait.OPERATIONS
    if not order_is_begun:
        return ItemWait.ORDER
    if is_behind:
        return ItemWait.ITEMS
    return {"order": ItemWait.TURN, "target": ItemWait.TARGET}.get(step_waits_for or "")

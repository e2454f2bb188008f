"""Orders as people read them: what is done, what they wait for, what failed and why.

Made when they are read, from the messages ``sentence.order.*`` and ``sentence.item.*``; nothing of
them is stored.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from domain.days import day_of
from domain.numbers.sms_texts import Language
from domain.ops.stuck_reasons import StuckReason
from domain.orders.refusals import Rejection
from domain.orders.states import OrderState
from domain.orders.waiting import ItemWait, OrderWait
from runtime.order_act_texts import name_text
from runtime.texts import day_text, messages, text


@dataclass(frozen=True, slots=True)
class OrderProgress:
    """How far an order is."""

    state: OrderState
    waits_for: OrderWait | None
    done: int
    """Number of its items that are completed."""
    total: int
    until: datetime | None = None
    """When it is cancelled if nobody has confirmed it."""
    starts_at: datetime | None = None
    why: str | None = None
    """Code of the reason for which it was cancelled."""
    rejection: Rejection | None = None


@dataclass(frozen=True, slots=True)
class ItemProgress:
    """How far an item is."""

    state: OrderState
    waits_for: ItemWait | None
    after: tuple[int, ...] = ()
    """Numbers of the items that must be completed first."""
    code: str | None = None
    """Why a target refused it, or it is stuck."""
    rejection: Rejection | None = None


_ORDER: Mapping[OrderState, str] = {
    OrderState.ACKNOWLEDGED: "sentence.order.acknowledged",
    OrderState.REJECTED: "sentence.order.rejected",
    OrderState.PENDING: "sentence.order.waits.representatives",
    OrderState.HELD: "sentence.order.held",
    OrderState.IN_PROGRESS: "sentence.order.in_progress",
    OrderState.ASSESSING_CANCELLATION: "sentence.order.assessing",
    OrderState.PENDING_CANCELLATION: "sentence.order.cancelling",
    OrderState.CANCELLED: "sentence.order.cancelled",
    OrderState.COMPLETED: "sentence.order.completed",
    OrderState.FAILED: "sentence.order.failed",
    OrderState.PARTIAL: "sentence.order.partial",
}
_ORDER_WAITS: Mapping[OrderWait, str] = {
    OrderWait.YOUR_CONFIRMATION: "sentence.order.waits.your_confirmation",
    OrderWait.ORDERER: "sentence.order.waits.orderer",
    OrderWait.REPRESENTATIVES: "sentence.order.waits.representatives",
    OrderWait.OWNER: "sentence.order.waits.owner",
    OrderWait.GIVER: "sentence.order.waits.giver",
    OrderWait.APPROVAL: "sentence.order.waits.approval",
    OrderWait.OFFICER: "sentence.order.waits.officer",
    OrderWait.REGISTER: "sentence.order.waits.register",
    OrderWait.START: "sentence.order.waits.start",
    OrderWait.CONTRACT: "sentence.order.waits.contract",
    OrderWait.OTHER_ORDER: "sentence.order.waits.other_order",
    OrderWait.OPERATIONS: "sentence.order.held",
}
_ITEM: Mapping[OrderState, str] = {
    OrderState.ACKNOWLEDGED: "sentence.item.acknowledged",
    OrderState.REJECTED: "sentence.item.rejected",
    OrderState.PENDING: "sentence.item.waits.order",
    OrderState.HELD: "sentence.item.held",
    OrderState.IN_PROGRESS: "sentence.item.in_progress",
    OrderState.ASSESSING_CANCELLATION: "sentence.item.assessing",
    OrderState.PENDING_CANCELLATION: "sentence.item.cancelling",
    OrderState.CANCELLED: "sentence.item.cancelled",
    OrderState.COMPLETED: "sentence.item.completed",
    OrderState.FAILED: "sentence.item.failed",
}
_ITEM_WAITS: Mapping[ItemWait, str] = {
    ItemWait.ORDER: "sentence.item.waits.order",
    ItemWait.ITEMS: "sentence.item.waits.items",
    ItemWait.TURN: "sentence.item.waits.turn",
    ItemWait.TARGET: "sentence.item.waits.target",
    ItemWait.OPERATIONS: "sentence.item.held",
}


@dataclass(frozen=True, slots=True)
class OrderTexts:
    """Texts of orders in one language, with the days of one time zone."""

    language: Language
    zone: ZoneInfo

    def order(self, progress: OrderProgress) -> str:
        """Say in one or two sentences how far an order is."""
        waits = progress.waits_for
        id_ = _ORDER[progress.state] if waits is None else _ORDER_WAITS[waits]
        return self._said(
            id_,
            self._why(progress.why) or self._refusal(progress.rejection),
            done=progress.done,
            total=progress.total,
            until=self._day(progress.until),
            start=self._day(progress.starts_at),
        )

    def item(self, progress: ItemProgress) -> str:
        """Say in one or two sentences how far an item is."""
        waits = progress.waits_for
        id_ = _ITEM[progress.state] if waits is None else _ITEM_WAITS[waits]
        why = self._target(progress.code) if progress.state in _WHY_FAILED else ""
        after = ", ".join(map(str, progress.after))
        return self._said(id_, why or self._refusal(progress.rejection), items=after)

    def refusal(self, rejection: Rejection) -> str:
        """Say which rule an order breaks, without a full stop."""
        said = text(f"refusal.order.{rejection.refusal}", self.language)
        about = rejection.about
        return f"{said}: {name_text(about, self.language)}" if about else said

    def _said(self, id_: str, why: str, **values: object) -> str:
        said = text(id_, self.language, **values)
        return f"{said} {why}." if why else said

    def _refusal(self, rejection: Rejection | None) -> str:
        return "" if rejection is None else self.refusal(rejection)

    def _why(self, code: str | None) -> str:
        """Return why an order was cancelled; empty: its state says it all."""
        return messages(self.language).get(f"reason.{code}", "") if code in _WHY_CANCELLED else ""

    def _target(self, code: str | None) -> str:
        return messages(self.language).get(f"reason.{code}", "") if code in _WHY_OF_TARGETS else ""

    def _day(self, at: datetime | None) -> str:
        return "" if at is None else day_text(day_of(at, self.zone), self.language)


_WHY_CANCELLED = frozenset(
    {
        "order_contract_ended",
        "order_declined",
        "order_dependency_ended",
        "order_not_confirmed",
        "order_permission_lost",
        "order_service_lost",
    }
)
_WHY_OF_TARGETS = frozenset(
    {
        StuckReason.CHARACTERISTIC_INVALID,
        StuckReason.CREDIT_REFUSED,
        StuckReason.LIMIT_TOO_HIGH,
        StuckReason.NUMBER_IN_USE,
        StuckReason.OVERTAKEN,
        StuckReason.SERVICE_ENDED,
        StuckReason.SIM_UNAVAILABLE,
    }
)
"""What tells people something. The rest is between the engine and its targets."""
_WHY_FAILED = frozenset({OrderState.FAILED, OrderState.HELD})

"""Orders as tables for people."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from api.ops.step_schemas import ProcessStep as StepModel
from cli.console import Failure
from cli.orders import as_json
from cli.printing.facts import print_facts
from cli.printing.tables import Columns, print_below
from domain.ops.process_steps import ProcessStep
from services.orders.reads import ShownOrder
from storage.accounts import account_queries
from storage.audit import event_queries
from storage.audit.event_queries import SubjectEvent
from storage.database import Connection
from storage.ops import process_step_queries
from storage.orders import cancel_tasks, order_views
from storage.orders.cancel_tasks import CancelTask
from storage.orders.order_queries import OrderLine
from storage.orders.order_views import ItemView, OrderView

STEP_COLUMNS = Columns(
    ("step", "target", "state", "attempts", "code", "ended"), spare=("attempts", "ended")
)
EVENT_COLUMNS = Columns(("event", "at", "kind", "state"))
COLUMNS = Columns(
    ("id", "state", "account", "external id", "items", "ordered", "expected", "ended"),
    spare=("items", "ended", "external id"),
)
_ITEM_COLUMNS = Columns(
    ("item", "product", "action", "state", "service", "after", "why"), spare=("after",)
)
_CANCEL_COLUMNS = Columns(("cancel", "state", "requested", "message"))


def line(order: OrderLine, references: Mapping[UUID, str]) -> Sequence[object]:
    """Return the row of an order in a list."""
    account = None if order.account_id is None else references.get(order.account_id)
    about = (order.id, order.state, account, order.external_id, order.items)
    return *about, order.ordered_at, order.expected_at, order.ended_at


@dataclass(frozen=True, slots=True)
class OrderStory:
    """An order, and all that became of it."""

    view: OrderView
    reference: str | None
    """Of the account."""
    steps: Sequence[ProcessStep]
    cancels: Sequence[CancelTask]
    events: Sequence[SubjectEvent]

    def as_json(self, shown: ShownOrder, zone: ZoneInfo) -> dict[str, Any]:
        """Return the story as JSON; ``shown``: the order as staff see it."""
        return as_json.order(shown, zone) | {
            "account": self.reference,
            "steps": [StepModel.of(each).model_dump() for each in self.steps],
            "cancels": self.cancels,
            "events": self.events,
        }

    def print(self, *, wide: bool) -> None:
        """Print the story."""
        print_facts(self._facts())
        print_below(_ITEM_COLUMNS, map(_item, self.view.items), wide=wide)
        print_below(STEP_COLUMNS, map(step_line, self.steps), wide=wide)
        cancels = ((c.id, c.state, c.created_at, c.completion_message) for c in self.cancels)
        print_below(_CANCEL_COLUMNS, cancels, wide=wide)
        print_below(EVENT_COLUMNS, map(event_line, self.events), wide=wide)

    def _facts(self) -> Mapping[str, object]:
        view = self.view
        return {
            "id": view.id,
            "state": view.state,
            "account": view.account_id and f"{self.reference} {view.account_id}",
            "external id": view.external_id,
            "client": view.client,
            "ordered for": view.person_id or "the operator",
            "description": view.description or None,
            "needs confirmation": view.confirm,
            "confirmed": view.confirmed_at,
            "ordered": view.ordered_at,
            "starts": view.requested_start_at,
            "began": view.began_at,
            "expected": view.expected_at,
            "late since": view.alerts[0].alerted_at if view.alerts else None,
            "ended": view.ended_at,
            "cancelled because": view.cancel_reason,
        }


def _item(item: ItemView) -> Sequence[object]:
    why = f"{item.error} {item.error_about}".strip() if item.error else item.refused_code
    after = ", ".join(map(str, item.after)) or None
    product = f"{item.product or '?'} {item.product_version or ''}".strip()
    return item.number, product, item.action, item.state, item.service_id, after, why


def step_line(step: ProcessStep) -> Sequence[object]:
    """Return the row of a step."""
    code = step.cause and step.cause.code
    return step.action, step.target, step.state, step.attempts, code, step.ended_at


def event_line(event: SubjectEvent) -> Sequence[object]:
    """Return the row of an event."""
    return event.id, event.at, event.kind, event.state


def read(connection: Connection, order_id: UUID) -> OrderStory:
    """Read the story of an order. Raises Failure where there is none with this id."""
    view = order_views.one(connection, order_id)
    if view is None:
        raise Failure(f"No order has the id `{order_id}`: see `volitus orders list`.")
    accounts = set() if view.account_id is None else {view.account_id}
    names = account_queries.references(connection, accounts)
    return OrderStory(
        view,
        None if view.account_id is None else names.get(view.account_id),
        process_step_queries.steps_of(connection, order_id),
        cancel_tasks.of_order(connection, order_id),
        event_queries.about(connection, [order_id]),
    )

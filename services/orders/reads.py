"""Read orders for people: how far they are, what they wait for, and what may be done about them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from domain.access.sight import Sight
from domain.approvals.acts import Act, ActKind
from domain.orders.waiting import OrderWait
from runtime import order_act_texts
from services.engine import Engine
from services.errors import NotFound
from services.orders import order_facts
from services.orders.order_reader import OrderReader, ShownItem
from services.orders.sight import OrderSight, seen_order, sight_of
from storage.accounts import account_queries
from storage.approvals import rows as approvals
from storage.database import Connection
from storage.orders import account_orders, order_views, ordered
from storage.orders.order_views import OrderView
from storage.parties import people


@dataclass(frozen=True, slots=True)
class ToConfirm:
    """The act that a viewer may confirm, and what its text says."""

    act: Act
    facts: order_act_texts.OrderFacts


@dataclass(frozen=True, slots=True)
class ShownOrder:
    """An order, as a viewer may see it."""

    view: OrderView
    items: Sequence[ShownItem]
    waits_for: OrderWait | None
    orderer: str
    """Name of who placed it; empty: unknown, or not for the viewer."""
    approval_id: UUID | None
    """The open approval of those who confirm it together."""
    to_confirm: ToConfirm | None
    """None: the viewer cannot confirm it, or it waits for no confirmation."""
    may_cancel: bool


async def read_order(
    engine: Engine, order_id: UUID, person_id: UUID | None, zone: ZoneInfo
) -> ShownOrder:
    """Read an order that this person sees; None: a member of staff. Raises NotFound."""

    def read(connection: Connection) -> ShownOrder:
        view, sight = seen_order(connection, order_id, person_id)
        (shown,) = _shown(connection, [view], sight, zone)
        return shown

    return await engine.read(read)


def shown_to_staff(connection: Connection, view: OrderView, zone: ZoneInfo) -> ShownOrder:
    """Return an order as staff see it, also one that was rejected for want of an account."""
    sight = OrderSight(None, Sight(None), None)
    (shown,) = _shown(connection, [view], sight, zone)
    return shown


async def list_orders(
    engine: Engine,
    account_id: UUID,
    person_id: UUID | None,
    *,
    service_id: UUID | None = None,
    only_open: bool,
    before: tuple[datetime, UUID] | None,
    limit: int,
    zone: ZoneInfo,
) -> Sequence[ShownOrder]:
    """Return the orders of an account that this person sees, the newest first.

    ``service_id``: only those with an item for this service.

    Who does not have ``service:view`` on the account sees what they placed. Raises NotFound where
    they see nothing of the account.
    """

    def read(connection: Connection) -> Sequence[ShownOrder]:
        sight = sight_of(connection, account_id, person_id)
        account = account_queries.account(connection, account_id)
        if account is None or not sight.sight.sees_account:
            raise NotFound
        orderer = None if sight.sees_all else person_id
        ids = account_orders.page_of(
            connection,
            account_id,
            orderer_id=orderer,
            of_any_owner=person_id is None,
            service_id=service_id,
            only_open=only_open,
            before=before,
            limit=limit,
        )
        return _shown(connection, order_views.of_ids(connection, ids), sight, zone)

    return await engine.read(read)


def _shown(
    connection: Connection, views: Sequence[OrderView], sight: OrderSight, zone: ZoneInfo
) -> Sequence[ShownOrder]:
    """Show orders of one account. A few statements for however many."""
    if not views:
        return []
    items = [item for view in views for item in view.items]
    reader = OrderReader(connection, sight, views[0].account_id, items)
    confirmable = [view.id for view in views if sight.why_not_confirm(view) is None]
    acts = ordered.acts_of(connection, confirmable)
    facts = order_facts.read_facts(connection, list(acts.values()), zone)
    told = dict(zip(acts, facts, strict=True))
    waiting = [view.id for view in views if view.confirmed_at is None]
    kind, person_id = ActKind.ORDER_PLACE, sight.person_id
    open_ = approvals.open_about_all(connection, kind, waiting, person_id)
    names = people.find_all(connection, {v.person_id for v in views if v.person_id})
    now = datetime.now(UTC)
    return [
        ShownOrder(
            view,
            [reader.item(view, each) for each in view.items],
            reader.waits_for(view, open_.get(view.id), now),
            reader.name(view, {id_: each.name for id_, each in names.items()}),
            open_[view.id].id if view.id in open_ and not view.state.is_final else None,
            ToConfirm(acts[view.id], told[view.id]) if view.id in acts else None,
            not view.state.is_final and sight.may_cancel(view),
        )
        for view in views
    ]

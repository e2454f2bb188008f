"""Orders that have begun, on the services of one customer; and very many that are over."""

from collections.abc import Iterator, Sequence
from itertools import count, islice
from uuid import UUID, uuid4

from sqlalchemy import text

from benchmarks import mobiles
from benchmarks.place import vacuum
from domain.audit import Actor, ActorKind
from domain.catalogue.actions import ItemAction
from domain.catalogue.step_actions import StepAction
from domain.orders.planned_steps import PlannedStep
from domain.orders.requests import RequestedItem, RequestedOrder
from domain.provisioning.targets import TargetKind
from storage.database import Database
from storage.orders import beginning, placing
from storage.orders.placing import JudgedItem, NewOrder

_BY = Actor(ActorKind.SYSTEM, "benchmarks")
_STEP = PlannedStep("set", TargetKind.NETWORK, StepAction.SET)
_SERVICES = text("SELECT id, account_id FROM service ORDER BY id")
_MANY = text("""
WITH ordered AS (
    INSERT INTO service_order (id, account_id, owner_id, client, external_id, digest, given,
        actor, state, ordered_at, began_at, ended_at)
    SELECT gen_random_uuid(), s.account_id, s.owner_id, :client, 'P-' || n, 'd', '{}',
        '{"kind": "system", "id": "bench"}',
        (ARRAY['completed', 'partial', 'cancelled'])[n % 3 + 1],
        now() - n * interval '1 minute', now() - n * interval '1 minute',
        now() - n * interval '1 minute'
    FROM generate_series(1, :number) n, (
        SELECT account_id, COALESCE(a.company_id, a.person_id) AS owner_id
        FROM service JOIN account a ON a.id = account_id LIMIT 1) s
    RETURNING id, state
)
INSERT INTO service_order_item (order_id, number, item_id, action, service_id, product,
    product_version, parameters, plan, price, given, state)
SELECT o.id, i.number, CAST(i.number AS text), 'modify', s.id, 'spending-limit', '1',
    '{"spendingLimit": 5000}', '[]', '[]', '{}',
    CASE o.state WHEN 'partial' THEN 'completed' ELSE o.state END
FROM ordered o, generate_series(1, 2) AS i(number), (SELECT id FROM service LIMIT 1) s
""")


class Customer:
    """A customer with services; each order is for other ones than the orders before it."""

    def __init__(self, database: Database, services: int) -> None:
        self._database = database
        mobiles.settle(database, services)
        with database.reading() as connection:
            rows = connection.execute(_SERVICES).all()
        self.account_id: UUID = rows[0].account_id
        self._ids: Sequence[UUID] = [row.id for row in rows]
        self._next = self._in_turn()

    def begun(self, number: int, items: int) -> list[UUID]:
        """Place this many orders, each with as many items of one step; they begin at once."""
        return [self._one(items) for _ in range(number)]

    def _one(self, items: int) -> UUID:
        judged = [
            JudgedItem(_item(number, id_), id_, "1", {}, [_STEP])
            for number, id_ in enumerate(islice(self._next, items), 1)
        ]
        requested = RequestedOrder(tuple(each.requested for each in judged), self.account_id)
        new = NewOrder(
            uuid4(), self.account_id, requested, judged, "bench", None, judged[0].expected
        )
        with self._database.transaction() as session:
            placing.insert(session, new, _BY)
            beginning.begin_if_ready(session, new.id, actor=_BY)
        return new.id

    def _in_turn(self) -> Iterator[UUID]:
        return (self._ids[place % len(self._ids)] for place in count())


def fill(database: Database, number: int, client: str) -> UUID:
    """Create one customer with this many orders of two items; returns the account."""
    customer = Customer(database, 1)
    with database.transaction() as session:
        session.execute(_MANY, {"number": number, "client": client})
    vacuum(database)
    return customer.account_id


def _item(number: int, service_id: UUID) -> RequestedItem:
    return RequestedItem(str(number), ItemAction.MODIFY, "bench", "1", service_id)

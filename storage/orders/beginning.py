"""Begins orders: their steps take their places, and their process is asked for."""

from datetime import timedelta
from uuid import UUID

from sqlalchemy import text

from domain.audit import Actor
from domain.orders.notes import NewNote
from domain.orders.planned_steps import step_of, target_of
from domain.orders.states import OrderState
from domain.processes import ProcessType
from domain.processes import order_id as workflow_id_of
from storage.database import Session
from storage.orders import notes, plan_queries, refreshing
from storage.processes import processes
from storage.provisioning import step_order
from storage.provisioning.step_order import PlacedStep

OPEN = "state NOT IN ('rejected', 'cancelled', 'completed', 'failed', 'partial')"
# One that is not there any more was deleted, and so never completed.
_OTHERS = """SELECT d.state FROM unnest(o.depends_on) AS named(id)
    LEFT JOIN service_order d ON d.id = named.id"""
_CANCEL_IS_DUE = """EXISTS (SELECT FROM order_cancel c WHERE c.order_id = o.id
        AND c.state = 'accepted' AND c.requested_at <= clock_timestamp())"""
_OF_SERVICE = """o.contract_id IS NULL AND EXISTS (
        SELECT FROM service_order_item i JOIN service s ON s.id = i.service_id
        WHERE i.order_id = o.id AND s.status"""
WAITS_FOR_CONTRACT = f"{_OF_SERVICE} = 'pending')"
"""Condition: a service of the order ``o`` is not there before its contract is active."""
SERVICE_ENDED = f"{_OF_SERVICE} = 'ended')"
"""Condition: a service of the order ``o`` is not there any more."""
READY = f"""o.began_at IS NULL AND o.{OPEN}
    AND (o.confirm = 'nothing' OR o.confirmed_at IS NOT NULL)
    AND (NOT o.giver_confirms OR o.giver_confirmed_at IS NOT NULL)
    AND (o.requested_start_at IS NULL OR o.requested_start_at <= clock_timestamp())
    AND NOT EXISTS (SELECT FROM ({_OTHERS}) others WHERE others.state IS DISTINCT FROM 'completed')
    AND NOT ({WAITS_FOR_CONTRACT}) AND NOT ({SERVICE_ENDED}) AND NOT {_CANCEL_IS_DUE}"""
"""Condition: the order ``o`` waits for nothing any more."""
_LOCK = text("SELECT state, expected_at FROM service_order WHERE id = :id FOR UPDATE")
_BEGIN = text(f"""
WITH begun AS (
    UPDATE service_order o SET began_at = clock_timestamp(), updated_at = clock_timestamp(),
        expected_at = clock_timestamp() + make_interval(secs => o.expected_seconds),
        version = version + 1
    WHERE o.id = :id AND {READY} RETURNING o.id, o.account_id, o.expected_at
), asked AS (
{processes.asked("begun", account_id="account_id")}
)
SELECT expected_at FROM begun
""")
_NETWORKS = text("""
UPDATE service_order_item i SET network = s.network, other_network = g.network
FROM service_order_item n JOIN service s ON s.id = n.service_id
LEFT JOIN service g ON g.id = n.other_service_id
WHERE i.order_id = :id AND (n.order_id, n.number) = (i.order_id, i.number)
    AND (i.network, i.other_network) IS DISTINCT FROM (s.network, g.network)
""")
_NOTHING_TO_DO = text("""
UPDATE service_order_item SET begun_at = clock_timestamp()
WHERE order_id = :id AND plan = '[]' RETURNING number
""")
# Whoever follows the order is told why the date moved (MEF 123, R45 to R50).
_MOVED = timedelta(minutes=1)
_WHY_MOVED = NewNote(
    "The expected completion has moved: the order waited before it could begin.", author="Volitus"
)


def begin_if_ready(session: Session, order_id: UUID, *, actor: Actor) -> bool:
    """Begin an order that waits for nothing any more; returns whether it has begun just now.

    Its steps are added with all their places, and a worker starts its process. It waits for its
    confirmations, for the time at which it is to start, for the contracts that its services come
    by, and for the orders that it depends on.
    """
    found = session.execute(_LOCK, {"id": order_id}).one_or_none()
    if found is None:
        return False
    parameters = {
        "id": order_id,
        "workflow_id": workflow_id_of(order_id),
        **processes.new(ProcessType.ORDER),
    }
    expected_at = session.execute(_BEGIN, parameters).scalar_one_or_none()
    if expected_at is None:
        return False
    if expected_at - found.expected_at > _MOVED:
        notes.insert(session, order_id, [_WHY_MOVED])
    session.execute(_NETWORKS, {"id": order_id})
    is_done = session.execute(_NOTHING_TO_DO, {"id": order_id}).all()
    _place(session, order_id)
    if is_done or found.state != OrderState.ACKNOWLEDGED:
        refreshing.refresh(session, order_id, actor=actor)
    return True


def _place(session: Session, order_id: UUID) -> None:
    plan = plan_queries.plan_of(session.connection(), order_id)
    steps = [
        (step_of(order_id, plan.account_id, item, planned), planned)
        for item in plan.items
        for planned in item.steps
    ]
    placed = [PlacedStep(step, target_of(step, planned)) for step, planned in steps]
    if placed:
        step_order.add_all(session, placed, workflow_id_of(order_id))

"""Reads for metrics: open orders, those that are held or late, and those that have ended."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, text

from domain.orders.states import OrderState
from storage.orders.beginning import OPEN


@dataclass(frozen=True, slots=True)
class OrderMetrics:
    """Orders that have not ended, in numbers."""

    open: Mapping[OrderState, int]
    held_age: float
    """Seconds since the oldest step became stuck that holds an order; 0: none does."""
    late: int
    """Orders in jeopardy: not completed by the time that is expected now."""
    late_age: float
    """Seconds since the one was expected that is late for the longest; 0: none is."""


@dataclass(frozen=True, slots=True)
class EndedOrders:
    """Number of orders that ended in a state."""

    state: OrderState
    size: int


# One statement, so that the numbers agree.
_ORDER_METRICS = text(f"""
WITH o AS MATERIALIZED (
    SELECT id, state, expected_at FROM service_order WHERE {OPEN}
), late AS (
    SELECT o.expected_at FROM o JOIN order_alert a
        ON a.order_id = o.id AND a.expected_at = o.expected_at
    WHERE o.expected_at < clock_timestamp()
)
SELECT (SELECT COALESCE(jsonb_object_agg(state, count), '{{}}') FROM (
            SELECT state, count(*) FROM o GROUP BY state) g),
       (SELECT COALESCE(extract(epoch FROM clock_timestamp() - min(k.since)), 0)
            FROM o JOIN stuck k ON k.process_id = o.id AND k.state = 'stuck'
            WHERE o.state = 'held'),
       (SELECT count(*) FROM late),
       (SELECT COALESCE(extract(epoch FROM clock_timestamp() - min(expected_at)), 0) FROM late)
""")
_FINAL = [state.value for state in OrderState if state.is_final]
# Positions are given in the order of commits, so nothing can appear behind one already counted.
_ENDED_SINCE = text("""
WITH head AS (SELECT COALESCE(max(position), 0) AS position FROM event_seal)
SELECT position, (
    SELECT COALESCE(jsonb_object_agg(state, count), '{}') FROM (
        SELECT e.after ->> 'state' AS state, count(*)
        FROM event_seal s JOIN event e ON e.id = s.event_id
        WHERE s.position > :after AND s.position <= head.position
            AND e.kind IN ('order:created', 'order:changed')
            AND e.after ->> 'state' = ANY(:final)
        GROUP BY 1) g)
FROM head
""")


def order_metrics(connection: Connection) -> OrderMetrics:
    """Return the numbers as they are now."""
    states, held_age, late, late_age = connection.execute(_ORDER_METRICS).one()
    found = {OrderState(state): size for state, size in states.items()}
    return OrderMetrics(found, float(held_age), late, float(late_age))


def ended_counts(connection: Connection, after: int) -> tuple[int, Sequence[EndedOrders]]:
    """Count the orders of which the history says, after position ``after``, that they ended.

    Returns also the position up to which they are counted: ``after`` of the next call.
    """
    position, states = connection.execute(_ENDED_SINCE, {"after": after, "final": _FINAL}).one()
    return position, [EndedOrders(OrderState(state), size) for state, size in states.items()]

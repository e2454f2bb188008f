"""contract.10: contracts are suspended and opened through the API, and what became of them."""

from typing import Any
from uuid import UUID, uuid4

from domain.identifiers import PersonKey
from tests.builders.people import MARI
from tests.builders.rows import rows
from tests.clients.api_client import Answer, Front
from tests.clients.contracting import act

LOST = {"reason": "lost"}


async def suspend(front: Front, id_: UUID, who: PersonKey = MARI) -> Answer:
    return await act(front, str(id_), "suspend", who, LOST)


async def resume(front: Front, id_: UUID, who: PersonKey = MARI, **claims: Any) -> Answer:
    return await act(front, str(id_), "resume", who, **claims)


async def by_staff(front: Front, id_: UUID, what: str, token: str) -> Answer:
    body = {"reason": "Helistas ja ütles"} | ({"code": "stolen"} if what == "suspend" else {})
    path = f"/v1/ops/contracts/{id_}/{what}"
    return await front.post(path, token, body, idempotency_key=str(uuid4()))


def of(front: Front, id_: UUID) -> tuple[str, str | None]:
    """State of a contract, and why it is suspended."""
    (row,) = rows(front.database, "SELECT * FROM contract WHERE id = :id", id=id_)
    return row.state, row.suspend_reason


def orders(front: Front) -> list[tuple[bool, str]]:
    """Whether each order's item is urgent, and what it does, the oldest first."""
    found = rows(
        front.database,
        """SELECT i.is_urgent, i.plan -> 0 ->> 'do' AS does FROM service_order o
        JOIN service_order_item i ON i.order_id = o.id
        WHERE o.contract_id IS NOT NULL AND o.state <> 'cancelled' ORDER BY o.ordered_at, o.id""",
    )
    return [(row.is_urgent, row.does) for row in found]

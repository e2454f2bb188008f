"""A number that was ported out: the operator's porting system says that another operator has it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from sqlalchemy import text

from domain.accounts import ServiceKind, ServiceStatus
from domain.audit import Actor, EventKind
from domain.reasons import Reason
from storage.accounts.services import put_services
from storage.accounts.stored_facts import STORED, facts_of
from storage.audit import events
from storage.audit.events import NewEvent
from storage.database import Session

_PORTED_OUT = Reason("number_ported_out", "Another operator has the number now")

_TOLD = text("""
SELECT e.after FROM event e WHERE e.subject_id = :id AND e.kind = :kind ORDER BY e.id LIMIT 1
""")
_OF_NUMBER = text("""
SELECT EXISTS (SELECT FROM service WHERE id = ANY(:ids) AND number = :number)
""")
# A service that is newer than the port-out has the number since it came back.
_HAVING = text(f"""
{STORED}
WHERE s.number = :number AND s.status <> 'ended' AND s.created_at <= :ported_at
ORDER BY s.id FOR UPDATE OF s
""")


class PortOutOfAnother(Exception):
    """The id was told before, with another number."""


@dataclass(frozen=True, slots=True)
class PortOut:
    """A number that was ported out, and what ended with it."""

    id: UUID
    """Given by the porting system."""
    services: Sequence[UUID]
    orders: Sequence[UUID] = ()
    """Orders that it ended in part: to be woken."""


def record(
    session: Session, id_: UUID, number: str, ported_at: datetime, *, actor: Actor
) -> PortOut | None:
    """End every service that had the number then, as if its own record said so.

    Access ends with them, and what was ordered. None: no service had the number. Idempotent by id:
    a repetition ends nothing, also when the number has come back. Raises PortOutOfAnother.
    """
    rows = session.execute(_HAVING, {"number": number, "ported_at": ported_at}).all()
    told = _told(session, id_, number)
    if told is not None or not rows:
        return told
    ended = [replace(facts_of(row), status=ServiceStatus.ENDED) for row in rows]
    put = put_services(session, ended, actor=actor)
    event = NewEvent(
        EventKind.NUMBER_PORTED_OUT,
        subject_id=id_,
        account_id=next(
            (row.account_id for row in rows if ServiceKind(row.kind).owns_number),
            rows[0].account_id,
        ),
        reason=_PORTED_OUT,
        after={"services": [str(row.id) for row in rows], "happened_at": ported_at.isoformat()},
    )
    events.append(session, [event], actor=actor)
    return PortOut(id_, [row.id for row in rows], put.orders)


def _told(session: Session, id_: UUID, number: str) -> PortOut | None:
    """Return what the id did before, by the history: it alone is kept that long."""
    after = session.execute(_TOLD, {"id": id_, "kind": EventKind.NUMBER_PORTED_OUT}).scalar()
    if after is None:
        return None
    services = [UUID(each) for each in after["services"]]
    if not session.execute(_OF_NUMBER, {"ids": services, "number": number}).scalar_one():
        raise PortOutOfAnother
    return PortOut(id_, services)

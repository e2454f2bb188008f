"""A number that an order moved from one service to another at the network: our own rows follow."""

from dataclasses import replace
from uuid import UUID

from sqlalchemy import text

from domain.accounts import ServiceStatus
from domain.audit import Actor, EventKind
from domain.reasons import Reason
from storage.accounts.services import put_services
from storage.accounts.stored_facts import STORED, facts_of
from storage.audit import events
from storage.audit.events import NewEvent
from storage.database import Session

_MOVED = Reason("number_moved", "An order moved the number to another service")
_GIVES = text("""
SELECT EXISTS (SELECT FROM service WHERE id = :giver AND own_number = :number)
""")
_CONCERNED = text(f"""
{STORED}
WHERE s.id = ANY(:ids) OR s.number = :number AND s.status <> 'ended'
ORDER BY s.id FOR UPDATE OF s
""")


def can_give(session: Session, giver: UUID, number: str) -> bool:
    """Return whether this active service has the number now."""
    return bool(session.execute(_GIVES, {"giver": giver, "number": number}).scalar_one())


def move(
    session: Session, number: str, giver: UUID, taker: UUID, order_id: UUID, *, actor: Actor
) -> bool:
    """Give the number of one service to another, as if the operator's records of both said so.

    What rests on the number on the giver's account ends, and so do the services that shared it: a
    Mobiil-ID was in the SIM. False: the operator has told meanwhile that the giver has not the
    number, or that one of the two has ended: that holds, and nothing changes. Idempotent.
    """
    asked = {"ids": [giver, taker], "number": number}
    found = {row.id: facts_of(row) for row in session.execute(_CONCERNED, asked)}
    gives, takes = found.pop(giver, None), found.pop(taker, None)
    if gives is None or takes is None or gives.own_number != number:
        return False
    if takes.status is ServiceStatus.ENDED:
        return False
    shared = [replace(f, status=ServiceStatus.ENDED) for f in found.values()]
    facts = [replace(gives, number=None), replace(takes, number=number), *shared]
    put_services(session, facts, actor=actor)
    event = NewEvent(
        EventKind.NUMBER_MOVED,
        subject_id=taker,
        account_id=takes.account_id,
        reason=_MOVED,
        after={
            "order_id": str(order_id),
            "from": str(giver),
            "ended": sorted(str(each.id) for each in shared),
        },
    )
    events.append(session, [event], actor=actor)
    return True

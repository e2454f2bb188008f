"""Write what services should be: what completed items of orders set."""

import json
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import text

from domain.audit import Actor, EventKind
from domain.inventory import characteristics
from domain.reasons import Reason
from storage.audit import events
from storage.audit.events import NewEvent
from storage.database import Session

# An item past its point of no return is completed although the service has another owner meanwhile,
# for whom it says nothing.
_APPLY = text("""
UPDATE service s SET wanted = wanted || CAST(:values AS jsonb), wanted_version = wanted_version + 1,
    updated_at = now()
WHERE id = :id AND NOT wanted @> CAST(:values AS jsonb) AND NOT EXISTS (
    SELECT FROM service_order o WHERE o.id = :order AND o.account_id <> s.account_id)
RETURNING account_id, wanted_version
""")


def apply(
    session: Session, service_id: UUID, values: Mapping[str, Any], order_id: UUID, *, actor: Actor
) -> None:
    """Make these values what the service should be; None: it should have none. Idempotent.

    Keeps only what orders own: other parameters of an item, and secrets, are left out. Nothing
    changes for a service that has moved to another account than the order's.
    """
    kept = characteristics.kept(values)
    asked = {"id": service_id, "order": order_id, "values": json.dumps(kept)}
    found = session.execute(_APPLY, asked).one_or_none()
    if found is None:
        return
    event = NewEvent(
        EventKind.SERVICE_WANTED_CHANGED,
        subject_id=service_id,
        account_id=found.account_id,
        reason=Reason("set_by_order", "An order set it", {"order_id": str(order_id)}),
        after={"version": found.wanted_version, "characteristics": sorted(kept)},
    )
    events.append(session, [event], actor=actor)

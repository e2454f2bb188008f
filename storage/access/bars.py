"""Writer of ``access_bar``: begin, lift and end bars, each with its event.

What proved numbers give is started with the account locked (``storage.numbers.grants``). Whoever
begins a bar has locked it too, and ends what they gave in the same transaction.
"""

import json
from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import text

from domain.access import bars
from domain.access.grants import OWNER_CHANGED
from domain.audit import Actor, EventKind
from domain.reasons import Reason
from storage.database import Session

_RECORD = """
INSERT INTO event (at, kind, actor, subject_id, account_id, company_id, person_id, reason)
SELECT clock_timestamp(), :event_kind, CAST(:event_actor AS jsonb), c.id, c.account_id,
       a.company_id, c.person_id, CAST(:event_reason AS jsonb)
FROM changed c JOIN account a ON a.id = c.account_id ORDER BY c.id
"""
_BEGIN = text(f"""
WITH changed AS (
    INSERT INTO access_bar (id, account_id, person_id, begun_at, begun_by)
    SELECT gen_random_uuid(), :account, p, clock_timestamp(), :by
    FROM unnest(CAST(:persons AS uuid[])) AS p ORDER BY p
    ON CONFLICT (account_id, person_id) WHERE lifted_at IS NULL DO NOTHING
    RETURNING *
), recorded AS ({_RECORD})
SELECT id FROM changed ORDER BY id
""")
_IN_FORCE = text("""
SELECT EXISTS (SELECT FROM access_bar
               WHERE account_id = :account AND person_id = :person AND lifted_at IS NULL)
""")
_KNOWN = text("SELECT EXISTS (SELECT FROM access_bar WHERE id = :id AND account_id = :account)")
_LIFT = text(f"""
WITH changed AS (
    UPDATE access_bar SET lifted_at = clock_timestamp(), lifted_by = :by
    WHERE id = :id AND account_id = :account AND lifted_at IS NULL RETURNING *
)
{_RECORD}
""")
_END = text(f"""
WITH locked AS MATERIALIZED (
    SELECT id FROM access_bar WHERE account_id = ANY(:accounts) AND lifted_at IS NULL
    ORDER BY id FOR UPDATE
), changed AS (
    UPDATE access_bar b SET lifted_at = clock_timestamp() FROM locked WHERE locked.id = b.id
    RETURNING b.*
)
{_RECORD}
""")


def begin(
    session: Session, account_id: UUID, person_ids: Iterable[UUID], *, by: UUID, actor: Actor
) -> Sequence[UUID]:
    """Bar these people on an account, which is locked; returns the new bars.

    Who is barred already stays so, since when they were.
    """
    about = {"account": account_id, "persons": list(person_ids), "by": by}
    event = _event(EventKind.ACCESS_BARRED, bars.TAKEN_AWAY, actor)
    return session.execute(_BEGIN, about | event).scalars().all()


def is_barred(session: Session, person_id: UUID, account_id: UUID) -> bool:
    """Return whether proved numbers give this person no access to the account, which is locked."""
    about = {"account": account_id, "person": person_id}
    return bool(session.execute(_IN_FORCE, about).scalar_one())


def lift(session: Session, account_id: UUID, bar_id: UUID, *, by: UUID, actor: Actor) -> bool:
    """Lift a bar: numbers that the person proves from now on give access. Repeatable.

    False: the account never had a bar of this id.
    """
    about = {"id": bar_id, "account": account_id}
    event = _event(EventKind.ACCESS_BAR_LIFTED, bars.LIFTED, actor)
    session.execute(_LIFT, about | {"by": by} | event)
    return bool(session.execute(_KNOWN, about).scalar_one())


def end_on_accounts(session: Session, account_ids: Sequence[UUID], *, actor: Actor) -> None:
    """End every bar on these accounts: who owns them now did not decide so."""
    if account_ids:
        event = _event(EventKind.ACCESS_BAR_LIFTED, OWNER_CHANGED, actor)
        session.execute(_END, {"accounts": list(account_ids)} | event)


def _event(kind: EventKind, reason: Reason, actor: Actor) -> dict[str, Any]:
    return {
        "event_kind": kind.value,
        "event_actor": json.dumps(actor.as_json()),
        "event_reason": json.dumps(reason.as_json()),
    }

"""Writer of ``register_state``: register states of companies, and from when to when each counted.

State, not events: the newest state wins, in whatever order states arrive.
"""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import text

from domain.audit import Actor, EventKind
from domain.registry.register import RegisterState
from storage.audit import events
from storage.audit.events import NewEvent
from storage.database import Session
from storage.parties import names
from storage.registry.register_state_json import as_json, digest
from storage.registry.register_state_queries import StoredState, current


def lock(session: Session, company_ids: Sequence[UUID]) -> None:
    """Lock these companies against alignment by others, in an order that cannot deadlock."""
    session.execute(
        text("SELECT id FROM company WHERE id = ANY(:ids) ORDER BY id FOR NO KEY UPDATE"),
        {"ids": list(company_ids)},
    )


def record_states(
    session: Session, states: Mapping[UUID, RegisterState], *, actor: Actor
) -> list[UUID]:
    """Record register states, by company id; returns the companies whose state is new.

    A state older than the stored one is ignored. An equal one confirms it (``as_of`` advances). Of
    two different states of the same instant the greater digest wins, whatever arrives first.
    The companies must be locked (``lock``).
    """
    known = current(session, list(states))
    confirmed: list[tuple[UUID, datetime]] = []
    new: list[tuple[UUID, str, RegisterState]] = []
    for company_id, state in sorted(states.items()):
        before, mark = known.get(company_id), digest(state)
        if before is not None and (state.as_of, mark) < (before.as_of, before.digest):
            continue
        if before is not None and mark == before.digest:
            confirmed.append((before.id, state.as_of))
        else:
            new.append((company_id, mark, state))
    _confirm(session, confirmed)
    _replace(session, known, new, actor)
    return [company_id for company_id, _, _ in new]


def _confirm(session: Session, confirmed: Sequence[tuple[UUID, datetime]]) -> None:
    if confirmed:
        session.execute(
            text(
                "UPDATE register_state s SET as_of = c.as_of FROM"
                " unnest(CAST(:ids AS uuid[]), CAST(:moments AS timestamptz[])) AS c(id, as_of)"
                " WHERE s.id = c.id AND s.as_of < c.as_of"
            ),
            {"ids": [i for i, _ in confirmed], "moments": [m for _, m in confirmed]},
        )


_CLOSE = text("""
UPDATE register_state
SET in_force = tstzrange(lower(in_force), GREATEST(:at, lower(in_force) + interval '1 microsecond'))
WHERE company_id = ANY(:ids) AND upper_inf(in_force)
RETURNING company_id, upper(in_force) AS closed
""")

_OPEN = text("""
INSERT INTO register_state (id, company_id, in_force, as_of, digest, state)
SELECT r.id, r.company_id, tstzrange(r.since, NULL), r.as_of, r.digest, r.state
FROM jsonb_to_recordset(CAST(:rows AS jsonb)) AS r(
    id uuid, company_id uuid, since timestamptz, as_of timestamptz, digest text, state jsonb)
""")


def _replace(
    session: Session,
    known: Mapping[UUID, StoredState],
    new: Sequence[tuple[UUID, str, RegisterState]],
    actor: Actor,
) -> None:
    if not new:
        return
    at = events.now(session)
    closed = session.execute(_CLOSE, {"at": at, "ids": [company_id for company_id, _, _ in new]})
    since = {row.company_id: row.closed for row in closed}
    rows = [
        {
            "id": str(uuid4()),
            "company_id": str(company_id),
            "since": since.get(company_id, at).isoformat(),
            "as_of": state.as_of.isoformat(),
            "digest": mark,
            "state": as_json(state),
        }
        for company_id, mark, state in new
    ]
    session.execute(_OPEN, {"rows": json.dumps(rows)})
    names.rename_companies(session, {company_id: state.name for company_id, _, state in new})
    lines = [_event(row, known.get(UUID(row["company_id"]))) for row in rows]
    events.append(session, lines, actor=actor, at=at)


def _event(row: Mapping[str, Any], before: StoredState | None) -> NewEvent:
    return NewEvent(
        EventKind.REGISTER_STATE_CHANGED,
        subject_id=UUID(row["id"]),
        company_id=UUID(row["company_id"]),
        before={"register_state": str(before.id), "status": before.state.status}
        if before
        else None,
        after={"register_state": row["id"], "status": row["state"]["status"]},
    )

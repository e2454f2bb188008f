"""What the register said, and from when to when we believed it.

State, not events: the newest word of the register wins, whatever order words arrive in.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

import msgspec
from sqlalchemy import Connection, text
from sqlmodel import Session

from domain.audit import Actor, EventKind
from domain.registry.register import RegisterState
from storage.audit import events
from storage.audit.events import NewEvent


@dataclass(frozen=True, slots=True)
class Belief:
    """The state that is believed of a company now."""

    id: UUID
    company_id: UUID
    as_of: datetime
    digest: str
    state: RegisterState


def as_json(state: RegisterState) -> dict[str, Any]:
    """The stored shape of a register state; entries sorted, so that their order is no news."""
    ordered = replace(
        state,
        holders=tuple(sorted(state.holders, key=repr)),
        groups=tuple(sorted((tuple(sorted(g, key=repr)) for g in state.groups), key=repr)),
    )
    built: dict[str, Any] = msgspec.to_builtins(ordered)
    return built


def from_json(value: Mapping[str, Any]) -> RegisterState:
    """The reverse of ``as_json``."""
    return msgspec.convert(value, RegisterState)


def digest(state: RegisterState) -> str:
    """Equal for states that say the same, whenever and by whatever version they said it."""
    said = {
        name: value
        for name, value in as_json(state).items()
        if name not in {"as_of", "source", "source_version"}
    }
    return hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()


def lock(session: Session, company_ids: Sequence[UUID]) -> None:
    """Make others who would align these companies wait, in an order that cannot deadlock."""
    session.execute(
        text("SELECT id FROM company WHERE id = ANY(:ids) ORDER BY id FOR NO KEY UPDATE"),
        {"ids": list(company_ids)},
    )


def current(session: Session, company_ids: Sequence[UUID]) -> dict[UUID, Belief]:
    """What is believed now of these companies; those never asked about are missing."""
    rows = session.execute(
        text(
            "SELECT id, company_id, as_of, digest, state FROM register_state"
            " WHERE company_id = ANY(:ids) AND upper_inf(believed)"
        ),
        {"ids": list(company_ids)},
    )
    return {
        r.company_id: Belief(r.id, r.company_id, r.as_of, r.digest, from_json(r.state))
        for r in rows
    }


def believe(session: Session, said: Mapping[UUID, RegisterState], *, actor: Actor) -> list[UUID]:
    """Take in what the register said of companies, by company id; returns those with news.

    Older than what is believed: ignored. The same: confirmed (``as_of`` moves on). Two different
    words of the same instant: the greater digest wins, so that the order of arrival does not.
    The companies must be locked (``lock``).
    """
    known = current(session, list(said))
    confirmed: list[tuple[UUID, datetime]] = []
    news: list[tuple[UUID, str, RegisterState]] = []
    for company_id, state in sorted(said.items()):
        before, mark = known.get(company_id), digest(state)
        if before is not None and (state.as_of, mark) < (before.as_of, before.digest):
            continue
        if before is not None and mark == before.digest:
            confirmed.append((before.id, state.as_of))
        else:
            news.append((company_id, mark, state))
    _confirm(session, confirmed)
    _replace(session, known, news, actor)
    return [company_id for company_id, _, _ in news]


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
SET believed = tstzrange(lower(believed), GREATEST(:at, lower(believed) + interval '1 microsecond'))
WHERE company_id = ANY(:ids) AND upper_inf(believed)
RETURNING company_id, upper(believed) AS closed
""")

_OPEN = text("""
INSERT INTO register_state (id, company_id, believed, as_of, digest, state)
SELECT r.id, r.company_id, tstzrange(r.since, NULL), r.as_of, r.digest, r.state
FROM jsonb_to_recordset(CAST(:rows AS jsonb)) AS r(
    id uuid, company_id uuid, since timestamptz, as_of timestamptz, digest text, state jsonb)
""")

_NAME = text("""
UPDATE company c SET name = r.name
FROM jsonb_to_recordset(CAST(:rows AS jsonb)) AS r(company_id uuid, name text)
WHERE c.id = r.company_id AND c.name <> r.name
""")


def _replace(
    session: Session,
    known: Mapping[UUID, Belief],
    news: Sequence[tuple[UUID, str, RegisterState]],
    actor: Actor,
) -> None:
    if not news:
        return
    at = events.now(session)
    closed = session.execute(_CLOSE, {"at": at, "ids": [company_id for company_id, _, _ in news]})
    since = {row.company_id: row.closed for row in closed}
    rows = [
        {
            "id": str(uuid4()),
            "company_id": str(company_id),
            "since": since.get(company_id, at).isoformat(),
            "as_of": state.as_of.isoformat(),
            "digest": mark,
            "state": as_json(state),
            "name": state.name,
        }
        for company_id, mark, state in news
    ]
    session.execute(_OPEN, {"rows": json.dumps(rows)})
    session.execute(_NAME, {"rows": json.dumps(rows)})
    lines = [_told(row, known.get(UUID(row["company_id"]))) for row in rows]
    events.append(session, lines, actor=actor, at=at)


def _told(row: Mapping[str, Any], before: Belief | None) -> NewEvent:
    return NewEvent(
        EventKind.REGISTER_STATE_CHANGED,
        subject_id=UUID(row["id"]),
        company_id=UUID(row["company_id"]),
        before={"register_state": str(before.id), "status": before.state.status}
        if before
        else None,
        after={"register_state": row["id"], "status": row["state"]["status"]},
    )


@dataclass(frozen=True, slots=True)
class Believed:
    """What was believed of a company at a moment."""

    id: UUID
    since: datetime
    """When it came to be believed."""
    as_of: datetime
    state: RegisterState


def believed(connection: Connection, company_id: UUID, at: datetime | None) -> Believed | None:
    """What is believed of this company now, or was at ``at``. None: the register never told."""
    row = connection.execute(
        text(
            "SELECT id, lower(believed) AS since, as_of, state FROM register_state"
            " WHERE company_id = :company"
            " AND believed @> COALESCE(CAST(:at AS timestamptz), statement_timestamp())"
        ),
        {"company": company_id, "at": at},
    ).one_or_none()
    if row is None:
        return None
    return Believed(row.id, row.since, row.as_of, from_json(row.state))

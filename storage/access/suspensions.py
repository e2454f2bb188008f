"""Writer of ``suspension``: freezes, lifted by two people, and what the register says of companies.

Nothing is written into grants: every query of access reads suspensions (``grant_rows.IN_FORCE``),
so each change counts from its commit on.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import text

from domain.access.suspensions import Freeze, FreezeReason, Subject, because
from domain.audit import Actor, EventKind
from domain.reasons import Reason
from storage import locks
from storage.access import suspension_queries
from storage.audit import event_notes
from storage.audit.events import NewEvent
from storage.database import Session
from storage.locks import Purpose

_OPEN = text("""
SELECT id FROM suspension
WHERE kind = 'freeze' AND upper_inf(period) AND (person_id = :person_id OR account_id = :account_id)
""")
_FREEZE = text("""
WITH moment AS MATERIALIZED (SELECT clock_timestamp() AS at)
INSERT INTO suspension (id, kind, person_id, account_id, period, begun_at, reason, begun_by)
SELECT gen_random_uuid(), 'freeze', :person_id, :account_id, tstzrange(m.at, NULL), m.at,
       CAST(:reason AS jsonb), :by
FROM moment m RETURNING id
""")
_NOTE = text("UPDATE suspension SET note_id = :note_id WHERE id = :id")
_LOCK = text("SELECT FROM suspension WHERE id = :id FOR NO KEY UPDATE")
_REQUEST_LIFT = text("""
UPDATE suspension SET lift_requested_by = :by, lift_requested_at = clock_timestamp(),
    lift_note_id = :note_id
WHERE id = :id
""")
_WITHDRAW_LIFT = text("""
UPDATE suspension SET lift_requested_by = NULL, lift_requested_at = NULL, lift_note_id = NULL
WHERE id = :id
""")
_LIFT = text("""
UPDATE suspension SET lifted_by = :by, period = tstzrange(
    lower(period), GREATEST(clock_timestamp(), lower(period) + interval '1 microsecond'))
WHERE id = :id
""")
_SUSPEND = text("""
WITH moment AS MATERIALIZED (SELECT clock_timestamp() AS at)
INSERT INTO suspension (id, kind, account_id, period, begun_at, reason, begun_by, proof)
SELECT gen_random_uuid(), 'company', s.account_id, tstzrange(m.at, NULL), m.at, s.reason, :by,
       s.proof
FROM moment m, jsonb_to_recordset(CAST(:suspensions AS jsonb)) AS s(
    account_id uuid, reason jsonb, proof uuid)
ORDER BY s.account_id RETURNING id, account_id
""")
_GIVE_REASON = text("""
UPDATE suspension x SET reason = s.reason, proof = s.proof
FROM jsonb_to_recordset(CAST(:suspensions AS jsonb)) AS s(account_id uuid, reason jsonb, proof uuid)
WHERE x.account_id = s.account_id AND x.kind = 'company' AND upper_inf(x.period)
""")
_RESTORE = text("""
UPDATE suspension SET period = tstzrange(
    lower(period), GREATEST(clock_timestamp(), lower(period) + interval '1 microsecond'))
WHERE kind = 'company' AND account_id = ANY(:accounts) AND upper_inf(period)
RETURNING id, account_id
""")
_LIFT_REQUESTED = Reason("lift_requested", "A member of staff asked to lift the freeze")
_LIFT_WITHDRAWN = Reason("lift_withdrawn", "The request to lift the freeze was withdrawn")
_LIFTED = Reason("freeze_lifted", "A second member of staff lifted the freeze")


def freeze(
    session: Session, subject: Subject, code: FreezeReason, *, actor: Actor, note: str
) -> UUID:
    """Freeze a person or an account, which must exist; returns the id of the freeze.

    What is frozen already stays as it is: the id is that of the freeze in force.
    """
    locks.lock(session, Purpose.FREEZE, str(subject.id))
    named: dict[str, Any] = {"person_id": subject.person_id, "account_id": subject.account_id}
    found: UUID | None = session.execute(_OPEN, named).scalar_one_or_none()
    if found is not None:
        return found
    reason = because(code)
    begun = named | {"reason": json.dumps(reason.as_json()), "by": actor.id}
    id_: UUID = session.execute(_FREEZE, begun).scalar_one()
    event = _event(EventKind.ACCESS_FROZEN, id_, subject, reason)
    note_id = event_notes.append(session, event, note, actor=actor)
    session.execute(_NOTE, {"id": id_, "note_id": note_id})
    return id_


def hold_off(session: Session, subject_ids: Iterable[UUID]) -> None:
    """Let nobody freeze these persons and accounts before the transaction ends.

    For deciding from who may act what the caller then writes.
    """
    for subject_id in sorted(set(subject_ids)):
        locks.lock(session, Purpose.FREEZE, str(subject_id))


def locked(session: Session, freeze_id: UUID) -> Freeze | None:
    """Return a freeze, and keep others from changing it until the transaction ends; None: unknown.

    For deciding from it what the caller then writes.
    """
    session.execute(_LOCK, {"id": freeze_id})
    return suspension_queries.freeze(session, freeze_id)


def request_lift(session: Session, freeze: Freeze, *, actor: Actor, note: str) -> None:
    """Record that this member of staff asks to lift a freeze, which the caller has locked."""
    event = _event(EventKind.ACCESS_LIFT_REQUESTED, freeze.id, freeze.subject, _LIFT_REQUESTED)
    note_id = event_notes.append(session, event, note, actor=actor)
    session.execute(_REQUEST_LIFT, {"id": freeze.id, "by": actor.id, "note_id": note_id})


def withdraw_lift(session: Session, freeze: Freeze, *, actor: Actor, note: str) -> None:
    """Take the request to lift a freeze back, which the caller has locked: nobody has asked."""
    session.execute(_WITHDRAW_LIFT, {"id": freeze.id})
    event = _event(EventKind.ACCESS_LIFT_WITHDRAWN, freeze.id, freeze.subject, _LIFT_WITHDRAWN)
    event_notes.append(session, event, note, actor=actor)


def lift(session: Session, freeze: Freeze, *, actor: Actor, note: str) -> None:
    """Lift a freeze, which the caller has locked: what it held back is in force from the commit."""
    session.execute(_LIFT, {"id": freeze.id, "by": actor.id})
    event = _event(EventKind.ACCESS_RESTORED, freeze.id, freeze.subject, _LIFTED)
    event_notes.append(session, event, note, actor=actor)


@dataclass(frozen=True, slots=True)
class CompanySuspension:
    """An account of a company whose delegations the register suspends, why, and the state."""

    account_id: UUID
    reason: Mapping[str, Any]
    proof: UUID


def suspend(
    session: Session, suspensions: Iterable[CompanySuspension], *, actor: Actor
) -> Mapping[UUID, UUID]:
    """Suspend what is delegated on these accounts; returns the suspensions, by account.

    The accounts' companies must be locked. Raises IntegrityError for one that is suspended so.
    """
    asked = {"suspensions": _as_json(suspensions), "by": actor.id}
    return {row.account_id: row.id for row in session.execute(_SUSPEND, asked)}


def give_reason(session: Session, suspensions: Iterable[CompanySuspension]) -> None:
    """Let these suspensions, which go on, have another reason and proof."""
    session.execute(_GIVE_REASON, {"suspensions": _as_json(suspensions)})


def restore(session: Session, account_ids: Sequence[UUID]) -> Mapping[UUID, UUID]:
    """End what suspends delegations on these accounts; returns those suspensions, by account."""
    rows = session.execute(_RESTORE, {"accounts": list(account_ids)})
    return {row.account_id: row.id for row in rows}


def _as_json(suspensions: Iterable[CompanySuspension]) -> str:
    rows = [
        {"account_id": str(each.account_id), "reason": each.reason, "proof": str(each.proof)}
        for each in suspensions
    ]
    return json.dumps(rows)


def _event(kind: EventKind, id_: UUID, subject: Subject, reason: Reason) -> NewEvent:
    return NewEvent(
        kind,
        subject_id=id_,
        account_id=subject.account_id,
        person_id=subject.person_id,
        reason=reason,
        after={"frozen": subject.frozen.value},
    )

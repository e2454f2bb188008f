"""Table ``delegation``: the statements that write it, each with its event.

What its dates bring about is written by ``date_changes``.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import text

from domain.audit import Actor, EventKind
from domain.delegations.periods import Period
from domain.delegations.states import DelegationState
from domain.reasons import Reason
from storage.database import Session
from storage.delegations import notices
from storage.delegations.delegation_events import AFTER, REASON, RECORD, parameters_of
from storage.delegations.notices import ClosedDelegation


@dataclass(frozen=True, slots=True)
class NewDelegation:
    """A delegation to insert, whose first version is on offer."""

    id: UUID
    account_id: UUID
    receiver_id: UUID
    giver_id: UUID
    parent_id: UUID | None
    period: Period


@dataclass(frozen=True, slots=True)
class Imported:
    """A delegation of the operator's systems to insert: its first version is in force."""

    account_id: UUID
    receiver_id: UUID
    period: Period
    due: Sequence[datetime]
    """Moments at which its dates bring something about."""
    reason: Reason


@dataclass(frozen=True, slots=True)
class CurrentVersion:
    """The version of a delegation that is to count, and why it does."""

    delegation_id: UUID
    number: int
    period: Period
    due: Sequence[datetime]
    """Moments at which its dates bring something about; those in the past are passed over."""
    reason: Reason
    given_anew: bool
    """True: it was offered and accepted, so whoever gave it stands for it now."""


_DUE = """(SELECT min(due) FROM unnest(CAST(:due AS timestamptz[])) AS due WHERE due > m.at)"""
_BEGUN = """CASE WHEN CAST(:starts_at AS timestamptz) > m.at THEN 'scheduled' ELSE 'active' END"""
_INSERT = text(f"""
WITH changed AS (
    INSERT INTO delegation (id, account_id, receiver_id, giver_id, parent_id, state, version,
                            starts_at, ends_at, created_at)
    VALUES (:id, :account, :receiver, :giver, :parent, 'awaiting_acceptance', 1,
            :starts_at, :ends_at, clock_timestamp())
    RETURNING *
)
{RECORD.format(reason=REASON, before="NULL", after=AFTER)}
""")
_BRING_IN = text(f"""
WITH moment AS MATERIALIZED (
    SELECT clock_timestamp() AS at
), changed AS (
    INSERT INTO delegation (id, account_id, receiver_id, state, version, starts_at, ends_at,
                            next_due_at, created_at, accepted_at)
    SELECT :id, :account, :receiver, {_BEGUN}, 1, CAST(:starts_at AS timestamptz), :ends_at,
           {_DUE}, m.at, m.at
    FROM moment m
    RETURNING *
)
{RECORD.format(reason=REASON, before="NULL", after=AFTER)}
""")
# Only of a delegation that is in force is there something to say: the new version's number.
_SAY = text(f"""
WITH changed AS (
    SELECT id, account_id, receiver_id, state, :number AS version FROM delegation WHERE id = :id
)
{RECORD.format(reason=REASON, before="NULL", after=AFTER)}
""")
_PUT_IN_FORCE = text(f"""
WITH moment AS MATERIALIZED (
    SELECT clock_timestamp() AS at
), changed AS (
    UPDATE delegation d SET version = :number, starts_at = :starts_at, ends_at = :ends_at,
        accepted_at = COALESCE(d.accepted_at, m.at),
        state = {_BEGUN}, next_due_at = {_DUE},
        confirmed_by = CASE WHEN :given_anew THEN NULL ELSE d.confirmed_by END
    FROM moment m WHERE d.id = :id RETURNING d.*
)
{RECORD.format(reason=REASON, before="NULL", after=AFTER)}
""")
# One whose last day is over has expired, and is not revoked after that.
_CLOSE = text(f"""
WITH closing AS (
    SELECT id, reason FROM jsonb_to_recordset(CAST(:closings AS jsonb)) AS c(id uuid, reason jsonb)
), locked AS MATERIALIZED (
    SELECT d.id, d.state FROM delegation d JOIN closing USING (id)
    WHERE d.ended_at IS NULL AND (d.accepted_at IS NULL OR d.ends_at > clock_timestamp())
    ORDER BY d.id FOR NO KEY UPDATE OF d
), changed AS (
    UPDATE delegation d SET state = :state, ended_at = clock_timestamp(), ended_reason = c.reason,
        next_due_at = NULL
    FROM locked l JOIN closing c USING (id) WHERE d.id = l.id AND d.ended_at IS NULL
    RETURNING d.*, l.state AS before
), recorded AS ({
    RECORD.format(
        reason="c.ended_reason", before="jsonb_build_object('state', c.before)", after=AFTER
    )
})
SELECT id, account_id, receiver_id, giver_id, accepted_at IS NOT NULL FROM changed ORDER BY id
""")
_CONFIRM = text(f"""
WITH locked AS MATERIALIZED (
    SELECT id FROM delegation
    WHERE id = ANY(:ids) AND account_id = :account AND accepted_at IS NOT NULL AND ended_at IS NULL
    ORDER BY id FOR NO KEY UPDATE
), changed AS (
    UPDATE delegation d SET confirmed_at = clock_timestamp(), confirmed_by = :by
    FROM locked l WHERE d.id = l.id AND d.ended_at IS NULL AND d.ends_at > clock_timestamp()
    RETURNING d.*
), recorded AS ({RECORD.format(reason=REASON, before="NULL", after=AFTER)})
SELECT id FROM changed ORDER BY id
""")
_FORGET = text("""
UPDATE delegation SET receiver_id = NULL
WHERE id = ANY(:ids) AND accepted_at IS NULL AND ended_at IS NOT NULL
""")


def insert(session: Session, new: NewDelegation, reason: Reason, *, actor: Actor) -> None:
    """Insert a delegation that waits for its acceptance, with its event."""
    row = {
        "id": new.id,
        "account": new.account_id,
        "receiver": new.receiver_id,
        "giver": new.giver_id,
        "parent": new.parent_id,
        "starts_at": new.period.starts_at,
        "ends_at": new.period.ends_at,
    }
    session.execute(_INSERT, row | parameters_of(EventKind.DELEGATION_OFFERED, actor, reason))


def bring_in(session: Session, new: Mapping[UUID, Imported], *, actor: Actor) -> None:
    """Insert imported delegations, by id, each with its event: they are accepted already."""
    rows = [
        {
            "id": id_,
            "account": each.account_id,
            "receiver": each.receiver_id,
            "starts_at": each.period.starts_at,
            "ends_at": each.period.ends_at,
            "due": list(each.due),
        }
        | parameters_of(EventKind.DELEGATION_IMPORTED, actor, each.reason)
        for id_, each in new.items()
    ]
    if rows:
        session.execute(_BRING_IN, rows)


def record(
    session: Session,
    delegation_id: UUID,
    kind: EventKind,
    number: int,
    reason: Reason,
    *,
    actor: Actor,
) -> None:
    """Record what happened to a version of a delegation that itself stays as it is."""
    row = {"id": delegation_id, "number": number}
    session.execute(_SAY, row | parameters_of(kind, actor, reason))


def put_in_force(
    session: Session, current: CurrentVersion, kind: EventKind, *, actor: Actor
) -> None:
    """Let this version count, with its event. The delegation must be locked."""
    row: dict[str, Any] = {"id": current.delegation_id, "number": current.number}
    row |= {"starts_at": current.period.starts_at, "ends_at": current.period.ends_at}
    row["due"] = list(current.due)
    row["given_anew"] = current.given_anew
    session.execute(_PUT_IN_FORCE, row | parameters_of(kind, actor, current.reason))


def close(
    session: Session,
    closings: Mapping[UUID, Reason],
    state: DelegationState,
    kind: EventKind,
    *,
    actor: Actor,
) -> Sequence[ClosedDelegation]:
    """Move open delegations to a final state; returns those that were open.

    With their events, and the notices to those who had accepted them.
    """
    rows = [{"id": str(id_), "reason": why.as_json()} for id_, why in closings.items()]
    if not rows:
        return []
    parameters = {"closings": json.dumps(rows), "state": state} | parameters_of(kind, actor)
    closed = [ClosedDelegation(*row) for row in session.execute(_CLOSE, parameters).all()]
    notices.of_ends(session, closed, closings, actor=actor)
    return closed


def confirm(
    session: Session, account_id: UUID, ids: Iterable[UUID], reason: Reason, *, actor: Actor
) -> Sequence[UUID]:
    """Note that those in force on this account are to be kept, with their events; returns them.

    From then on the actor stands for them, until another confirms or their terms are given anew.
    """
    asked = {"account": account_id, "ids": list(ids), "by": actor.person_id}
    confirmed = session.execute(
        _CONFIRM, asked | parameters_of(EventKind.DELEGATION_CONFIRMED, actor, reason)
    )
    return confirmed.scalars().all()


def forget_receivers(session: Session, ids: Iterable[UUID]) -> None:
    """Forget to whom these were offered: they were not accepted, and are closed."""
    session.execute(_FORGET, {"ids": list(ids)})

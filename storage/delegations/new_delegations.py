"""Table ``delegation``: the statements that insert it, and offer what was proposed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import text

from domain.audit import Actor, EventKind
from domain.delegations.periods import Period
from domain.reasons import Reason
from storage.database import Session
from storage.delegations.delegation_events import NOBODY, parameters_of, recorded


@dataclass(frozen=True, slots=True)
class NewDelegation:
    """A delegation to insert, whose first version is proposed or on offer."""

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


DUE = """(SELECT min(due) FROM unnest(CAST(:due AS timestamptz[])) AS due WHERE due > m.at)"""
"""SQL: the first of the moments ``:due`` after the moment ``m``."""
BEGUN = """CASE WHEN CAST(:starts_at AS timestamptz) > m.at THEN 'scheduled' ELSE 'active' END"""
"""SQL: the state, by ``:starts_at``, of what counts from the moment ``m`` on."""
_INSERT = """
WITH changed AS (
    INSERT INTO delegation (id, account_id, receiver_id, giver_id, parent_id, state, version,
                            starts_at, ends_at, created_at)
    VALUES (:id, :account, :receiver, :giver, :parent, '{state}', 1,
            :starts_at, :ends_at, clock_timestamp())
    RETURNING *
)
{recorded}
"""
_OFFER = text(_INSERT.format(state="awaiting_acceptance", recorded=recorded()))
_PROPOSE = text(_INSERT.format(state="awaiting_confirmations", recorded=recorded(person=NOBODY)))
_OFFER_PROPOSED = text(f"""
WITH changed AS (
    UPDATE delegation SET state = 'awaiting_acceptance', giver_id = :giver
    WHERE id = :id AND state = 'awaiting_confirmations' RETURNING *
)
{recorded(before="jsonb_build_object('state', 'awaiting_confirmations')")}
""")
_BRING_IN = text(f"""
WITH moment AS MATERIALIZED (
    SELECT clock_timestamp() AS at
), changed AS (
    INSERT INTO delegation (id, account_id, receiver_id, state, version, starts_at, ends_at,
                            next_due_at, created_at, accepted_at)
    SELECT :id, :account, :receiver, {BEGUN}, 1, CAST(:starts_at AS timestamptz), :ends_at,
           {DUE}, m.at, m.at
    FROM moment m
    RETURNING *
)
{recorded()}
""")


def offer(session: Session, new: NewDelegation, reason: Reason, *, actor: Actor) -> None:
    """Insert a delegation that waits for its acceptance, with its event."""
    event = parameters_of(EventKind.DELEGATION_OFFERED, actor, reason)
    session.execute(_OFFER, _row(new) | event)


def propose(session: Session, new: NewDelegation, reason: Reason, *, actor: Actor) -> None:
    """Insert a delegation that waits to be confirmed, with its event: none of the receiver's."""
    event = parameters_of(EventKind.DELEGATION_PROPOSED, actor, reason)
    session.execute(_PROPOSE, _row(new) | event)


def offer_proposed(
    session: Session, delegation_id: UUID, giver_id: UUID, reason: Reason, *, actor: Actor
) -> None:
    """Let a proposed delegation wait for its acceptance, with its event. It must be locked."""
    row = {"id": delegation_id, "giver": giver_id}
    event = parameters_of(EventKind.DELEGATION_OFFERED, actor, reason)
    session.execute(_OFFER_PROPOSED, row | event)


def _row(new: NewDelegation) -> dict[str, Any]:
    return {
        "id": new.id,
        "account": new.account_id,
        "receiver": new.receiver_id,
        "giver": new.giver_id,
        "parent": new.parent_id,
        "starts_at": new.period.starts_at,
        "ends_at": new.period.ends_at,
    }


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

"""Table ``approval``: every statement that writes it, with its process and its events.

Events hold ids, codes and dates: what the parties to an act are called stands beside them.
"""

import json
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import text

from domain.approvals.acts import Act
from domain.approvals.endings import ENDED
from domain.approvals.progress import Progress
from domain.approvals.states import ApprovalState, DeclineReason
from domain.audit import Actor, EventKind
from domain.processes import ProcessType, WaitsFor, approval_id
from domain.reasons import Reason
from storage.approvals.rows import StoredApproval
from storage.audit import events
from storage.audit.events import NewEvent
from storage.database import Session
from storage.processes import processes

WAITS_FOR = {
    ApprovalState.AWAITING_CONFIRMATIONS: WaitsFor.CONFIRMATIONS,
    ApprovalState.AWAITING_OFFICER: WaitsFor.OFFICER,
    ApprovalState.CHECKING_REGISTER: WaitsFor.REGISTER,
}
"""What the process of an open approval waits for in each state."""


@dataclass(frozen=True, slots=True)
class NewApproval:
    """An approval to insert. The id is the caller's: repeating one is an error."""

    id: UUID
    act: Act
    subject_id: UUID
    proposer_id: UUID
    lapses_at: datetime
    """From when on it cannot be confirmed."""


_INSERT = text(f"""
WITH new AS (
    INSERT INTO approval (id, kind, company_id, account_id, proposer_id, subject_id, act, digest,
        state, created_at, changed_at, lapses_at)
    SELECT :id, :kind, :company, :account, :proposer, :subject, CAST(:act AS jsonb), :digest,
        'awaiting_confirmations', at, at, CAST(:lapses_at AS timestamptz)
    FROM (SELECT clock_timestamp() AS at) AS moment
    RETURNING id, account_id
)
{processes.asked("new", account_id="account_id")}
""")
_MOVE = text(f"""
WITH moved AS (
    UPDATE approval SET state = :state, waits_because = :because, register_state_id = :by,
        changed_at = clock_timestamp(), seen_at = NULL, woken_at = NULL
    WHERE id = :id RETURNING id
)
{processes.waits(":id", ":waits_for", after="moved")}
""")
_HOLD_UP = text("""
UPDATE approval SET waits_because = :because WHERE id = :id AND state = 'checking_register'
""")
_END = text(f"""
WITH ended AS (
    UPDATE approval SET state = :state, ended_at = clock_timestamp(), waits_because = NULL,
        ended_reason = CAST(:reason AS jsonb), declined_by = :declined_by,
        decline_reason = :decline_reason, decline_message = :message,
        register_state_id = COALESCE(:by, register_state_id)
    WHERE id = :id RETURNING id
)
{processes.ended("ended")}
""")
_SEE = text("UPDATE approval SET seen_at = clock_timestamp() WHERE id = :id")
_ASKED = text("UPDATE approval SET register_asked_at = clock_timestamp() WHERE id = :id")


@dataclass(frozen=True, slots=True)
class Decline:
    """Who declines, and why."""

    person_id: UUID
    reason: DeclineReason
    message: str = ""


def insert(session: Session, new: NewApproval, *, actor: Actor) -> None:
    """Insert an open approval, with its process and its event."""
    act = new.act
    row = {
        "id": new.id,
        "kind": act.kind,
        "company": act.company_id,
        "account": act.account_id,
        "proposer": new.proposer_id,
        "subject": new.subject_id,
        "act": json.dumps(act.as_json()),
        "digest": act.digest(),
        "lapses_at": new.lapses_at,
        **processes.new(ProcessType.APPROVAL),
        "workflow_id": approval_id(new.id),
    }
    session.execute(_INSERT, row)
    event = NewEvent(
        EventKind.APPROVAL_PROPOSED,
        subject_id=new.id,
        account_id=act.account_id,
        company_id=act.company_id,
        after={"kind": act.kind, "digest": act.digest(), "subject": str(new.subject_id)},
    )
    events.append(session, [event], actor=actor)


def move(session: Session, approval_id_: UUID, to: Progress, register_state_id: UUID) -> None:
    """Let an open, locked approval wait for something else. Its workflow is to look at it."""
    row = {
        "id": approval_id_,
        "state": to.state,
        "because": to.because,
        "by": register_state_id,
        "waits_for": WAITS_FOR[to.state],
    }
    session.execute(_MOVE, row)


def hold_up(session: Session, approval_id_: UUID, because: str | None) -> None:
    """Record why the register cannot be asked at present; None: it could be."""
    session.execute(_HOLD_UP, {"id": approval_id_, "because": because})


def end(
    session: Session,
    approval: StoredApproval,
    state: ApprovalState,
    *,
    why: Reason | None = None,
    declined: Decline | None = None,
    register_state_id: UUID | None = None,
    actor: Actor,
) -> None:
    """End an open, locked approval, with its process and its event."""
    reason = why or ENDED[state]
    row = {
        "id": approval.id,
        "state": state,
        "reason": json.dumps(reason.as_json()),
        "declined_by": declined and declined.person_id,
        "decline_reason": declined and declined.reason,
        "message": declined.message if declined else "",
        "by": register_state_id,
    }
    session.execute(_END, row)
    carried_out = state is ApprovalState.CARRIED_OUT
    after = {"state": state, "digest": approval.digest, "subject": str(approval.subject_id)}
    if declined:
        after["decline_reason"] = declined.reason
    event = NewEvent(
        EventKind.APPROVAL_CARRIED_OUT if carried_out else EventKind.APPROVAL_ENDED,
        subject_id=approval.id,
        account_id=approval.account_id,
        company_id=approval.company_id,
        reason=reason,
        after=after,
    )
    events.append(session, [event], actor=actor)


def see(session: Session, approval_id_: UUID) -> None:
    """Record that its workflow has looked at it as it is now."""
    session.execute(_SEE, {"id": approval_id_})


def register_answered(session: Session, approval_id_: UUID) -> None:
    """Record that the register has answered for it."""
    session.execute(_ASKED, {"id": approval_id_})

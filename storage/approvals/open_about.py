"""The open approvals about an order or a contract: locked before it is, and ended with it."""

from collections.abc import Collection, Iterable
from uuid import UUID

from domain.approvals.acts import ActKind
from domain.approvals.endings import ENDED
from domain.approvals.states import ApprovalState
from domain.audit import Actor
from storage.approvals import carrying_out, concluding, rows
from storage.approvals.rows import StoredApproval
from storage.database import Session


def lock(session: Session, kinds: Collection[ActKind], subject_id: UUID) -> list[StoredApproval]:
    """Lock the approvals of these kinds about this subject that are open, by their kinds."""
    ids = (rows.open_about(session, kind, subject_id) for kind in sorted(kinds))
    found = (rows.lock(session, id_) for id_ in ids if id_ is not None)
    return [each for each in found if each is not None and not each.stored_state.is_final]


def end_impossible(
    session: Session, locked: Iterable[StoredApproval], actor: Actor
) -> list[StoredApproval]:
    """End those of them whose order or contract waits for them no more; returns the others."""
    possible = []
    for approval in locked:
        if carrying_out.is_possible(session, approval):
            possible.append(approval)
        else:
            why = ENDED[ApprovalState.REFUSED]
            concluding.refuse(session, approval, why, actor=actor)
    return possible

"""Let an approval wait for what it needs next, by the register state that counts now."""

from domain.approvals.progress import Progress, progress
from domain.approvals.rules import ApprovalRules
from domain.approvals.states import ApprovalState
from domain.audit import Actor
from domain.messages.notices import NoticeKind
from storage.approvals import approvals, judging, notices
from storage.approvals.rows import StoredApproval
from storage.database import Session

_ANEW = NoticeKind.APPROVAL_ASKED_ANEW


def settle(
    session: Session, approval: StoredApproval, rules: ApprovalRules, *, actor: Actor
) -> Progress:
    """Judge an open, locked approval, and record what it waits for. Idempotent.

    Nothing is carried out: before that the register is asked.
    """
    judged = judging.judge(session.connection(), approval)
    following = progress(judged.judgement, rules.joint, register_asked=False)
    before = Progress(approval.stored_state, approval.waits_because)
    if following.state is before.state is ApprovalState.CHECKING_REGISTER:
        following = before  # why the register cannot be asked stays
    if following != before or approval.register_state_id != judged.register_state_id:
        approvals.move(session, approval.id, following, judged.register_state_id)
        by_another_state = approval.register_state_id not in {None, judged.register_state_id}
        if by_another_state and following.state is ApprovalState.AWAITING_CONFIRMATIONS:
            occasion = str(judged.register_state_id)
            notices.of_members(session, approval, _ANEW, rules.zone, occasion, actor=actor)
    return following

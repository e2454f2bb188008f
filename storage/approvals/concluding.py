"""What is due of an open approval, and its conclusion once the register has answered."""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from domain.approvals.endings import ENDED
from domain.approvals.progress import progress
from domain.approvals.quorum import Filled
from domain.approvals.rules import ApprovalRules, JointApproval
from domain.approvals.states import ApprovalState
from domain.audit import Actor
from domain.delegations.offer_rules import OfferRules
from domain.delegations.refusals import DelegationRefused
from domain.delegations.reminders import reminders
from domain.messages.notices import NoticeKind
from domain.reasons import Reason
from storage.access import suspensions
from storage.approvals import (
    answering,
    approvals,
    carrying_out,
    confirmations,
    judging,
    notices,
    rows,
    settling,
)
from storage.approvals.carrying_out import Carried
from storage.approvals.contract_ends import PREVIEW_CHANGED, PreviewChanged
from storage.approvals.judging import Judged
from storage.approvals.rows import StoredApproval
from storage.database import Session
from storage.registry import register_states


@dataclass(frozen=True, slots=True)
class Due:
    """What an approval's process is to do next."""

    pause: timedelta
    """Until the next reminder, or the lapse."""
    check_register: bool
    """True: everyone needed has confirmed, and the register is to be asked now."""


def proceed(
    session: Session, approval_id: UUID, rules: ApprovalRules, *, actor: Actor
) -> Due | None:
    """Do what is due of an approval, by the database's clock; None: it is over. Idempotent.

    It lapses, its members are reminded, or it is judged anew by another register state.
    """
    approval = rows.lock(session, approval_id)
    if approval is None or approval.stored_state.is_final:
        return None
    if approval.state is ApprovalState.LAPSED:
        answering.end(session, approval, ApprovalState.LAPSED, actor=actor)
        notices.of_end(session, approval, NoticeKind.APPROVAL_LAPSED, actor=actor)
        return None
    if rules.joint is JointApproval.OFF or not carrying_out.is_possible(session, approval):
        refuse(session, approval, ENDED[ApprovalState.REFUSED], actor=actor)
        return None
    following = settling.settle(session, approval, rules, actor=actor)
    approvals.see(session, approval_id)
    moments = reminders(approval.created_at, approval.lapses_at)
    passed = [moment for moment in moments if moment <= approval.now]
    if passed and following.state is ApprovalState.AWAITING_CONFIRMATIONS:
        days = str((approval.lapses_at - passed[-1]).days)
        kind = NoticeKind.APPROVAL_REMINDER
        notices.of_members(session, approval, kind, rules.zone, days, actor=actor)
    later = [*(each for each in moments if each > approval.now), approval.lapses_at]
    checks = following.state is ApprovalState.CHECKING_REGISTER
    return Due(later[0] - approval.now, checks)


@dataclass(frozen=True, slots=True)
class Rules:
    """Rules that a conclusion is held to."""

    approvals: ApprovalRules
    offers: OfferRules


def conclude(session: Session, approval_id: UUID, rules: Rules, *, actor: Actor) -> None:
    """Carry the act out if, by the register's answer just now, the confirmations are enough.

    Otherwise it waits for whatever is missing. In one transaction, with the company locked, so that
    no other register state comes in between, and none of those who confirmed is frozen. Concluding
    again changes nothing.

    Raises one of ``carrying_out.CANNOT`` where the act cannot be carried out: the transaction is to
    be rolled back, and ``refuse`` called in another.
    """
    known = rows.read(session, approval_id)
    if known is None:
        return
    register_states.lock(session, [known.company_id])
    approval = rows.lock(session, approval_id)
    if approval is None or not approval.is_open:
        return
    if rules.approvals.joint is JointApproval.OFF:
        refuse(session, approval, ENDED[ApprovalState.REFUSED], actor=actor)
        return
    approvals.register_answered(session, approval_id)
    confirmed = confirmations.standing(session, approval).values()
    suspensions.hold_off(session, [approval.account_id, *confirmed])
    judged = judging.judge(session.connection(), approval)
    following = progress(judged.judgement, rules.approvals.joint, register_asked=True)
    quorum = judged.judgement.quorum
    if following.state is ApprovalState.CARRIED_OUT and isinstance(quorum, Filled):
        _carry_out(session, approval, judged, quorum, rules.offers, actor=actor)
    else:
        settling.settle(session, approval, rules.approvals, actor=actor)


def _carry_out(
    session: Session,
    approval: StoredApproval,
    judged: Judged,
    quorum: Filled,
    rules: OfferRules,
    *,
    actor: Actor,
) -> None:
    group = tuple(id_ for key, id_ in judged.confirmed.items() if key in quorum.group)
    by = Carried(judged.register_state_id, judged.as_of, group, rules)
    carrying_out.carry_out(session, approval, by, actor=actor)
    confirmations.count(session, approval.id, group)
    done = ApprovalState.CARRIED_OUT
    approvals.end(session, approval, done, register_state_id=judged.register_state_id, actor=actor)
    notices.of_end(session, approval, NoticeKind.APPROVAL_CARRIED_OUT, actor=actor)


def refuse(session: Session, approval: StoredApproval, why: Reason, *, actor: Actor) -> None:
    """End an open, locked approval that cannot be carried out any more."""
    carrying_out.drop(session, approval, ApprovalState.REFUSED, why, actor=actor)
    approvals.end(session, approval, ApprovalState.REFUSED, why=why, actor=actor)
    notices.of_end(session, approval, NoticeKind.APPROVAL_REFUSED, actor=actor)


def close(session: Session, approval_id: UUID, why: Reason, actor: Actor) -> None:
    """End an approval as an operator wishes who closes its process. Repeating changes nothing."""
    approval = rows.lock(session, approval_id)
    if approval is not None and not approval.stored_state.is_final:
        refuse(session, approval, why, actor=actor)


def refused(error: Exception) -> Reason:
    """Return why an act could not be carried out, as it is recorded."""
    why = ENDED[ApprovalState.REFUSED]
    if isinstance(error, DelegationRefused):
        return Reason(why.code, why.text, {"refusals": [str(each) for each in error.refusals]})
    return PREVIEW_CHANGED if isinstance(error, PreviewChanged) else why

"""Answer an approval: confirm it, take a confirmation back, decline it or withdraw it."""

from uuid import UUID

from domain.approvals import templates
from domain.approvals.confirmations import Confirming
from domain.approvals.contract_acts import needs_signatures
from domain.approvals.endings import ENDED
from domain.approvals.refusals import ApprovalRefusal as Refusal
from domain.approvals.refusals import ApprovalRefused
from domain.approvals.rules import ApprovalRules
from domain.approvals.states import ApprovalState
from domain.audit import Actor
from domain.messages.notices import NoticeKind
from storage.approvals import (
    approvals,
    carrying_out,
    confirmations,
    judging,
    notices,
    rows,
    settling,
)
from storage.approvals.approvals import Decline
from storage.approvals.rows import StoredApproval
from storage.database import Session
from storage.parties import people


def confirm(
    session: Session,
    approval_id: UUID,
    given: Confirming,
    rules: ApprovalRules,
    *,
    by_signature: bool = False,
    actor: Actor,
) -> None:
    """Keep a person's confirmation. Confirming again changes nothing.

    ``by_signature``: they have signed what it is about. Where that is needed, nothing else counts.

    Raises:
        ApprovalRefused: ``approval_closed``, ``act_changed``, ``template_unknown``,
            ``signature_needed``, or ``not_counted`` where the person is in no group that can
            confirm it.
        LookupError: there is no such approval.
    """
    approval = _locked(session, approval_id)
    if confirmations.has_confirmed(session, approval_id, given.person_id) and _lives_on(approval):
        return
    require_confirmable(session, approval, given, by_signature=by_signature)
    confirmations.insert(session, approval, given, actor=actor)
    settling.settle(session, approval, rules, actor=actor)


def require_confirmable(
    session: Session, approval: StoredApproval, given: Confirming, *, by_signature: bool
) -> None:
    """Require that this person's confirmation of a locked approval would count.

    Raises ApprovalRefused as ``confirm`` does.
    """
    _require_open(approval)
    if needs_signatures(approval.act) and not by_signature:
        raise ApprovalRefused(Refusal.SIGNATURE_NEEDED)
    if given.digest != approval.digest:
        raise ApprovalRefused(Refusal.ACT_CHANGED)
    if not templates.known(approval.kind, given.template_version):
        raise ApprovalRefused(Refusal.TEMPLATE_UNKNOWN)
    person = people.find(session.connection(), given.person_id)
    if person is None or person.key not in judging.judge(session.connection(), approval).members:
        raise ApprovalRefused(Refusal.NOT_COUNTED)


def take_back(
    session: Session, approval_id: UUID, person_id: UUID, rules: ApprovalRules, *, actor: Actor
) -> None:
    """Take a person's own confirmation back, until the act is carried out. Repeatable.

    Raises ApprovalRefused ``approval_closed``, or LookupError.
    """
    approval = _locked(session, approval_id)
    _require_open(approval)
    if confirmations.take_back(session, approval, person_id, actor=actor):
        settling.settle(session, approval, rules, actor=actor)


def decline(session: Session, approval_id: UUID, declined: Decline, *, actor: Actor) -> None:
    """End an approval: one who was asked does not agree. Declining again changes nothing.

    Raises ApprovalRefused ``approval_closed``, or LookupError.
    """
    approval = _locked(session, approval_id)
    if approval.state is ApprovalState.DECLINED:
        return
    _require_open(approval)
    end(session, approval, ApprovalState.DECLINED, declined=declined, actor=actor)
    notices.of_end(session, approval, NoticeKind.APPROVAL_DECLINED, actor=actor)


def withdraw(session: Session, approval_id: UUID, person_id: UUID, *, actor: Actor) -> None:
    """End an approval as its proposer wishes. Withdrawing again changes nothing.

    Raises ApprovalRefused ``approval_closed`` or ``not_the_proposer``, or LookupError.
    """
    approval = _locked(session, approval_id)
    if approval.proposer_id != person_id:
        raise ApprovalRefused(Refusal.NOT_THE_PROPOSER)
    if approval.state is ApprovalState.WITHDRAWN:
        return
    _require_open(approval)
    end(session, approval, ApprovalState.WITHDRAWN, actor=actor)
    notices.of_end(session, approval, NoticeKind.APPROVAL_WITHDRAWN, actor=actor)


def end(
    session: Session,
    approval: StoredApproval,
    state: ApprovalState,
    *,
    declined: Decline | None = None,
    actor: Actor,
) -> None:
    """End an open, locked approval without carrying it out, and drop what was proposed."""
    carrying_out.drop(session, approval, state, ENDED[state], actor=actor)
    approvals.end(session, approval, state, declined=declined, actor=actor)


def _locked(session: Session, approval_id: UUID) -> StoredApproval:
    approval = rows.lock(session, approval_id)
    if approval is None:
        raise LookupError("no such approval")
    return approval


def _lives_on(approval: StoredApproval) -> bool:
    return approval.is_open or approval.state is ApprovalState.CARRIED_OUT


def _require_open(approval: StoredApproval) -> None:
    if not approval.is_open:
        raise ApprovalRefused(Refusal.APPROVAL_CLOSED)

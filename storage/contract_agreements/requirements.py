"""Whether a person may agree to a contract now.

Asked before their phone is made to ring, and again when their word is counted, by one function: so
no phone rings for what is refused afterwards, as far as that can be known.
"""

from uuid import UUID

from domain.approvals import limits, templates
from domain.approvals.acts import Act, ActKind
from domain.approvals.confirmations import Confirming
from domain.approvals.refusals import ApprovalRefusal
from domain.approvals.rules import ApprovalRules
from domain.catalogue.contract_terms import Agreement
from domain.contracts.agreeing import AgreeRefusal, AgreeRefused
from storage.approvals import answering, proposing
from storage.contract_agreements.locking import Locked
from storage.contracts import acts, agreements
from storage.database import Session
from storage.delegations import support
from storage.requests import rate_limits


def require_agreeable(
    session: Session,
    locked: Locked,
    given: Confirming,
    how: ApprovalRules,
    *,
    by_signature: bool,
) -> Act:
    """Return the act that this person agrees to, on a contract that is locked for them.

    Who has agreed by a click may do so again; a second signature of one person adds nothing. Raises
    AgreeRefused, ApprovalRefused, LimitReached.
    """
    contract = locked.contract
    is_frozen = locked.is_user and support.is_suspended(session, given.person_id)
    if is_frozen or (not locked.is_user and locked.basis is None):
        raise AgreeRefused(AgreeRefusal.REPRESENTATIVE_NEEDED)
    _require_form(contract.agreement, by_signature=by_signature)
    agreed = has_agreed(session, contract.id, given.person_id)
    if not contract.is_waiting and not (agreed and _was_agreed_to(locked)):
        raise AgreeRefused(AgreeRefusal.CONTRACT_NOT_WAITING)
    if agreed and by_signature:
        raise AgreeRefused(AgreeRefusal.ALREADY_AGREED)
    if not templates.known(ActKind.CONTRACT_START, given.template_version):
        raise AgreeRefused(ApprovalRefusal.TEMPLATE_UNKNOWN)
    act = acts.act_of(session, contract)
    if act is None or act.company_id != locked.company_id:
        raise AgreeRefused(AgreeRefusal.REPRESENTATIVE_NEEDED)
    if act.digest() != given.digest:
        raise AgreeRefused(ApprovalRefusal.ACT_CHANGED)
    if locked.is_joint and not agreed:
        _require_joint(session, locked, given, how, by_signature=by_signature)
    return act


def has_agreed(session: Session, contract_id: UUID, person_id: UUID) -> bool:
    """Return whether this person's word stands, of one who agreed alone or of a group's member."""
    agreed = agreements.of_contract(session, contract_id)
    return any(each.person_id == person_id for each in agreed)


def _require_form(asked: Agreement, *, by_signature: bool) -> None:
    if asked is Agreement.SIGN and not by_signature:
        raise AgreeRefused(AgreeRefusal.SIGNATURE_NEEDED)
    if asked is not Agreement.SIGN and by_signature:
        raise AgreeRefused(AgreeRefusal.SIGNATURE_NOT_ASKED)


def _was_agreed_to(locked: Locked) -> bool:
    """Return whether everybody needed has agreed, and the contract is not over."""
    contract = locked.contract
    return contract.signed_at is not None and not contract.state.is_final


def _require_joint(
    session: Session,
    locked: Locked,
    given: Confirming,
    how: ApprovalRules,
    *,
    by_signature: bool,
) -> None:
    """Require that a member of a group can confirm the open approval, or open it."""
    if locked.company_id is None or not proposing.may_propose(how):
        raise AgreeRefused(AgreeRefusal.NEEDS_JOINT_APPROVAL)
    for open_ in locked.approvals:  # there is one, if any
        answering.require_confirmable(session, open_, given, by_signature=by_signature)
        return
    proposing.require_fillable(session, locked.company_id)
    uses = limits.uses(given.person_id)
    rate_limits.take(session, uses)  # to be told now that it is used up
    rate_limits.undo(session, uses)

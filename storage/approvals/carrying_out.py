"""Carry an act out, or drop what was proposed for it: one function of each for every kind."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from domain.approvals import act_data
from domain.approvals.acts import ActKind
from domain.approvals.states import ApprovalState
from domain.audit import Actor
from domain.delegations.offer_rules import OfferRules
from domain.delegations.refusals import DelegationRefused
from domain.delegations.states import VersionState
from domain.reasons import Reason
from storage.access_requests import joint_answers
from storage.access_requests.answering import RequestClosed
from storage.access_requests.joint_answers import Agreed
from storage.access_requests.reach import ReachedAccount
from storage.approvals import contract_ends, contract_goes_on, contract_starts, orders
from storage.approvals.contract_ends import PreviewChanged
from storage.approvals.contract_starts import ContractNotWaiting
from storage.approvals.rows import StoredApproval
from storage.database import Session
from storage.delegations import proposals
from storage.delegations.proposals import JointBasis
from storage.orders.confirming import OrderNotWaiting
from storage.reviews import joint_keeping


@dataclass(frozen=True, slots=True)
class Carried:
    """On whose confirmations an act is carried out, and under which rules."""

    register_state_id: UUID
    as_of: datetime
    group: tuple[UUID, ...]
    """The persons whose confirmations count, the first to confirm first; at least one."""
    rules: OfferRules


@dataclass(frozen=True, slots=True)
class _Kind:
    """What one kind of act does."""

    carry_out: Callable[[Session, StoredApproval, Carried, Actor], None]
    """Raises one of CANNOT where it cannot be carried out any more."""
    drop: Callable[[Session, StoredApproval, VersionState, Reason, Actor], None]
    """Undoes what was written when it was proposed."""
    is_possible: Callable[[Session, StoredApproval], bool]
    """Returns False where what it is about has ended meanwhile."""


def _offer(session: Session, approval: StoredApproval, by: Carried, actor: Actor) -> None:
    basis = _basis(approval, by)
    proposals.offer_proposed(session, approval.subject_id, basis, by.rules, actor=actor)


def _drop(
    session: Session, approval: StoredApproval, state: VersionState, why: Reason, actor: Actor
) -> None:
    proposals.drop(session, approval.subject_id, state, why, actor=actor)


def _is_proposed(session: Session, approval: StoredApproval) -> bool:
    subject = approval.subject_id
    return subject in proposals.open_among(session.connection(), [subject])


def _approve(session: Session, approval: StoredApproval, by: Carried, actor: Actor) -> None:
    account = ReachedAccount(approval.account_id, approval.company_id)
    given, request_id = act_data.given_by(approval.act), act_data.request_of(approval.act)
    agreed = Agreed(request_id, account, approval.proposer_id, given)
    joint_answers.approve_jointly(session, agreed, _basis(approval, by), by.rules, actor=actor)


def _is_asked_for(session: Session, approval: StoredApproval) -> bool:
    return joint_answers.is_open(session, act_data.request_of(approval.act))


def _keep(session: Session, approval: StoredApproval, by: Carried, actor: Actor) -> None:
    kept = act_data.kept_by(approval.act)
    stands = approval.proposer_id if approval.proposer_id in by.group else by.group[0]
    about = (approval.account_id, kept, stands, approval.id)
    joint_keeping.keep_jointly(session, *about, actor=actor)


def _is_in_force(session: Session, approval: StoredApproval) -> bool:
    kept = act_data.kept_by(approval.act)
    return bool(joint_keeping.kept_by(session, approval.account_id, kept))


def _confirm_order(session: Session, approval: StoredApproval, _: Carried, actor: Actor) -> None:
    orders.carry_out(session, approval, actor)


def _cancel_order(
    session: Session, approval: StoredApproval, _: VersionState, why: Reason, actor: Actor
) -> None:
    orders.drop(session, approval, why, actor)


def _start_contract(session: Session, approval: StoredApproval, _: Carried, actor: Actor) -> None:
    contract_starts.carry_out(session, approval, actor)


def _end_unstarted(
    session: Session, approval: StoredApproval, _: VersionState, why: Reason, actor: Actor
) -> None:
    contract_starts.drop(session, approval, why, actor)


def _end_contract(session: Session, approval: StoredApproval, by: Carried, actor: Actor) -> None:
    contract_ends.carry_out(session, approval, by.rules.zone, actor)


def _call_off_end(session: Session, approval: StoredApproval, _: Carried, actor: Actor) -> None:
    contract_goes_on.call_off(session, approval, actor)


def _resume_contract(session: Session, approval: StoredApproval, _: Carried, actor: Actor) -> None:
    contract_goes_on.resume(session, approval, actor)


def _nothing(*_: object) -> None:
    """Nothing was written when it was proposed."""


def _basis(approval: StoredApproval, by: Carried) -> JointBasis:
    return JointBasis(by.register_state_id, by.as_of, approval.id, by.group)


_OFFERED = _Kind(_offer, _drop, _is_proposed)
_ORDERED = _Kind(_confirm_order, _cancel_order, orders.is_waiting)
_KINDS: Mapping[ActKind, _Kind] = {
    ActKind.DELEGATION_GIVE: _OFFERED,
    ActKind.DELEGATION_RENEW: _OFFERED,
    ActKind.DELEGATIONS_KEEP: _Kind(_keep, _nothing, _is_in_force),
    ActKind.ACCESS_REQUEST_APPROVE: _Kind(_approve, _nothing, _is_asked_for),
    ActKind.ORDER_PLACE: _ORDERED,
    ActKind.NUMBER_GIVE: _ORDERED,
    ActKind.CONTRACT_START: _Kind(_start_contract, _end_unstarted, contract_starts.is_waiting),
    ActKind.CONTRACT_END: _Kind(_end_contract, _nothing, contract_ends.is_possible),
    ActKind.CONTRACT_END_CANCEL: _Kind(_call_off_end, _nothing, contract_goes_on.is_ending),
    ActKind.CONTRACT_RESUME: _Kind(_resume_contract, _nothing, contract_goes_on.is_suspended),
}
CANNOT = (DelegationRefused, RequestClosed, OrderNotWaiting, ContractNotWaiting, PreviewChanged)
"""Raised by acts that cannot be carried out any more: what they rest on has changed."""


def carry_out(session: Session, approval: StoredApproval, by: Carried, *, actor: Actor) -> None:
    """Carry the act of a locked approval out, in this transaction.

    Raises one of CANNOT where what it rests on has changed.
    """
    _KINDS[approval.kind].carry_out(session, approval, by, actor)


def drop(
    session: Session, approval: StoredApproval, state: ApprovalState, why: Reason, *, actor: Actor
) -> None:
    """Undo what was written when the act of a locked approval was proposed."""
    lapsed = state is ApprovalState.LAPSED
    how = VersionState.LAPSED if lapsed else VersionState.WITHDRAWN
    _KINDS[approval.kind].drop(session, approval, how, why, actor)


def is_possible(session: Session, approval: StoredApproval) -> bool:
    """Return whether what the act is about is still there."""
    return _KINDS[approval.kind].is_possible(session, approval)

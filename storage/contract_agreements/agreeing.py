"""A person agrees to a contract: alone, or as one of those who represent its owner together.

Locked: company, approvals, account, grants, contract, in this order.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from domain.approvals import templates
from domain.approvals.acts import Act, ActKind
from domain.approvals.confirmations import Confirming
from domain.approvals.ids import approval_of
from domain.approvals.refusals import ApprovalRefusal, ApprovalRefused
from domain.approvals.rules import ApprovalRules
from domain.audit import Actor
from domain.catalogue.contract_terms import Agreement, Party
from domain.contracts.agreeing import AgreeRefusal, AgreeRefused
from domain.delegations.basis import BasisKind
from storage.access import suspensions
from storage.approvals import answering, open_about, proposing
from storage.approvals.proposing import Proposed, Proposer
from storage.approvals.rows import StoredApproval
from storage.contracts import acts, agreements, rows, starting
from storage.contracts.rows import StoredContract
from storage.database import Session
from storage.delegations import support

_START = frozenset({ActKind.CONTRACT_START})


@dataclass(frozen=True, slots=True)
class _Locked:
    """A contract that somebody agrees to, with what was locked for that."""

    contract: StoredContract
    company_id: UUID | None
    """Owner of the account; None: a person is."""
    approvals: list[StoredApproval]
    """Open ones about the contract."""
    is_user: bool
    """The person is its user, whose word it needs."""
    basis: BasisKind | None
    """On what authority they act in the name of the account's owner."""


def agree(
    session: Session,
    contract_id: UUID,
    given: Confirming,
    how: ApprovalRules,
    *,
    by_signature: bool,
    actor: Actor,
) -> UUID | None:
    """Record that a person agrees to the act that starts a contract. Repeatable by them.

    ``by_signature``: they have signed its documents, which the caller has verified and keeps.
    Returns the open approval in which the others of their group are to agree too; None: nobody
    else is needed, and the contract is signed.

    Raises:
        AgreeRefused: with an AgreeRefusal, or an ApprovalRefusal.
        LimitReached: they have proposed too much lately.
        LookupError: there is no such contract.
    """
    with _as_agreeing():
        locked = _lock(session, contract_id, given.person_id)
        if _has_agreed(session, locked.contract, given.person_id):
            return None
        act = _require_agreeable(session, locked, given, by_signature=by_signature)
        if locked.basis is BasisKind.JOINT and not locked.is_user:
            return _agree_jointly(
                session, locked, act, given, how, by_signature=by_signature, actor=actor
            )
        agreements.keep(session, contract_id, given)
        starting.agree(session, locked.contract, actor=actor)
        open_about.end_impossible(session, locked.approvals, actor)
        return None


def _lock(session: Session, contract_id: UUID, person_id: UUID) -> _Locked:
    found = rows.read(session, contract_id)
    if found is None:
        raise LookupError("no such contract")
    company_id = proposing.lock_company(session, found.account_id)
    approvals = open_about.lock(session, _START, contract_id)
    basis = None
    if found.party is Party.USER:  # a freeze that begins now waits for this, or is seen
        suspensions.hold_off(session, [found.account_id, person_id])
    if found.party is Party.OWNER:
        basis = support.lock_owners_name(session, found.account_id, person_id)
    contract = rows.lock(session, contract_id)
    if contract is None:
        raise LookupError("no such contract")
    is_user = contract.party is Party.USER and contract.person_id == person_id
    return _Locked(contract, company_id, approvals, is_user, basis)


def _has_agreed(session: Session, contract: StoredContract, person_id: UUID) -> bool:
    """Return whether everybody needed has agreed, and this person was one of them."""
    agreed = agreements.of_contract(session, contract.id)
    return contract.signed_at is not None and any(each.person_id == person_id for each in agreed)


def _require_agreeable(
    session: Session, locked: _Locked, given: Confirming, *, by_signature: bool
) -> Act:
    """Return the act that this person agrees to. Raises AgreeRefused."""
    contract = locked.contract
    is_frozen = locked.is_user and support.is_suspended(session, given.person_id)
    if is_frozen or (not locked.is_user and locked.basis is None):
        raise AgreeRefused(AgreeRefusal.REPRESENTATIVE_NEEDED)
    if not contract.is_waiting:
        raise AgreeRefused(AgreeRefusal.CONTRACT_NOT_WAITING)
    if contract.agreement is Agreement.SIGN and not by_signature:
        raise AgreeRefused(AgreeRefusal.SIGNATURE_NEEDED)
    if not templates.known(ActKind.CONTRACT_START, given.template_version):
        raise AgreeRefused(ApprovalRefusal.TEMPLATE_UNKNOWN)
    act = acts.act_of(session, contract)
    if act is None or act.company_id != locked.company_id:
        raise AgreeRefused(AgreeRefusal.REPRESENTATIVE_NEEDED)
    if act.digest() != given.digest:
        raise AgreeRefused(ApprovalRefusal.ACT_CHANGED)
    return act


def _agree_jointly(
    session: Session,
    locked: _Locked,
    act: Act,
    given: Confirming,
    how: ApprovalRules,
    *,
    by_signature: bool,
    actor: Actor,
) -> UUID:
    """Confirm the open approval about the contract, or open it."""
    if locked.company_id is None or not proposing.may_propose(how):
        raise AgreeRefused(AgreeRefusal.NEEDS_JOINT_APPROVAL)
    for open_ in locked.approvals:  # there is one, if any
        answering.confirm(session, open_.id, given, how, by_signature=by_signature, actor=actor)
        return open_.id
    contract = locked.contract
    by = Proposer(approval_of(contract.id), given.person_id, given.login, given.language)

    def prepare(lapses_at: datetime) -> Proposed:
        return Proposed(act, contract.id, min(lapses_at, contract.agree_by or lapses_at))

    proposing.propose(session, locked.company_id, by, prepare, how, actor=actor)
    return by.approval_id


@contextmanager
def _as_agreeing() -> Iterator[None]:
    """Turn refusals of approvals into AgreeRefused."""
    try:
        yield
    except ApprovalRefused as error:
        raise AgreeRefused(error.refusal, error.reason) from None

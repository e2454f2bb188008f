"""Acts about a contract that those who represent an owner of it confirm together."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from domain.approvals.acts import Act, ActKind
from domain.approvals.confirmations import Confirming
from domain.approvals.refusals import ApprovalRefusal, ApprovalRefused
from domain.audit import Actor
from domain.contracts.reasons import EndSide
from services.approvals.propose import Jointly
from services.contracts.sight import ContractSight
from services.errors import NotFound, Refused
from storage.approvals import answering, open_about, proposing
from storage.approvals.proposing import Proposed, Proposer
from storage.approvals.rows import StoredApproval
from storage.contracts import rows
from storage.contracts.rows import StoredContract
from storage.database import Session


@dataclass(frozen=True, slots=True)
class Together:
    """A request of somebody who may act about a contract only together with others."""

    how: Jointly
    id: UUID
    """Of the request."""

    def proposer(self, kind: ActKind, person_id: UUID) -> Proposer:
        """Return who proposes an act of this kind. Raises where their login is not enough."""
        return self.how.proposer(kind, self.id, person_id)


@dataclass(frozen=True, slots=True)
class Locked:
    """What is locked before a contract that a group may act about."""

    companies: frozenset[UUID]
    """Owners of its account and of its number's."""
    open: list[StoredApproval]
    """Open approvals in which this is proposed. Whoever does it without them ends them."""


@dataclass(frozen=True, slots=True)
class Group:
    """Those who act together: representatives of the owner of one of a contract's accounts."""

    company_id: UUID
    account_id: UUID


def lock_open(session: Session, contract_id: UUID, kind: ActKind) -> Locked:
    """Lock the open approval of this kind about a contract, before it. Raises NotFound."""
    found = rows.read(session, contract_id)
    if found is None:
        raise NotFound
    accounts = {found.account_id, found.host_account_id or found.account_id}
    companies = proposing.lock_companies(session, accounts)
    return Locked(companies, open_about.lock(session, {kind}, contract_id))


def require_side(sight: ContractSight, contract: StoredContract, how: Jointly | None) -> EndSide:
    """Return for whom this person acts together with others.

    Raises Refused: ``not_permitted``, for nobody; ``needs_joint_approval``, and not here.
    """
    side = sight.joint_side(contract)
    if side is None:
        raise Refused("not_permitted")
    if how is None or not proposing.may_propose(how.approvals):
        raise Refused("needs_joint_approval")
    return side


def group_of(contract: StoredContract, side: EndSide, locked: Locked) -> Group:
    """Return the group of a side of a contract. Raises Refused: it is another one since."""
    owner_id, account_id = contract.owner_id, contract.account_id
    if side is EndSide.HOST and contract.host_owner_id and contract.host_account_id:
        owner_id, account_id = contract.host_owner_id, contract.host_account_id
    if owner_id not in locked.companies:
        raise Refused("not_permitted")
    return Group(owner_id, account_id)


def propose(
    session: Session,
    act: Act,
    contract_id: UUID,
    latest: datetime | None,
    *,
    open_: Sequence[StoredApproval],
    by: Proposer,
    how: Jointly,
    actor: Actor,
) -> UUID:
    """Propose an act about a contract, or confirm it where it is proposed: ``open_``.

    ``latest``: from when on it cannot be confirmed; None: as long as any. Returns the approval. All
    is locked. Raises ApprovalRefused, also where another act of the kind is proposed, and
    LimitReached.
    """
    for approval in open_:  # there is one, if any
        if approval.digest != act.digest():
            raise ApprovalRefused(ApprovalRefusal.ALREADY_PROPOSED)
        shown = (by.template_version, by.language)
        given = Confirming(by.person_id, approval.digest, *shown, by.login)
        answering.confirm(session, approval.id, given, how.approvals, actor=actor)
        return approval.id

    def prepare(lapses_at: datetime) -> Proposed:
        return Proposed(act, contract_id, min(lapses_at, latest or lapses_at))

    if act.company_id is None:
        raise LookupError("an act of a group is of no company")
    proposing.propose(session, act.company_id, by, prepare, how.approvals, actor=actor)
    return by.approval_id

"""The end of a contract that those who represent its owner together confirm."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from domain.approvals import contract_acts
from domain.approvals.acts import Act, ActKind
from domain.approvals.confirmations import Confirming
from domain.approvals.contract_acts import AlsoEnds, ContractEnded
from domain.approvals.refusals import ApprovalRefusal, ApprovalRefused
from domain.audit import Actor
from domain.catalogue.products import Period, Price
from domain.contracts.reasons import EndSide
from domain.days import day_of, start_of
from services.approvals.propose import Jointly
from services.errors import NotFound, Refused
from storage.approvals import answering, open_about, proposing
from storage.approvals.proposing import Proposed, Proposer
from storage.approvals.rows import StoredApproval
from storage.contract_orders.previewed_end import EndPreview
from storage.contracts import rows
from storage.contracts.rows import StoredContract
from storage.database import Session

ACTS = frozenset({ActKind.CONTRACT_END})
"""Kinds of approvals in which an end is proposed."""


@dataclass(frozen=True, slots=True)
class Locked:
    """What is locked before a contract whose end is set or proposed."""

    companies: frozenset[UUID]
    """Owners of its account and of its number's."""
    open: list[StoredApproval]
    """Approvals in which its end is proposed. Whoever sets it without them ends them."""


@dataclass(frozen=True, slots=True)
class EndingGroup:
    """Those who end a contract together: representatives of the owner of one of its accounts."""

    company_id: UUID
    account_id: UUID


def lock_open(session: Session, contract_id: UUID) -> Locked:
    """Lock the open approvals about a contract's end, before the contract. Raises NotFound."""
    found = rows.read(session, contract_id)
    if found is None:
        raise NotFound
    accounts = {found.account_id, found.host_account_id or found.account_id}
    companies = proposing.lock_companies(session, accounts)
    return Locked(companies, open_about.lock(session, ACTS, contract_id))


def group_of(contract: StoredContract, side: EndSide, locked: Locked) -> EndingGroup:
    """Return the group of a side of a contract. Raises Refused: it is another one since."""
    owner_id, account_id = contract.owner_id, contract.account_id
    if side is EndSide.HOST and contract.host_owner_id and contract.host_account_id:
        owner_id, account_id = contract.host_owner_id, contract.host_account_id
    if owner_id not in locked.companies:
        raise Refused("not_permitted")
    return EndingGroup(owner_id, account_id)


def propose(
    session: Session,
    group: EndingGroup,
    preview: EndPreview,
    *,
    open_: Sequence[StoredApproval],
    by: Proposer,
    how: Jointly,
    actor: Actor,
) -> UUID:
    """Propose an end as it was previewed just now, or confirm what is proposed: ``open_``.

    Returns the approval. All is locked. Raises ApprovalRefused, also where another end of the
    contract is proposed, and LimitReached.
    """
    act = _act(group, preview, how)
    for approval in open_:  # there is one, if any
        if approval.digest != act.digest():
            raise ApprovalRefused(ApprovalRefusal.ALREADY_PROPOSED)
        shown = (by.template_version, by.language)
        given = Confirming(by.person_id, approval.digest, *shown, by.login)
        answering.confirm(session, approval.id, given, how.approvals, actor=actor)
        return approval.id
    zone = how.approvals.zone
    # On a later day it cannot end so.
    latest = start_of(day_of(preview.at, zone) + timedelta(days=1), zone)

    def prepare(lapses_at: datetime) -> Proposed:
        return Proposed(act, preview.contract.id, min(lapses_at, latest))

    proposing.propose(session, group.company_id, by, prepare, how.approvals, actor=actor)
    return by.approval_id


def _act(group: EndingGroup, preview: EndPreview, how: Jointly) -> Act:
    ends = preview.ends
    ended = ContractEnded(
        preview.contract.id,
        preview.reason,
        day_of(preview.at, how.approvals.zone),
        tuple(
            Price(each.cents, each.currency, each.is_vat_included, Period.ONCE)
            for each in preview.terms.cost
        ),
        {
            AlsoEnds.CONTRACTS: len(ends.contracts),
            AlsoEnds.DELEGATIONS: len(ends.delegations),
            AlsoEnds.PEOPLE: len({each.id for each in ends.people}),
        },
        preview.digest,
        preview.terms.is_cost_known,
    )
    return contract_acts.end(group.company_id, group.account_id, ended)

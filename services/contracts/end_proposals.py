"""The end of a contract that those who represent its owner together confirm."""

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from domain.approvals import contract_acts
from domain.approvals.acts import Act
from domain.approvals.contract_acts import AlsoEnds, ContractEnded
from domain.audit import Actor
from domain.catalogue.products import Period, Price
from domain.days import day_of, start_of
from services.approvals.propose import Jointly
from services.contracts import together
from services.contracts.together import Group
from storage.approvals.proposing import Proposer
from storage.approvals.rows import StoredApproval
from storage.contract_orders.previewed_end import EndPreview
from storage.database import Session


def propose(
    session: Session,
    group: Group,
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
    zone = how.approvals.zone
    # On a later day it cannot end so.
    latest = start_of(day_of(preview.at, zone) + timedelta(days=1), zone)
    about = (act, preview.contract.id, latest)
    return together.propose(session, *about, open_=open_, by=by, how=how, actor=actor)


def _act(group: Group, preview: EndPreview, how: Jointly) -> Act:
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

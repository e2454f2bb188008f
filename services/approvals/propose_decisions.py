"""Use cases of joint representatives: propose an answer to a request, or what is to be kept."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from domain.approvals import act_data
from domain.approvals.acts import ActKind
from domain.audit import Actor
from services import launcher
from services.access_requests.requests import WantedApproval, reached_account
from services.approvals.propose import Jointly, acts_jointly, propose
from services.approvals.refusals import as_refused
from services.engine import Engine
from services.errors import NotFound, Refused
from storage.access_requests import joint_answers
from storage.access_requests.answering import Approving, RequestClosed
from storage.approvals import rows
from storage.approvals.proposing import Proposed
from storage.database import Session
from storage.reviews import joint_keeping


async def propose_approval(
    engine: Engine, how: Jointly, id_: UUID, wanted: WantedApproval, *, actor: Actor
) -> UUID | None:
    """Propose to give an applicant what they ask for, as the delegation ``id_``. Repeatable.

    Returns the approval; None: this person needs nobody else, and approves it alone.

    Raises:
        NotFound: the request does not reach an account on which this person could give.
        Refused: ``access_request_closed``, ``group_unfillable`` or ``already_proposed``.
        DelegationRefused: for every reason against it.
        LimitReached: the proposer has given or proposed too much lately.
    """
    kind, person_id = ActKind.ACCESS_REQUEST_APPROVE, wanted.approver_id
    if not await acts_jointly(engine, how, kind, wanted.account_id, person_id):
        return None
    by = how.proposer(kind, id_, person_id)

    def prepare(session: Session, company_id: UUID, lapses_at: datetime) -> Proposed:
        account = reached_account(session, wanted)
        ids = (wanted.request_id, id_, joint_answers.version_of(id_), person_id)
        approving = Approving(*ids, account, wanted.approval)
        try:
            checked = joint_answers.check(session, approving, how.offers, lapses_at=lapses_at)
        except RequestClosed:
            raise Refused("access_request_closed") from None
        given = (wanted.request_id, checked.given)
        act = act_data.approve_request(company_id, wanted.account_id, *given)
        return Proposed(act, wanted.request_id, checked.lapses_at)

    def write(session: Session) -> None:
        if rows.read(session, by.approval_id) is None:
            propose(session, wanted.account_id, by, prepare, how.approvals, actor=actor)

    with as_refused():
        await engine.write(write)
    await launcher.start(engine, by.approval_id)
    return by.approval_id


@dataclass(frozen=True, slots=True)
class Keeping:
    """Delegations that a person wants to be kept."""

    account_id: UUID
    person_id: UUID
    delegation_ids: Sequence[UUID]


async def propose_keeping(
    engine: Engine,
    how: Jointly,
    id_: UUID,
    wanted: Keeping,
    *,
    actor: Actor,
) -> UUID:
    """Propose that delegations stay although whoever gave them has left. Repeatable by ``id_``.

    Returns the approval.

    Raises:
        NotFound: this person does not represent the account's company together with others.
        ReviewRefused: with everything that is wrong.
        Refused: ``group_unfillable``.
        LimitReached: the proposer has proposed too much lately.
    """
    account_id, person_id = wanted.account_id, wanted.person_id
    if not await acts_jointly(engine, how, ActKind.DELEGATIONS_KEEP, account_id, person_id):
        raise NotFound
    by = how.proposer(ActKind.DELEGATIONS_KEEP, id_, person_id)

    def prepare(session: Session, company_id: UUID, lapses_at: datetime) -> Proposed:
        versions = joint_keeping.check_keep(session, account_id, wanted.delegation_ids)
        return Proposed(act_data.keep(company_id, account_id, versions), by.approval_id, lapses_at)

    def write(session: Session) -> None:
        if rows.read(session, by.approval_id) is None:
            propose(session, account_id, by, prepare, how.approvals, actor=actor)

    with as_refused():
        await engine.write(write)
    await launcher.start(engine, by.approval_id)
    return by.approval_id

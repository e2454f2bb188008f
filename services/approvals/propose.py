"""Use cases of joint representatives: propose what the others are to confirm.

Whoever needs nobody else acts at once; the same use case serves both.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from uuid import UUID

from domain.approvals import act_data, templates
from domain.approvals.act_data import Given
from domain.approvals.acts import ActKind
from domain.approvals.ids import approval_of
from domain.approvals.needs import Group
from domain.approvals.rules import ApprovalRules, JointApproval
from domain.audit import Actor
from domain.delegations.offer_rules import OfferRules
from domain.identity import Login
from domain.numbers.sms_texts import Language
from services import launcher
from services.approvals.needs import need
from services.approvals.refusals import as_refused
from services.delegations import offers as alone
from services.delegations.reads import read_delegation, read_seen
from services.engine import Engine
from services.errors import NotFound
from storage.approvals import proposing
from storage.approvals.proposing import Proposed, Proposer
from storage.audit import events
from storage.database import Session
from storage.delegations import proposals, rows
from storage.delegations.delegation_views import DelegationView
from storage.delegations.offering import Offer, Renewal


@dataclass(frozen=True, slots=True)
class Jointly:
    """How a person acts together with others."""

    offers: OfferRules
    approvals: ApprovalRules
    login: Callable[[], Login]
    """Raises where the person's login is not fresh and strong enough to propose."""
    language: Language
    """The language in which they propose."""

    def proposer(self, act: ActKind, named: UUID, person_id: UUID) -> Proposer:
        """Return who proposes an act of which they wrote the terms: it is shown in its answer.

        ``named``: of what the approval's id is made. Raises as ``login`` does.
        """
        shown = (self.language, templates.CURRENT[act])
        return Proposer(approval_of(named), person_id, self.login(), *shown)


async def offer_delegation(
    engine: Engine, how: Jointly, wanted: Offer, *, actor: Actor
) -> DelegationView:
    """Offer a delegation, or propose it where others are to confirm it. Repeatable by its id.

    Raises:
        DelegationRefused: for every reason against it.
        Refused: ``group_unfillable``, where by the register nobody can confirm it here.
        LimitReached: the giver has offered or proposed too much lately.
        Whatever ``how.login`` raises.
    """
    if not await acts_jointly(
        engine, how, ActKind.DELEGATION_GIVE, wanted.account_id, wanted.giver_id
    ):
        return await alone.offer_delegation(engine, how.offers, wanted, actor=actor)
    by = how.proposer(ActKind.DELEGATION_GIVE, wanted.version_id, wanted.giver_id)

    def prepare(session: Session, company_id: UUID, lapses_at: datetime) -> Proposed:
        until = proposals.propose(session, wanted, how.offers, lapses_at=lapses_at, actor=actor)
        given = _given(session, wanted.version_id)
        act = act_data.give(company_id, wanted.account_id, given)
        return Proposed(act, wanted.version_id, until)

    def write(session: Session) -> None:
        if rows.read(session.connection(), wanted.id) is None:
            propose(session, wanted.account_id, by, prepare, how.approvals, actor=actor)

    with as_refused():
        await engine.write(write)
    await launcher.start(engine, by.approval_id)
    return await read_delegation(engine, wanted.id)


async def renew_delegation(
    engine: Engine, how: Jointly, wanted: Renewal, *, actor: Actor
) -> DelegationView:
    """Offer or propose new terms of a delegation in force. Repeatable by its version's id.

    Raises NotFound, and as ``offer_delegation`` does.
    """
    found, _ = await read_seen(engine, wanted.delegation_id, wanted.giver_id)
    account_id = found.account_id
    if not await acts_jointly(engine, how, ActKind.DELEGATION_RENEW, account_id, wanted.giver_id):
        return await alone.renew_delegation(engine, how.offers, wanted, actor=actor)
    by = how.proposer(ActKind.DELEGATION_RENEW, wanted.version_id, wanted.giver_id)

    def prepare(session: Session, company_id: UUID, lapses_at: datetime) -> Proposed:
        until = proposals.propose_renewal(
            session, wanted, how.offers, lapses_at=lapses_at, actor=actor
        )
        if until is None:
            raise NotFound
        act = act_data.renew(company_id, account_id, _given(session, wanted.version_id))
        return Proposed(act, wanted.version_id, until)

    def write(session: Session) -> None:
        if rows.version(session.connection(), wanted.version_id) is None:
            propose(session, account_id, by, prepare, how.approvals, actor=actor)

    with as_refused():
        await engine.write(write)
    await launcher.start(engine, by.approval_id)
    return await read_delegation(engine, wanted.delegation_id)


async def acts_jointly(
    engine: Engine, how: Jointly, act: ActKind, account_id: UUID, person_id: UUID
) -> bool:
    """Return whether this person does this only together with others, and may propose it here."""
    if how.approvals.joint is JointApproval.OFF:
        return False
    found = await engine.read(lambda c: need(c, act, account_id, person_id))
    return isinstance(found, Group)


def propose(
    session: Session,
    account_id: UUID,
    by: Proposer,
    prepare: Callable[[Session, UUID, datetime], Proposed],
    rules: ApprovalRules,
    *,
    actor: Actor,
) -> None:
    """Open the approval of what ``prepare`` writes; it gets company and time of lapse.

    Raises NotFound where no company owns the account, and as ``proposing.propose`` does.
    """
    company_id = proposing.lock_company(session, account_id)
    if company_id is None:
        raise NotFound
    ready = partial(prepare, session, company_id)
    proposing.propose(session, company_id, by, ready, rules, actor=actor)


def lock_group(session: Session, account_id: UUID, how: Jointly) -> datetime:
    """Lock the company whose group is to confirm; return until when what is proposed now waits.

    Raises NotFound where no company owns the account, ApprovalRefused ``group_unfillable``.
    """
    company_id = proposing.lock_company(session, account_id)
    if company_id is None:
        raise NotFound
    proposing.require_fillable(session, company_id)
    return events.now(session) + how.approvals.lapses_after


def _given(session: Session, version_id: UUID) -> Given:
    version = rows.version(session.connection(), version_id)
    if version is None:
        raise LookupError("the proposed version is not there")
    found = rows.read(session.connection(), version.delegation_id)
    if found is None or found.receiver_id is None:
        raise LookupError("the receiver of the proposed version is not there")
    return Given(found.id, version.number, found.receiver_id, version.terms)

"""Propose an act to those who represent a company together; the proposer confirms by proposing."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Self
from uuid import UUID

from sqlalchemy import text

from domain.approvals import limits, templates
from domain.approvals.acts import Act
from domain.approvals.confirmations import Confirming
from domain.approvals.quorum import Unfillable
from domain.approvals.refusals import ApprovalRefusal, ApprovalRefused
from domain.approvals.rules import ApprovalRules, JointApproval
from domain.audit import Actor
from domain.identity import Login
from domain.messages.notices import NoticeKind
from domain.numbers.sms_texts import Language
from storage.approvals import approvals, confirmations, judging, notices, rows, settling
from storage.approvals.approvals import NewApproval
from storage.approvals.judging import StateUnknown
from storage.audit import events
from storage.database import Session
from storage.registry import register_states
from storage.requests import rate_limits


@dataclass(frozen=True, slots=True)
class Proposer:
    """Who proposes, how they logged in, and the text in which they saw the act."""

    approval_id: UUID
    """Of the approval that they open. The caller's: repeating one is an error."""
    person_id: UUID
    login: Login
    language: Language
    template_version: int
    """Of the text that they were shown, which may be an earlier one than the current."""

    @classmethod
    def who_saw(cls, approval_id: UUID, given: Confirming) -> Self:
        """Return the proposer of an act that they were shown before, as ``given`` says it."""
        shown = (given.language, given.template_version)
        return cls(approval_id, given.person_id, given.login, *shown)


@dataclass(frozen=True, slots=True)
class Proposed:
    """What was written for an act that is to be confirmed."""

    act: Act
    subject_id: UUID
    lapses_at: datetime
    """From when on it cannot be confirmed: what it rests on may end before the usual time."""


_COMPANIES = text("""
SELECT DISTINCT company_id FROM account WHERE id = ANY(:accounts) AND company_id IS NOT NULL
""")


def lock_company(session: Session, account_id: UUID) -> UUID | None:
    """Lock the company that owns an account, before anything else; None: no company does."""
    return next(iter(lock_companies(session, [account_id])), None)


def lock_companies(session: Session, account_ids: Collection[UUID]) -> frozenset[UUID]:
    """Lock the companies that own these accounts, before anything else, and return them."""
    found = session.execute(_COMPANIES, {"accounts": list(account_ids)}).scalars().all()
    register_states.lock(session, found)
    return frozenset(found)


def propose(
    session: Session,
    company_id: UUID,
    by: Proposer,
    prepare: Callable[[datetime], Proposed],
    rules: ApprovalRules,
    *,
    actor: Actor,
) -> None:
    """Open an approval and count the proposer's own confirmation. The company must be locked.

    ``prepare`` checks and writes what is proposed; it gets the time at which it lapses.

    Raises:
        ApprovalRefused: ``group_unfillable``, ``already_proposed``, ``template_unknown``.
        LimitReached: the proposer has proposed too much lately.
        Whatever ``prepare`` raises.
    """
    require_fillable(session, company_id)
    proposed = prepare(_lapses_at(session, rules.lapses_after))
    if not templates.known(proposed.act.kind, by.template_version):
        raise ApprovalRefused(ApprovalRefusal.TEMPLATE_UNKNOWN)
    if rows.open_about(session, proposed.act.kind, proposed.subject_id) is not None:
        raise ApprovalRefused(ApprovalRefusal.ALREADY_PROPOSED)
    rate_limits.take(session, limits.uses(by.person_id))
    new = NewApproval(
        by.approval_id, proposed.act, proposed.subject_id, by.person_id, proposed.lapses_at
    )
    approvals.insert(session, new, actor=actor)
    approval = rows.lock(session, by.approval_id)
    if approval is None:
        raise LookupError("the approval that was inserted is not there")
    own = Confirming(by.person_id, approval.digest, by.template_version, by.language, by.login)
    confirmations.insert(session, approval, own, actor=actor)
    settling.settle(session, approval, rules, actor=actor)
    kind = NoticeKind.APPROVAL_PROPOSED
    notices.of_members(session, approval, kind, rules.zone, actor=actor)


def may_propose(rules: ApprovalRules) -> bool:
    """Return whether joint representatives may act together here."""
    return rules.joint is not JointApproval.OFF


def require_fillable(session: Session, company_id: UUID) -> None:
    """Raise ApprovalRefused ``group_unfillable`` where by the register nobody can confirm here."""
    try:
        quorum = judging.judge_unconfirmed(session.connection(), company_id).judgement.quorum
    except StateUnknown:
        raise ApprovalRefused(ApprovalRefusal.GROUP_UNFILLABLE) from None
    if isinstance(quorum, Unfillable):
        raise ApprovalRefused(ApprovalRefusal.GROUP_UNFILLABLE, quorum.reason)


def _lapses_at(session: Session, lapses_after: timedelta) -> datetime:
    return events.now(session) + lapses_after

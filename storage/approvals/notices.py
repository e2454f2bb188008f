"""Notices of approvals: to those who are asked to confirm, and to those who did."""

from collections.abc import Iterable
from datetime import timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import text

from domain.audit import Actor
from domain.days import day_of
from domain.messages.notices import NewNotice, NoticeKind
from storage.access import representatives
from storage.approvals import confirmations
from storage.approvals.rows import StoredApproval
from storage.database import Session
from storage.messages import notices

_OWNS = text("SELECT FROM account WHERE id = :account AND company_id = :company")


def of_members(
    session: Session,
    approval: StoredApproval,
    kind: NoticeKind,
    zone: ZoneInfo,
    occasion: str = "",
    *,
    actor: Actor,
) -> None:
    """Tell every representative of the company who has not confirmed. Each once an occasion.

    They are told the last whole day on which they can.
    """
    done = set(confirmations.standing(session, approval).values())
    asked = _representatives(session, approval) - done
    until = {"until": day_of(approval.lapses_at, zone) - timedelta(days=1)}
    about = (kind, approval.id, occasion, approval.account_id, until)
    _tell(session, [NewNotice(id_, *about) for id_ in sorted(asked)], actor)


def of_end(session: Session, approval: StoredApproval, kind: NoticeKind, *, actor: Actor) -> None:
    """Tell every representative, and the proposer, how it ended; whoever ended it knows."""
    told = {*_representatives(session, approval), approval.proposer_id}
    about = (kind, approval.id, "", approval.account_id)
    _tell(session, [NewNotice(id_, *about) for id_ in sorted(told)], actor)


def _representatives(session: Session, approval: StoredApproval) -> set[UUID]:
    """Return who represents the company: nobody, where the account is another owner's by now."""
    asked = {"account": approval.account_id, "company": approval.company_id}
    if session.execute(_OWNS, asked).one_or_none() is None:
        return set()
    return set(representatives.of_account(session, approval.account_id))


def _tell(session: Session, new: Iterable[NewNotice], actor: Actor) -> None:
    others = [each for each in new if str(each.person_id) != actor.id]
    notices.create(session, others, actor=actor)

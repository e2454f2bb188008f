"""Notices of approvals: to those who are asked to confirm, and to those who did."""

from collections.abc import Iterable
from datetime import timedelta
from uuid import UUID

from domain.audit import Actor
from domain.messages.notices import NewNotice, NoticeKind
from storage.access import representatives
from storage.approvals import confirmations
from storage.approvals.rows import StoredApproval
from storage.database import Session
from storage.messages import notices


def of_members(
    session: Session,
    approval: StoredApproval,
    kind: NoticeKind,
    *,
    occasion: str = "",
    actor: Actor,
) -> None:
    """Tell every representative of the company who has not confirmed. Each once an occasion."""
    done = set(confirmations.standing(session, approval).values())
    asked = set(representatives.of_account(session, approval.account_id)) - done
    notices.create(session, _notices(approval, kind, asked, occasion, actor), actor=actor)


def of_end(session: Session, approval: StoredApproval, kind: NoticeKind, *, actor: Actor) -> None:
    """Tell every representative, and the proposer, how it ended; whoever ended it knows."""
    told = {*representatives.of_account(session, approval.account_id), approval.proposer_id}
    notices.create(session, _notices(approval, kind, told, "", actor), actor=actor)


def _notices(
    approval: StoredApproval, kind: NoticeKind, persons: Iterable[UUID], occasion: str, actor: Actor
) -> list[NewNotice]:
    until = (approval.lapses_at - timedelta(microseconds=1)).date()
    return [
        NewNotice(person, kind, approval.id, occasion, approval.account_id, {"until": until})
        for person in sorted(persons)
        if str(person) != actor.id
    ]

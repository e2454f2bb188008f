"""Notices about freezes: to the person who is frozen, or to everyone with access to the account."""

from collections.abc import Iterable, Sequence
from uuid import UUID

from sqlalchemy import text

from domain.access.suspensions import Subject
from domain.audit import Actor
from domain.messages.notices import NewNotice, NoticeKind
from storage.access.grant_rows import in_force
from storage.database import Session
from storage.messages import notices

_WITH_ACCESS = text(f"""
SELECT DISTINCT g.person_id FROM access_grant g
WHERE g.account_id = :account AND {in_force("g", "statement_timestamp()")} ORDER BY g.person_id
""")


def concerned(session: Session, subject: Subject) -> Sequence[UUID]:
    """Return whom a freeze concerns: the person, or who has access to the account at this moment.

    Of an account it is asked before the freeze begins and after it is lifted: in between nobody
    has access.
    """
    if subject.person_id is not None:
        return [subject.person_id]
    return session.execute(_WITH_ACCESS, {"account": subject.account_id}).scalars().all()


def tell(
    session: Session,
    kind: NoticeKind,
    freeze_id: UUID,
    subject: Subject,
    persons: Iterable[UUID],
    *,
    actor: Actor,
) -> None:
    """Tell these people that a freeze began or was lifted: each once for each freeze."""
    account_id = subject.account_id
    told = [NewNotice(each, kind, freeze_id, account_id=account_id) for each in persons]
    notices.create(session, told, actor=actor)

"""Notices about paper mandates: to who acts on one, and to who represents the account's owner.

So those learn of every paper that bears their company's name.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import text

from domain.access.grants import OWNER_CHANGED
from domain.audit import Actor
from domain.delegations.terms import Terms
from domain.messages.notices import NewNotice, NoticeKind
from domain.reasons import Reason
from storage.access import representatives
from storage.database import Session
from storage.messages import notices

_OWNER = text("SELECT person_id FROM account WHERE id = :account AND person_id IS NOT NULL")


@dataclass(frozen=True, slots=True)
class OverMandate:
    """A mandate whose last grant is over."""

    id: UUID
    account_id: UUID
    person_id: UUID
    ended_at: datetime
    reason: Reason


def of_confirmed(
    session: Session,
    mandate_id: UUID,
    account_id: UUID,
    person_id: UUID,
    terms: Terms,
    *,
    actor: Actor,
) -> None:
    """Tell that a mandate gives access to an account."""
    days = {"from": terms.from_day, "through": terms.through_day}
    about = (NoticeKind.MANDATE_RECORDED, mandate_id, "", account_id, days)
    concerned = {person_id, *_owners(session, account_id)}
    notices.create(session, [NewNotice(each, *about) for each in sorted(concerned)], actor=actor)


def of_ends(session: Session, over: Iterable[OverMandate], *, actor: Actor) -> None:
    """Tell that these mandates are over."""
    notices.create(session, _of_ends(session, over), actor=actor)


def _of_ends(session: Session, over: Iterable[OverMandate]) -> Iterator[NewNotice]:
    for each in over:
        # The account has its new owner already, whom nothing of this concerns.
        moved = each.reason.code == OWNER_CHANGED.code
        account_id = None if moved else each.account_id
        owners = [] if moved else _owners(session, each.account_id)
        for person_id in sorted({each.person_id, *owners}):
            yield NewNotice(person_id, NoticeKind.MANDATE_ENDED, each.id, account_id=account_id)


def _owners(session: Session, account_id: UUID) -> list[UUID]:
    """Who represents the account's company, or the person who owns it."""
    owner = session.execute(_OWNER, {"account": account_id}).scalars()
    return [*owner, *representatives.of_account(session, account_id)]

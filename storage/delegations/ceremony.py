"""What is due of an offer at this moment: a reminder, or its lapse. Called by its process."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy import text

from domain.audit import Actor
from domain.delegations.reminders import reminders
from domain.delegations.states import VersionState
from domain.messages.notices import NewNotice, NoticeKind
from storage.database import Session
from storage.delegations import answers
from storage.messages import notices


@dataclass(frozen=True, slots=True)
class _Offered:
    """An offer at the moment it was read."""

    state: str
    number: int
    offered_at: datetime
    lapses_at: datetime
    now: datetime
    delegation_id: UUID
    account_id: UUID
    receiver_id: UUID | None
    from_day: date
    through_day: date


_READ = text("""
SELECT v.state, v.number, v.offered_at, v.lapses_at, clock_timestamp(), d.id, d.account_id,
       d.receiver_id, v.from_day, v.through_day
FROM delegation_version v JOIN delegation d ON d.id = v.delegation_id WHERE v.id = :id
""")


def proceed(session: Session, version_id: UUID, *, actor: Actor) -> timedelta | None:
    """Do what is due of an offer, by the database's clock; returns how long until more is due.

    None: nothing will be, because it was answered or has lapsed. Idempotent.
    """
    row = session.execute(_READ, {"id": version_id}).one_or_none()
    if row is None:
        return None
    offered = _Offered(*row)
    if offered.state != VersionState.OFFERED:
        return None
    if offered.now >= offered.lapses_at:
        answers.lapse(session, [version_id], actor=actor)
        return None
    moments = reminders(offered.offered_at, offered.lapses_at)
    passed = [moment for moment in moments if moment <= offered.now]
    if passed and offered.receiver_id is not None:
        notices.create(session, [_reminder(offered, offered.receiver_id, passed[-1])], actor=actor)
    following = [*(moment for moment in moments if moment > offered.now), offered.lapses_at]
    return following[0] - offered.now


def _reminder(offered: _Offered, receiver_id: UUID, moment: datetime) -> NewNotice:
    return NewNotice(
        receiver_id,
        NoticeKind.DELEGATION_OFFERED,
        offered.delegation_id,
        occasion=f"{offered.number} {(offered.lapses_at - moment).days}",
        account_id=offered.account_id,
        facts={"from": offered.from_day, "through": offered.through_day},
    )

"""What is due of access requests, all at once: those who could give are told, late ones lapse.

Safe to repeat, and to run twice at once: whatever another has locked, the next run finds.
"""

from collections.abc import Iterable
from uuid import UUID

from sqlalchemy import text

from domain.audit import Actor, ActorKind
from domain.messages.notices import NewNotice, NoticeKind
from storage.access.grant_rows import suspended
from storage.access_requests import access_requests, reach
from storage.database import Connection, Session
from storage.messages import notices

_ENGINE = Actor(ActorKind.ENGINE, "access_requests")
_AT_ONCE = 200
"""Requests in one transaction."""
_APPLICANT_FROZEN = suspended("x.person_id = r.applicant_id", "statement_timestamp()")
_IS_UNTOLD = f"""state = 'open' AND told_at IS NULL AND lapses_at > statement_timestamp()
  AND NOT {_APPLICANT_FROZEN}"""
_IS_LATE = "state = 'open' AND lapses_at <= statement_timestamp()"
_UNTOLD = text(f"""
SELECT id, applicant_id FROM access_request r WHERE {_IS_UNTOLD} ORDER BY id LIMIT :most
""")
LATE = text(f"""
SELECT id, applicant_id FROM access_request WHERE {_IS_LATE} ORDER BY lapses_at, id LIMIT :most
""")
_SECONDS = "COALESCE(EXTRACT(EPOCH FROM statement_timestamp() - min({})), 0)"
_AGE_OF_UNTOLD = text(f"""
SELECT {_SECONDS.format("created_at")} FROM access_request r WHERE {_IS_UNTOLD}
""")
_AGE_OF_LATE = text(f"SELECT {_SECONDS.format('lapses_at')} FROM access_request WHERE {_IS_LATE}")
# Before their requests, as everybody locks them.
_LOCK = text("SELECT id FROM person WHERE id = ANY(:ids) ORDER BY id FOR KEY SHARE")


def tell(session: Session) -> int:
    """Tell those who could give what is asked for, each once; returns how many requests these were.

    Of an applicant who is frozen nobody is told before the freeze is lifted.
    """
    rows = session.execute(_UNTOLD, {"most": _AT_ONCE}).all()
    if not rows:
        return 0
    _lock(session, {row.applicant_id for row in rows})
    told = access_requests.mark_told(session, [row.id for row in rows])
    kind = NoticeKind.ACCESS_REQUESTED
    new = [
        NewNotice(each.person_id, kind, each.request_id, account_id=each.account_id)
        for each in reach.givers(session, told)
    ]
    notices.create(session, new, actor=_ENGINE)
    return len(told)


def lapse(session: Session) -> int:
    """Close what nobody answered in time, and tell each applicant; returns how many these were."""
    rows = session.execute(LATE, {"most": _AT_ONCE}).all()
    if not rows:
        return 0
    _lock(session, {row.applicant_id for row in rows})
    lapsed = access_requests.lapse(session, [row.id for row in rows], actor=_ENGINE)
    kind = NoticeKind.ACCESS_REQUEST_LAPSED
    told = [NewNotice(each.applicant_id, kind, each.id) for each in lapsed]
    notices.create(session, told, actor=_ENGINE)
    return len(lapsed)


def age_of_untold(connection: Connection) -> float:
    """Return for how many seconds the oldest request waits to be told; 0: none does."""
    return float(connection.execute(_AGE_OF_UNTOLD).scalar_one())


def age_of_late(connection: Connection) -> float:
    """Return how many seconds ago the oldest open request lapsed; 0: none did."""
    return float(connection.execute(_AGE_OF_LATE).scalar_one())


def _lock(session: Session, persons: Iterable[UUID]) -> None:
    session.execute(_LOCK, {"ids": list(persons)})

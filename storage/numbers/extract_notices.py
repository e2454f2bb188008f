"""Tell the users of numbers that an extract of their call details was ordered in full."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import text

from domain.access.permissions import Role
from domain.audit import Actor
from domain.messages.notices import PURPOSE_EVENT, Fact, NewNotice, NoticeKind
from storage.database import Session
from storage.messages import notices


@dataclass(frozen=True, slots=True)
class FullExtract:
    """An extract with whole numbers that somebody ordered."""

    id: UUID
    account_id: UUID
    person_id: UUID
    """Who ordered it: they are not told of it."""
    services: Collection[UUID]
    begins_at: datetime
    from_day: date
    through_day: date
    """Local days, both included."""
    event_id: int
    """Of its order: its note says what for."""


# Whoever proved a number may have used it before; who has lost it since was its user then. Whoever
# was given the role of a number's user uses it, whether by a delegation or by the operator.
# Whose number somebody else had proved before the extract begins has no call in it.
_PROVED = "v.number = s.own_number AND v.prefix = left(s.own_number, -4) AND v.state = 'verified'"
_OF_ANOTHER = f"""(g.origin = 'number_verification' AND EXISTS (
    SELECT FROM service s JOIN verification v ON {_PROVED}
    WHERE s.id = g.service_id AND v.person_id <> g.person_id AND v.ended_at <= :begins_at
        AND v.ended_at > (
            SELECT max(v.ended_at) FROM verification v
            WHERE {_PROVED} AND v.person_id = g.person_id)))"""
_USERS = text(f"""
SELECT g.person_id FROM access_grant g
WHERE g.account_id = :account AND g.origin = 'number_verification'
  AND (g.service_id IS NULL OR g.service_id = ANY(:services))
  AND g.validity && tstzrange(:begins_at, NULL) AND NOT {_OF_ANOTHER}
UNION
SELECT g.person_id FROM access_grant g
WHERE g.account_id = :account AND g.role = :user AND g.service_id = ANY(:services)
  AND g.validity && tstzrange(:begins_at, NULL) AND NOT {_OF_ANOTHER}
UNION
SELECT s.user_id FROM service s WHERE s.id = ANY(:services) AND s.user_id IS NOT NULL
""")


def tell(session: Session, extract: FullExtract, *, actor: Actor) -> None:
    """Tell everyone who uses or used these numbers since the extract begins. Idempotent.

    That is: who proved them, who was given the role `user` on them, or whom the operator names.
    """
    asked = {
        "account": extract.account_id,
        "services": list(extract.services),
        "begins_at": extract.begins_at,
        "user": Role.USER,
    }
    users = set(session.execute(_USERS, asked).scalars()) - {extract.person_id}
    facts: dict[str, Fact] = {
        "from": extract.from_day,
        "through": extract.through_day,
        PURPOSE_EVENT: extract.event_id,
    }
    about = (NoticeKind.CALL_DETAILS_ASKED, extract.id, "", extract.account_id, facts)
    told = [NewNotice(user, *about) for user in sorted(users)]
    notices.create(session, told, actor=actor)

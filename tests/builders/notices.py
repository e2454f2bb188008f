"""Notices in the inboxes of people."""

from datetime import date
from typing import Any
from uuid import UUID

from domain.identifiers import PersonKey
from domain.messages.notices import FACTS, Fact, NewNotice, NoticeKind
from services.parties.people import ensure_person
from storage.database import Database
from storage.messages import notices
from tests.builders.rows import ENGINE

DAY = date(2027, 3, 5)


def facts_of(kind: NoticeKind) -> dict[str, Fact]:
    """Every fact that a notice of this kind needs."""
    return {name: 7 if name == "days" else DAY for name in FACTS.get(kind, ())}


def notice(
    person_id: UUID, kind: NoticeKind = NoticeKind.DELEGATION_REVOKED, number: int = 1, **more: Any
) -> NewNotice:
    """Return a notice; each number is about another subject."""
    return NewNotice(person_id, kind, UUID(int=number), facts=facts_of(kind), **more)


def tell(
    database: Database,
    person: PersonKey,
    kind: NoticeKind = NoticeKind.DELEGATION_REVOKED,
    number: int = 1,
    **more: Any,
) -> UUID:
    """Create a notice for this person; return its id."""
    asked = notice(ensure_person(database, person), kind, number, **more)
    with database.transaction() as session:
        (id_,) = notices.create(session, [asked], actor=ENGINE)
    return id_

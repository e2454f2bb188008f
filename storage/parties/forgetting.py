"""Keeps persons who are referred to, and forgets those to whom nothing refers any more."""

from collections.abc import Iterable
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from domain.identifiers import PersonKey
from storage.database import Session
from storage.parties import upsert

_KEEP = text("SELECT id FROM person WHERE id = :id AND erased_at IS NULL FOR NO KEY UPDATE")
# Locked in a statement of its own: the next one sees what others had written about them by then.
_LOCK = text("""
SELECT id FROM person WHERE id = ANY(:ids) AND erased_at IS NULL ORDER BY id FOR UPDATE
""")
# An operation needs its person's code while it runs, without a foreign key to it.
_DELETE = text("""
DELETE FROM person WHERE id = :id AND NOT EXISTS (SELECT FROM operation WHERE person_id = :id)
""")


def keep(session: Session, person_id: UUID) -> bool:
    """Lock a person, who stays until the commit; False: they were forgotten or erased already."""
    return session.execute(_KEEP, {"id": person_id}).one_or_none() is not None


def found(session: Session, key: PersonKey) -> UUID:
    """Find or create a person, who stays until the commit; returns the id."""
    while True:
        # Another transaction may forget them in between.
        (id_,) = upsert.person_ids(session, [key]).values()
        if keep(session, id_):
            return id_


def forget_unused(session: Session, ids: Iterable[UUID]) -> None:
    """Delete those of these persons whom no other row refers to. Erased ones stay."""
    for person_id in session.execute(_LOCK, {"ids": sorted(set(ids))}).scalars().all():
        try:
            with session.begin_nested():
                session.execute(_DELETE, {"id": person_id})
        except IntegrityError:
            continue  # a foreign key refers to the person

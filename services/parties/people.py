"""Identify persons by country and personal code."""

from uuid import UUID

from domain.identifiers import PersonKey
from storage.database import Database
from storage.parties import people, upsert


def ensure_person(database: Database, person: PersonKey) -> UUID:
    """Return the id of this person, created where it is new. Two at once get the same."""
    with database.reading() as connection:
        found = people.id_of(connection, person)
    if found is not None:
        return found
    with database.transaction() as session:
        return upsert.person_ids(session, [person])[person]

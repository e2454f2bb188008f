"""Identify persons by country and personal code."""

from uuid import UUID

from domain.identifiers import PersonKey
from domain.identity import NamedBy
from storage.database import Database
from storage.parties import names, people, upsert


def ensure_person(database: Database, person: PersonKey, name: str = "") -> UUID:
    """Return the id of this person, created where it is new. Two at once get the same.

    ``name``: as their login gives it. Kept where no register names them; written only if it
    changed.
    """
    with database.single_read() as connection:
        found = people.known(connection, person)
    if found is not None and (not name or found.registered or found.name == name):
        return found.id
    with database.transaction() as session:
        id_ = upsert.person_ids(session, [person])[person]
        if name:
            names.name_unregistered(session, {id_: name}, NamedBy.LOGIN)
    return id_

"""Identify persons by country and personal code, one or several at once."""

from collections.abc import Sequence
from uuid import UUID

from domain.audit import Actor, EventKind
from domain.identifiers import PersonKey
from domain.identity import NamedBy
from storage.audit import events
from storage.audit.events import NewEvent
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


def ensure_people(database: Database, persons: Sequence[PersonKey], *, actor: Actor) -> list[UUID]:
    """Return the ids of these persons, in their order, each created where it is new.

    All or none. One event says how many a program looked up, and nobody's name or code.
    """
    with database.transaction() as session:
        ids = upsert.person_ids(session, persons)
        looked = NewEvent(EventKind.PEOPLE_LOOKED_UP, after={"count": len(persons)})
        events.append(session, [looked], actor=actor)
    return [ids[person] for person in persons]

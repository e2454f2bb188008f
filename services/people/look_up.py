"""Look persons up for staff. Each person who is found is an event, with whoever looked."""

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from domain.audit import Actor, EventKind
from domain.identifiers import PersonKey
from domain.people.look_ups import LookUp
from services.errors import NotFound
from storage.audit import events
from storage.audit.events import NewEvent
from storage.database import Database, Session
from storage.parties import number_holders, people
from storage.parties.people import Person

_MOST = 20
"""Persons who are shown of one number: a number has one user and one owner."""


@dataclass(frozen=True, slots=True)
class FoundPerson:
    """A person who was looked up."""

    id: UUID
    person: Person


def by_code(database: Database, key: PersonKey, *, actor: Actor) -> list[FoundPerson]:
    """Return the person with this code, if known here. Nobody is created."""
    with database.transaction() as session:
        found = people.id_of(session.connection(), key)
        return _shown(session, [] if found is None else [found], LookUp.CODE, actor)


def by_number(database: Database, number: str, *, actor: Actor) -> list[FoundPerson]:
    """Return who has the SIM of this number in E.164, and whose private account it is on."""
    with database.transaction() as session:
        found = number_holders.holders(session.connection(), number, limit=_MOST)
        return _shown(session, found, LookUp.NUMBER, actor)


def by_id(database: Database, person_id: UUID, how: LookUp, *, actor: Actor) -> FoundPerson:
    """Return the person of this id. Raises NotFound."""
    with database.transaction() as session:
        found = _shown(session, [person_id], how, actor)
    if not found:
        raise NotFound
    return found[0]


def note(
    database: Database,
    ids: Collection[UUID],
    how: LookUp,
    *,
    actor: Actor,
    account_id: UUID | None = None,
) -> None:
    """Record that these persons are shown, each once; who is unknown here is left out.

    ``account_id``: of the account whose people they are. It is no event of the account's history:
    whom staff look at is between them and the person.
    """
    with database.transaction() as session:
        _shown(session, sorted(set(ids)), how, actor, account_id)


def _shown(
    session: Session,
    ids: Collection[UUID],
    how: LookUp,
    actor: Actor,
    account_id: UUID | None = None,
) -> list[FoundPerson]:
    known = people.find_all(session.connection(), ids)
    found = [FoundPerson(id_, known[id_]) for id_ in ids if id_ in known]
    said = {"by": how} | ({"account": str(account_id)} if account_id else {})
    looked = [
        NewEvent(EventKind.PERSON_LOOKED_UP, subject_id=each.id, person_id=each.id, after=said)
        for each in found
    ]
    events.append(session, looked, actor=actor)
    return found

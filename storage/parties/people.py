"""Read persons by key and by id."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, text

from domain.identifiers import PersonKey


@dataclass(frozen=True, slots=True)
class Person:
    """A person's key and name."""

    key: PersonKey
    name: str
    """As a register last gave it, else their login, else the operator; empty: nobody named them."""
    erased: bool = False
    """The key is a pseudonym: no caller can act as this person any more."""


def id_of(connection: Connection, person: PersonKey) -> UUID | None:
    """Return the id of this person, None where the person is unknown."""
    found: UUID | None = connection.execute(
        text("SELECT id FROM person WHERE country = :country AND code = :code"),
        {"country": person.country, "code": person.code},
    ).scalar_one_or_none()
    return found


@dataclass(frozen=True, slots=True)
class KnownPerson:
    """A person's id and name."""

    id: UUID
    name: str
    registered: bool
    """A register gave the name: it stays, whatever their login says."""


_KNOWN = text("""
SELECT id, name, named_by IS NOT DISTINCT FROM 'register' FROM person
WHERE country = :country AND code = :code
""")


def known(connection: Connection, person: PersonKey) -> KnownPerson | None:
    """Return the id and name of this person, None where the person is unknown."""
    asked = {"country": person.country, "code": person.code}
    row = connection.execute(_KNOWN, asked).one_or_none()
    return None if row is None else KnownPerson(*row)


_KNOWN_AMONG = text("""
SELECT country, code, id, name, named_by IS NOT DISTINCT FROM 'register' AS registered FROM person
JOIN unnest(CAST(:countries AS text[]), CAST(:codes AS text[])) AS k(country, code)
    USING (country, code)
""")


def known_among(
    connection: Connection, persons: Collection[PersonKey]
) -> dict[PersonKey, KnownPerson]:
    """Return the ids and names of those of these persons who are known."""
    asked = {"countries": [p.country for p in persons], "codes": [p.code for p in persons]}
    return {
        PersonKey(row.country, row.code): KnownPerson(row.id, row.name, row.registered)
        for row in connection.execute(_KNOWN_AMONG, asked)
    }


def find(connection: Connection, person_id: UUID) -> Person | None:
    """Return the person with this id, None where there is none."""
    row = connection.execute(
        text("SELECT country, code, name, erased_at FROM person WHERE id = :id"), {"id": person_id}
    ).one_or_none()
    return None if row is None else _person(row)


_FIND_ALL = text("SELECT id, country, code, name, erased_at FROM person WHERE id = ANY(:ids)")


def find_all(connection: Connection, ids: Collection[UUID]) -> dict[UUID, Person]:
    """Return the persons with these ids, by id; who is not there is missing."""
    return {row.id: _person(row) for row in connection.execute(_FIND_ALL, {"ids": list(ids)})}


def _person(row: Row[Any]) -> Person:
    return Person(PersonKey(row.country, row.code), row.name, row.erased_at is not None)


def ids_of(connection: Connection, persons: Sequence[PersonKey]) -> dict[PersonKey, UUID]:
    """Return the ids of those of these persons who are known."""
    rows = connection.execute(
        text(
            "SELECT id, country, code FROM person JOIN"
            " unnest(CAST(:countries AS text[]), CAST(:codes AS text[])) AS k(country, code)"
            " USING (country, code)"
        ),
        {"countries": [p.country for p in persons], "codes": [p.code for p in persons]},
    )
    return {PersonKey(row.country, row.code): row.id for row in rows}

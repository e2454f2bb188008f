"""Finding persons by key and by id."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, text

from domain.identifiers import PersonKey
from storage.database import Database
from storage.parties import upsert


def id_of(connection: Connection, person: PersonKey) -> UUID | None:
    """The id of this person, where the person is known."""
    found: UUID | None = connection.execute(
        text("SELECT id FROM person WHERE country = :country AND code = :code"),
        {"country": person.country, "code": person.code},
    ).scalar_one_or_none()
    return found


def known_as(database: Database, person: PersonKey) -> UUID:
    """The id of this person, made known if new. Two at once get the same."""
    with database.reading() as connection:
        found = id_of(connection, person)
    if found is not None:
        return found
    with database.transaction() as session:
        return upsert.person_ids(session, [person])[person]


def find(connection: Connection, person_id: UUID) -> Row[Any] | None:
    """Country, code and name of this person."""
    return connection.execute(
        text("SELECT country, code, name FROM person WHERE id = :id"), {"id": person_id}
    ).one_or_none()


def ids_of(connection: Connection, persons: Sequence[PersonKey]) -> dict[PersonKey, UUID]:
    """The ids of those of these persons who are known."""
    rows = connection.execute(
        text(
            "SELECT id, country, code FROM person JOIN"
            " unnest(CAST(:countries AS text[]), CAST(:codes AS text[])) AS k(country, code)"
            " USING (country, code)"
        ),
        {"countries": [p.country for p in persons], "codes": [p.code for p in persons]},
    )
    return {PersonKey(row.country, row.code): row.id for row in rows}

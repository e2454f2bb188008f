"""Proved numbers."""

from datetime import datetime
from uuid import UUID, uuid4

from domain.identifiers import PersonKey
from domain.numbers.phone_numbers import PhoneNumber
from services.parties.people import ensure_person
from storage.database import Database
from storage.numbers import codes
from tests.builders.rows import ENGINE, carry_out


def prove(database: Database, person: PersonKey, number: str) -> UUID:
    """Prove the number for this person, by login; returns the proof."""
    proof, person_id = uuid4(), ensure_person(database, person)
    with database.transaction() as session:
        codes.verify_by_login(session, proof, person_id, PhoneNumber(number, "EE"), actor=ENGINE)
    return proof


def proved_at(database: Database, person: PersonKey, number: str, moment: datetime) -> None:
    """Prove the number for this person, as if it had been then."""
    proof = prove(database, person, number)
    for statement in (
        "UPDATE verification SET created_at = :at, ended_at = :at WHERE id = :id",
        "UPDATE access_grant SET validity = tstzrange(:at, upper(validity)) WHERE proof = :id",
    ):
        carry_out(database, statement, id=proof, at=moment)

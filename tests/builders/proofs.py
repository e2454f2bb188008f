"""Proved numbers."""

from uuid import UUID, uuid4

from domain.identifiers import PersonKey
from domain.numbers.phone_numbers import PhoneNumber
from services.parties.people import ensure_person
from storage.database import Database
from storage.numbers import codes
from tests.builders.rows import ENGINE


def prove(database: Database, person: PersonKey, number: str) -> UUID:
    """Prove the number for this person, by login; returns the proof."""
    proof, person_id = uuid4(), ensure_person(database, person)
    with database.transaction() as session:
        codes.verify_by_login(session, proof, person_id, PhoneNumber(number, "EE"), actor=ENGINE)
    return proof

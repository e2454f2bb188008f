"""Queries of contacts: the language and the number by which a person is reached now."""

from uuid import UUID

from sqlalchemy import text

from domain.messages.contact import Contact, NumberSource
from domain.numbers.sms_texts import Language
from storage.database import Connection, Session

LANGUAGE = f"COALESCE(c.language, c.operator_language, '{Language.ESTONIAN}')"
"""SQL for a person's language, from ``LEFT JOIN contact_settings c``."""


def newest_proof_is_of(person: str, number: str) -> str:
    """SQL that is true where no other person proved this number after this one did.

    A number given to somebody else in the course of time is theirs once they prove it. Both
    arguments are SQL expressions.
    """
    return f"""COALESCE((
        SELECT v.person_id = {person} FROM verification v
        WHERE v.prefix = left({number}, -4) AND v.number = {number}
          AND v.state = 'verified' AND v.person_id IS NOT NULL
        ORDER BY v.created_at DESC LIMIT 1), false)"""


_OWN = f"CASE WHEN {newest_proof_is_of('c.person_id', 'c.number')} THEN c.number END"
NUMBER = f"COALESCE({_OWN}, c.operator_number)"
"""SQL for the number by which a person is reached, from ``contact_settings c``."""
WANTS_SMS = "COALESCE(c.sms, c.operator_sms, false)"
"""SQL for whether notices go to that number as well, from ``contact_settings c``."""

_CONTACT = text(f"""
SELECT {LANGUAGE} AS language, {WANTS_SMS} AS sms, {_OWN} AS own, c.operator_number
FROM person p LEFT JOIN contact_settings c ON c.person_id = p.id WHERE p.id = :person
""")


def contact(connection: Connection | Session, person_id: UUID) -> Contact:
    """Read how a person is reached now: the default where neither they nor the operator chose."""
    row = connection.execute(_CONTACT, {"person": person_id}).one_or_none()
    if row is None:
        return Contact()
    source = None
    if row.own or row.operator_number:
        source = NumberSource.PROVED if row.own else NumberSource.OPERATOR
    return Contact(Language(row.language), row.sms, row.own or row.operator_number, source)


_PROVED = text(f"SELECT {newest_proof_is_of(':person', ':number')}")


def has_newest_proof(session: Session, person_id: UUID, number: str) -> bool:
    """Return whether this person proved the number, and nobody else after them."""
    return bool(session.execute(_PROVED, {"person": person_id, "number": number}).scalar_one())

"""Choose how a person is reached: they themselves, or the operator for them."""

from uuid import UUID

from domain.audit import Actor
from domain.messages.contact import Contact, ContactChoice
from services.errors import NotFound, Refused
from storage.database import Database
from storage.messages import contact_queries, contacts
from storage.parties import people


class NumberNotProved(Refused):
    """The number is not one that the person proved last, or SMS were chosen without any number."""

    def __init__(self, detail: str) -> None:
        super().__init__("number_not_proved", detail)


def choose_contact(
    database: Database, person_id: UUID, choice: ContactChoice, *, actor: Actor
) -> Contact:
    """Record a person's own choice; returns how they are reached now. Idempotent.

    Raises NumberNotProved, and changes nothing then.
    """
    number = choice.number
    with database.transaction() as session:
        if number and not contact_queries.has_newest_proof(session, person_id, number):
            raise NumberNotProved("Prove the number first: POST /v1/me/numbers.")
        contacts.choose(session, person_id, choice, actor=actor)
        contact = contact_queries.contact(session, person_id)
        if contact.sms and contact.number is None:
            raise NumberNotProved("SMS need a number.")
        return contact


def give_contact(
    database: Database, person_id: UUID, choice: ContactChoice, *, actor: Actor
) -> Contact:
    """Record the operator's contact of a person; returns how they are reached now. Idempotent.

    What the person chose themselves comes first. Raises NotFound for nobody, and for someone whose
    data was erased.
    """
    with database.transaction() as session:
        found = people.find(session.connection(), person_id)
        if found is None or found.erased:
            raise NotFound
        contacts.give(session, person_id, choice, actor=actor)
        return contact_queries.contact(session, person_id)

"""Shorthand of tests of freezes: two members of staff, who freeze and lift."""

from domain.access.suspensions import Freeze, FreezeReason, Subject
from domain.audit import Actor, ActorKind
from domain.identifiers import PersonKey
from services.access import freezes
from services.parties.people import ensure_person
from storage.accounts.accounts import AccountFacts
from storage.database import Database

ANN = Actor(ActorKind.OPS, "ann")
BEN = Actor(ActorKind.OPS, "ben")
NOTE = "caller says the card was stolen"


def freeze(database: Database, what: PersonKey | AccountFacts) -> Freeze:
    """Freeze a person or an account, by Ann."""
    subject = subject_of(database, what)
    return freezes.freeze(database, subject, FreezeReason.CREDENTIAL_STOLEN, actor=ANN, note=NOTE)


def subject_of(database: Database, what: PersonKey | AccountFacts) -> Subject:
    """What is frozen where this is."""
    if isinstance(what, AccountFacts):
        return Subject(account_id=what.id)
    return Subject(person_id=ensure_person(database, what))


def lift(database: Database, frozen: Freeze) -> Freeze:
    """Lift a freeze: Ann asks, Ben lifts it."""
    freezes.request_lift(database, frozen.id, actor=ANN, note=NOTE)
    return freezes.lift(database, frozen.id, actor=BEN, note=NOTE)

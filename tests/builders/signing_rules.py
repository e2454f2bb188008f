"""Free-text signing rules in the database, and officers who read them."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from uuid import UUID

from domain.audit import Actor, ActorKind
from domain.authority_documents import DocumentKind, NewDocument
from domain.delegations.departures import STANDARD
from domain.identifiers import CompanyKey, PersonKey
from domain.registry.register import RegisterState
from domain.signing_rules.states import ReadingState
from services.signing_rules import readings
from services.signing_rules.readings import Wording
from storage.database import Database, Session
from storage.parties import upsert
from storage.registry import register_state_queries, register_states
from storage.signing_rules import looks
from storage.signing_rules import readings as written
from storage.signing_rules.reading_queries import RecordedReading
from storage.signing_rules.readings import NewReading, ReadingKey
from tests.builders.days import ZONE, today
from tests.builders.people import ANNA, JAAN, MARI
from tests.builders.register_states import KUUSK, joint, state
from tests.builders.rows import REGISTER, account, company_id, rows

ANN, BEN, CAT = (Actor(ActorKind.OPS, name) for name in ("ann", "ben", "cat"))
"""Mandate officers."""
OFFICE, SHOP = account(KUUSK, 1), account(KUUSK, 4)
NOTE = "põhikiri § 4"
PAPER = NewDocument(DocumentKind.ARTICLES, "Põhikiri, lk 3", "toimik 12", date(2024, 5, 1))
RULE = "Juhatuse esimees esindab ühingut koos ühe liikmega."
TOGETHER = ((MARI, JAAN), (MARI, ANNA))


def opaque(*board: PersonKey, of: CompanyKey = KUUSK, minute: int = 0) -> RegisterState:
    """A state whose signing rule stands in words; without names: Mari, Jaan and Anna."""
    members = map(joint, board or (MARI, JAAN, ANNA))
    return replace(state(*members, of=of, opaque=True, minute=minute), signing_rule_text=RULE)


def digest(database: Database, of: CompanyKey = KUUSK) -> str:
    """The digest of what the register says of a company now."""
    (found,) = rows(
        database,
        "SELECT digest FROM register_state WHERE company_id = :id AND upper_inf(in_force)",
        id=company_id(database, of),
    )
    return str(found.digest)


def wording(
    database: Database,
    groups: Sequence[Sequence[PersonKey]] = TOGETHER,
    *,
    days: int = 30,
    of: CompanyKey = KUUSK,
) -> Wording:
    """How the rule is read that the register states now, through this many days from today."""
    read = [frozenset(group) for group in groups]
    return Wording(digest(database, of), read, today() + timedelta(days), PAPER)


def recorded(
    database: Database,
    groups: Sequence[Sequence[PersonKey]] = TOGETHER,
    *,
    days: int = 30,
    of: CompanyKey = KUUSK,
) -> RecordedReading:
    """Ann records how a rule is read."""
    said = wording(database, groups, days=days, of=of)
    return readings.record(database, company_id(database, of), said, ZONE, actor=ANN)


def confirmed(
    database: Database,
    groups: Sequence[Sequence[PersonKey]] = TOGETHER,
    *,
    days: int = 30,
    of: CompanyKey = KUUSK,
) -> RecordedReading:
    """Ann records how a rule is read, and Ben confirms it."""
    return confirm(database, recorded(database, groups, days=days, of=of).id)


def confirm(database: Database, reading_id: UUID, by: Actor = BEN) -> RecordedReading:
    return readings.confirm(database, reading_id, STANDARD, actor=by, note=NOTE)


def reject(database: Database, reading_id: UUID, by: Actor) -> RecordedReading:
    return readings.reject(database, reading_id, actor=by, note=NOTE)


def withdraw(database: Database, reading_id: UUID, by: Actor) -> RecordedReading:
    return readings.withdraw(database, reading_id, actor=by, note=NOTE)


def end(database: Database, reading_id: UUID, by: Actor = ANN) -> RecordedReading:
    return readings.end(database, reading_id, STANDARD, actor=by, note=NOTE)


def access(database: Database) -> set[tuple[PersonKey, UUID, str]]:
    """Who has access now by a reading, where, and in which role."""
    found = rows(
        database,
        "SELECT p.country, p.code, g.account_id, g.role FROM access_grant g"
        " JOIN person p ON p.id = g.person_id JOIN signing_rule_reading r ON r.id = g.proof"
        " WHERE g.origin = 'operator' AND g.validity @> clock_timestamp()",
    )
    return {(PersonKey(row.country, row.code), row.account_id, row.role) for row in found}


def every_decision(session: Session, officer: Actor, note: str) -> None:
    """Let an officer look at a rule, and decide everything that can be decided about readings."""
    stated = opaque()
    (firm,) = upsert.company_ids(session, [stated.company]).values()
    register_states.record_states(session, {firm: stated}, actor=REGISTER)
    found = register_state_queries.current(session, [firm])[firm]
    looks.look(session, firm, found.digest, ok=True, actor=officer, note=note)
    ends_at = datetime.now(ZONE) + timedelta(9)
    new = NewReading(firm, found.id, [frozenset({MARI})], today(), ends_at, PAPER)
    decisions = (ReadingState.REJECTED, ReadingState.WITHDRAWN, ReadingState.CONFIRMED)
    keys = []
    for decision in decisions:
        keys.append(ReadingKey(written.record(session, new, actor=officer), firm))
        written.decide(session, keys[-1], decision, actor=officer, note=note)
    written.end(session, keys[-1], actor=officer, note=note)

"""Readings of free-text signing rules: one officer records, a second one confirms.

Only the database is needed. Calls block. What a reading gives and takes counts from the commit on.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from domain.audit import Actor
from domain.authority_documents import NewDocument
from domain.days import day_of, start_of
from domain.delegations.departures import DepartureRules
from domain.signing_rules.readings import Group, obstacles
from domain.signing_rules.refusals import ReadingRefusal as Refusal
from domain.signing_rules.refusals import ReadingRefused
from domain.signing_rules.states import ReadingState
from services.errors import NotFound
from storage.approvals import wakeups
from storage.audit import events
from storage.database import Database, Session, unless_deadlocked
from storage.registry import align_grants, register_state_queries, register_states
from storage.signing_rules import reading_queries, readings
from storage.signing_rules.reading_queries import RecordedReading
from storage.signing_rules.readings import NewReading, ReadingKey


@dataclass(frozen=True, slots=True)
class Wording:
    """An officer's reading of the rule that they saw, and the paper that it rests on."""

    digest: str
    """Of the register state that they saw."""
    groups: Sequence[Group]
    through_day: date
    document: NewDocument


def record(
    database: Database, company_id: UUID, wording: Wording, zone: ZoneInfo, *, actor: Actor
) -> RecordedReading:
    """Record how a company's rule is read. It gives nothing before another officer confirms it.

    Raises NotFound where no register state is known, and ReadingRefused.
    """

    def work() -> UUID:
        with database.transaction() as session:
            register_states.lock(session, [company_id])
            stored = register_state_queries.current(session, [company_id]).get(company_id)
            if stored is None:
                raise NotFound
            if stored.digest != wording.digest:
                raise ReadingRefused(Refusal.SIGNING_RULE_CHANGED)
            today = day_of(events.now(session), zone)
            found = obstacles(stored.state, wording.groups, wording.through_day, today)
            if found:
                raise ReadingRefused(*found)
            if readings.is_proposed(session, company_id):
                raise ReadingRefused(Refusal.READING_PROPOSED)
            ends_at = start_of(wording.through_day + timedelta(days=1), zone)
            said = (wording.groups, wording.through_day, ends_at, wording.document)
            return readings.record(session, NewReading(company_id, stored.id, *said), actor=actor)

    return read(database, unless_deadlocked(work))


def confirm(
    database: Database, reading_id: UUID, rules: DepartureRules, *, actor: Actor, note: str
) -> RecordedReading:
    """Confirm a reading that another officer recorded: its members have access at once.

    It takes the place of the reading that applied before. Repeating changes nothing. Raises
    NotFound, and ReadingRefused.
    """

    def work(session: Session, found: RecordedReading) -> None:
        if found.stored_state is ReadingState.CONFIRMED and _is(found.decided_by, actor):
            return
        _check_open(found, ReadingState.PROPOSED)
        _check_second(found, actor)
        _decide(session, found, ReadingState.CONFIRMED, actor, note)
        _follow(session, found.company_id, rules, actor)

    return _change(database, reading_id, work)


def reject(database: Database, reading_id: UUID, *, actor: Actor, note: str) -> RecordedReading:
    """Reject a reading that another officer recorded. Raises NotFound, and ReadingRefused."""

    def work(session: Session, found: RecordedReading) -> None:
        _check_stored(found, ReadingState.PROPOSED)
        _check_second(found, actor)
        _decide(session, found, ReadingState.REJECTED, actor, note)

    return _change(database, reading_id, work)


def withdraw(database: Database, reading_id: UUID, *, actor: Actor, note: str) -> RecordedReading:
    """Withdraw a reading that this officer recorded. Raises NotFound, and ReadingRefused."""

    def work(session: Session, found: RecordedReading) -> None:
        _check_stored(found, ReadingState.PROPOSED)
        if not _is(found.recorded_by, actor):
            raise ReadingRefused(Refusal.NOT_THE_PROPOSER)
        _decide(session, found, ReadingState.WITHDRAWN, actor, note)

    return _change(database, reading_id, work)


def end(
    database: Database, reading_id: UUID, rules: DepartureRules, *, actor: Actor, note: str
) -> RecordedReading:
    """End a reading that applies: the access that it gives ends at once. One officer is enough.

    Raises NotFound, and ReadingRefused.
    """

    def work(session: Session, found: RecordedReading) -> None:
        _check_stored(found, ReadingState.CONFIRMED)
        readings.end(session, _key(found), actor=actor, note=note)
        _follow(session, found.company_id, rules, actor)

    return _change(database, reading_id, work)


def read(database: Database, reading_id: UUID) -> RecordedReading:
    """Return a reading. Raises NotFound."""
    with database.reading() as connection:
        found = reading_queries.find(connection, reading_id)
    if found is None:
        raise NotFound
    return found


def _change(
    database: Database, reading_id: UUID, change: Callable[[Session, RecordedReading], None]
) -> RecordedReading:
    company_id = read(database, reading_id).company_id

    def work() -> None:
        with database.transaction() as session:
            register_states.lock(session, [company_id])
            found = reading_queries.find(session.connection(), reading_id)
            if found is None:
                raise NotFound
            change(session, found)
            wakeups.touch_company(session, company_id)

    unless_deadlocked(work)
    return read(database, reading_id)


def _decide(
    session: Session, found: RecordedReading, state: ReadingState, actor: Actor, note: str
) -> None:
    readings.decide(session, _key(found), state, actor=actor, note=note)


def _follow(session: Session, company_id: UUID, rules: DepartureRules, actor: Actor) -> None:
    """Let access, and what waits for a group's confirmations, follow the reading."""
    align_grants.align(session, [company_id], on_departure=rules, actor=actor)
    wakeups.touch_company(session, company_id)


def _key(found: RecordedReading) -> ReadingKey:
    return ReadingKey(found.id, found.company_id)


def _check_stored(found: RecordedReading, needed: ReadingState) -> None:
    if found.stored_state is not needed:
        raise ReadingRefused(Refusal.NOT_OPEN)


def _check_open(found: RecordedReading, needed: ReadingState) -> None:
    """As ``_check_stored``, and the reading must not be void or over."""
    if found.state is ReadingState.VOID:
        raise ReadingRefused(Refusal.SIGNING_RULE_CHANGED)
    if found.state is not needed:
        raise ReadingRefused(Refusal.NOT_OPEN)


def _check_second(found: RecordedReading, actor: Actor) -> None:
    if _is(found.recorded_by, actor):
        raise ReadingRefused(Refusal.SECOND_PERSON_NEEDED)


def _is(officer: Actor | None, actor: Actor) -> bool:
    return officer is not None and officer.id == actor.id

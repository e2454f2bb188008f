"""Erases a person's data: one transaction over every table, recorded in the history.

Locks: companies, then the person, which every new row about the person refers to. A request that is
being carried out may still write the person's number just after; erasing once more finds it.
"""

import json
from collections import Counter
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import text

from domain.audit import Actor, EventKind
from domain.people.erasure import (
    ERASED_NUMBER,
    NO_COUNTRY,
    Erasure,
    ErasureGround,
    TableChange,
    company_pseudonym_of,
    erased_because,
    pseudonym_of,
)
from domain.people.register_entries import pseudonymised
from storage.audit import event_notes, events
from storage.audit.events import NewEvent
from storage.database import Session
from storage.delegations import answers
from storage.people import obstacles, traces
from storage.people.erasure_statements import NOTES, PERSON, REGISTER_STATE, STATEMENTS
from storage.people.register_rows import NamingRow
from storage.people.traces import Traces
from storage.registry import register_states
from storage.registry.register_state_json import as_json, digest

_LOCK = text("SELECT id FROM person WHERE id = :person FOR UPDATE")
_ERASED_AT = text("SELECT erased_at FROM person WHERE id = :person")


def erase(
    session: Session, person_id: UUID, ground: ErasureGround, *, actor: Actor
) -> Erasure | None:
    """Erase a person's data, unless something blocks it; None: there is no such person.

    Repeating it changes nothing, and records nothing.
    """
    found = _locked(session, person_id)
    if found is None:
        return None
    in_the_way = obstacles.standing_in_the_way(session.connection(), found)
    if in_the_way:
        return Erasure(person_id, found.erased_at, in_the_way, ())
    changes = _carry_out(session, found, actor)
    if changes:
        _record(session, person_id, ground, changes, actor)
    erased_at: datetime = session.execute(_ERASED_AT, {"person": person_id}).scalar_one()
    return Erasure(person_id, erased_at, {}, changes)


def _locked(session: Session, person_id: UUID) -> Traces | None:
    """Lock the person and the companies that name them, and return what leads to their rows."""
    locked = set[UUID]()
    while True:
        found = traces.read(session.connection(), person_id, erased_number=ERASED_NUMBER)
        if found is None or (locked and found.companies <= locked):
            return found
        register_states.lock(session, sorted(found.companies - locked))
        session.execute(_LOCK, {"person": person_id})
        locked |= found.companies | {person_id}


def _carry_out(session: Session, found: Traces, actor: Actor) -> tuple[TableChange, ...]:
    removed, changed = Counter[str](), Counter[str]()
    removed["event_note"] = _erase_notes(session, found, actor)
    changed["register_state"] = _pseudonymise_states(session, found)
    parameters = found.parameters() | {"no_country": NO_COUNTRY, "erased_number": ERASED_NUMBER}
    for statement in (*STATEMENTS, PERSON):
        rows: int = session.execute(statement.sql, parameters).scalar_one()
        (removed if statement.removes else changed)[statement.table] += rows
    # Only now: the receiver of a closed offer is forgotten, but whoever is erased stays.
    answers.close_of_person(session, found.identity.id, actor=actor)
    tables = sorted(+removed | +changed)
    return tuple(TableChange(each, removed[each], changed[each]) for each in tables)


def _erase_notes(session: Session, found: Traces, actor: Actor) -> int:
    rows = session.execute(NOTES, found.parameters()).all()
    erased = [event_notes.erased(*row) for row in rows]
    events.append(session, erased, actor=actor)
    return len(rows)


def _pseudonymise_states(session: Session, found: Traces) -> int:
    if found.erased_at is not None:
        return 0
    rows = [_pseudonymised(found, row) for row in (*found.states, *found.states_in_words)]
    if rows:
        session.execute(REGISTER_STATE, {"rows": json.dumps(rows)})
    return len(rows)


def _pseudonymised(found: Traces, row: NamingRow) -> dict[str, Any]:
    person = found.identity
    is_person = row.company_id in found.sole_trader_of
    company = company_pseudonym_of(row.company_id) if is_person else None
    state = pseudonymised(row.state, person.key, pseudonym_of(person.id), company)
    return {"id": str(row.id), "state": as_json(state), "digest": digest(state)}


def _record(
    session: Session,
    person_id: UUID,
    ground: ErasureGround,
    changes: tuple[TableChange, ...],
    actor: Actor,
) -> None:
    after = {
        "removed": {each.table: each.removed for each in changes if each.removed},
        "pseudonymised": {each.table: each.pseudonymised for each in changes if each.pseudonymised},
    }
    event = NewEvent(
        EventKind.PERSON_ERASED,
        subject_id=person_id,
        person_id=person_id,
        reason=erased_because(ground),
        after=after,
    )
    events.append(session, [event], actor=actor)

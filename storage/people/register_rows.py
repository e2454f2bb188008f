"""Rows that hold register states and name a person: states, and answers not applied yet."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import text

from domain.identifiers import PersonKey
from domain.people.mentions import Identity
from domain.people.register_entries import names_person
from domain.registry.register import RegisterState
from storage.database import Connection
from storage.registry.register_state_json import from_json

# Read as text: what an index could find is only one of the ways in which an entry may bear a code.
_MAY_NAME = """(EXISTS (SELECT FROM unnest(CAST(:codes AS text[])) AS own(code)
                       WHERE strpos(CAST({column} AS text), own.code) > 0)
              OR strpos(CAST({column} AS text), :unreadable) > 0)"""
_HAS_TEXT = "{column} ->> 'signing_rule_text' <> ''"
_UNREADABLE = '"unreadable": {'
_STATES = """
SELECT id, company_id, upper_inf(in_force), state FROM register_state WHERE {which}
"""
_ANSWERS = """
SELECT c.run_id, c.company_id, r.ended_at IS NULL, c.answer
FROM sync_change c JOIN sync_run r ON r.id = c.run_id
WHERE c.answer IS NOT NULL AND {which}
"""
_STATES_NAMING = text(_STATES.format(which=_MAY_NAME.format(column="state")))
_ANSWERS_NAMING = text(_ANSWERS.format(which=_MAY_NAME.format(column="c.answer")))
_STATES_IN_WORDS = text(_STATES.format(which=_HAS_TEXT.format(column="state")))
_ANSWERS_IN_WORDS = text(_ANSWERS.format(which=_HAS_TEXT.format(column="c.answer")))


@dataclass(frozen=True, slots=True)
class NamingRow:
    """A row with a register state that names the person."""

    id: UUID
    """Of the register state, or of the run whose answer it is."""
    company_id: UUID
    current: bool
    """The state is in force, or the run has not ended."""
    state: RegisterState


def states_naming(connection: Connection, person: PersonKey) -> list[NamingRow]:
    """Return the register states, past and present, with an entry of this person."""
    return list(_naming(connection, _STATES_NAMING, person))


def answers_naming(connection: Connection, person: PersonKey) -> list[NamingRow]:
    """Return the answers of the register, not applied yet, with an entry of this person."""
    return list(_naming(connection, _ANSWERS_NAMING, person))


def states_mentioning(connection: Connection, identity: Identity) -> list[NamingRow]:
    """Return the register states without such an entry that name the person in words."""
    return list(_mentioning(connection, _STATES_IN_WORDS, identity))


def answers_mentioning(connection: Connection, identity: Identity) -> list[NamingRow]:
    """Return the answers without such an entry that name the person in words."""
    return list(_mentioning(connection, _ANSWERS_IN_WORDS, identity))


def _naming(connection: Connection, statement: Any, person: PersonKey) -> Iterator[NamingRow]:
    asked = {"codes": list(person.spellings()), "unreadable": _UNREADABLE}
    for id_, company_id, current, stored in connection.execute(statement, asked):
        state = from_json(stored)
        if names_person(state, person):
            yield NamingRow(id_, company_id, current, state)


def _mentioning(connection: Connection, statement: Any, identity: Identity) -> Iterator[NamingRow]:
    for id_, company_id, current, stored in connection.execute(statement):
        state = from_json(stored)
        mentioned = identity.mentioned_in(state.signing_rule_text)
        if mentioned and not names_person(state, identity.key):
            yield NamingRow(id_, company_id, current, state)

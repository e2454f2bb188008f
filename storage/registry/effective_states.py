"""Register states as they count now: with what officers read into those that no machine reads."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from domain.registry.register import RegisterState
from domain.signing_rules.readings import Reading, with_reading
from storage.database import Connection
from storage.registry import register_state_queries
from storage.registry.register_state_queries import StoredState
from storage.signing_rules import reading_queries


@dataclass(frozen=True, slots=True)
class EffectiveState:
    """A company's current register state, and as it counts."""

    stored: StoredState
    state: RegisterState
    """With the reading, where there is one. Everyone who counts is decided by this."""
    reading: Reading | None


def effective(connection: Connection, company_ids: Sequence[UUID]) -> dict[UUID, EffectiveState]:
    """Return how these companies' states count now; those never queried are missing.

    Lock the companies first (``register_states.lock``) to write what follows from it.
    """
    known = register_state_queries.current(connection, company_ids)
    read = reading_queries.applying(connection, list(known))
    return {id_: _effective(stored, read.get(id_)) for id_, stored in known.items()}


def _effective(stored: StoredState, reading: Reading | None) -> EffectiveState:
    state = stored.state if reading is None else with_reading(stored.state, reading.groups)
    return EffectiveState(stored, state, reading)

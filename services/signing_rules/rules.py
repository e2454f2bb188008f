"""A company's signing rule as officers see it: the register's words and holders, and what waits."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from domain.identifiers import CompanyKey, PersonKey
from domain.registry.authority import ACTING
from domain.registry.register import Capacity, Holder, RegisterState
from domain.signing_rules.looks import Look
from services.errors import NotFound
from storage.database import Connection, Database
from storage.parties import people
from storage.registry import register_state_queries
from storage.registry.register_state_queries import StoredState
from storage.signing_rules import looks, reading_queries
from storage.signing_rules.reading_queries import RecordedReading

_READINGS = 50
"""Number of readings that are shown, past ones among them."""


@dataclass(frozen=True, slots=True)
class StatedHolder:
    """An entry of the register, without the personal code."""

    person_id: UUID | None
    """None: a legal person, somebody without a readable code, or somebody unknown here."""
    name: str
    role: str
    """The register's own label."""
    capacity: Capacity
    acts_alone: bool | None
    """None: it could not be read."""
    counts: bool
    """Whether the entry represents the company at this stage of its life."""


@dataclass(frozen=True, slots=True)
class SigningRule:
    """What the register says of who may act for a company, and what officers make of it."""

    company_id: UUID
    stored: StoredState
    holders: Sequence[StatedHolder]
    groups: Sequence[Sequence[StatedHolder]]
    """Each: those who may act together, and only together."""
    look: Look | None
    """None: nobody has looked at this register state."""
    readings: Sequence[RecordedReading]
    """The newest first, also of what the register said before."""

    @property
    def company(self) -> CompanyKey:
        return self.stored.state.company


def signing_rule(database: Database, company_id: UUID) -> SigningRule:
    """Return a company's signing rule. Raises NotFound where no register state is known."""
    with database.reading() as connection:
        stored = register_state_queries.current(connection, [company_id]).get(company_id)
        if stored is None:
            raise NotFound
        ids = _ids(connection, stored.state)
        counts = ACTING[stored.state.status] if stored.state.form_confers else frozenset()

        def stated(entries: Sequence[Holder]) -> list[StatedHolder]:
            return [_holder(entry, ids, counts) for entry in entries]

        return SigningRule(
            company_id,
            stored,
            stated(stored.state.holders),
            [stated(group) for group in stored.state.groups],
            looks.find(connection, company_id, stored.digest),
            reading_queries.of_company(connection, company_id, limit=_READINGS),
        )


def _ids(connection: Connection, state: RegisterState) -> dict[PersonKey, UUID]:
    entries = (*state.holders, *(entry for group in state.groups for entry in group))
    return people.ids_of(connection, [each.person for each in entries if each.person is not None])


def _holder(
    entry: Holder, ids: Mapping[PersonKey, UUID], counts: frozenset[Capacity]
) -> StatedHolder:
    return StatedHolder(
        ids.get(entry.person) if entry.person is not None else None,
        entry.name,
        entry.role,
        entry.capacity,
        entry.acts_alone,
        entry.capacity in counts,
    )

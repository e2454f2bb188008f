"""Delegations that exist at the operator already: what its systems say of one, and its terms here.

What people did here counts for more than what those systems still say: nothing that ended comes
back, and nothing that people took away.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from domain.access.permissions import Permission
from domain.delegations import changes, checks
from domain.delegations.periods import last_of_years
from domain.delegations.refusals import DelegationRefusal as Refusal
from domain.delegations.terms import COMPOSED, Terms
from domain.identifiers import PersonKey

EARLIEST = date(1900, 1, 1)
"""The first day that a record may name."""


@dataclass(frozen=True, slots=True)
class ImportedDelegation:
    """One delegation as the operator's record has it. The id is the operator's."""

    id: UUID
    account_id: UUID
    receiver: PersonKey
    role: str
    """Name of the role that the permissions came from, or ``COMPOSED``."""
    permissions: frozenset[Permission]
    service_ids: frozenset[UUID]
    """Empty: the whole account."""
    from_day: date
    """May have passed: access begins with the import, the delegation keeps its day."""
    through_day: date | None
    """None: the one that it has here, else a day that the installation's setting gives."""
    may_pass_on: bool
    receiver_name: str = ""
    """As the operator's systems have it; shown until a register or a login gives one."""


@dataclass(frozen=True, slots=True)
class Known:
    """A delegation that was imported before."""

    put: Terms
    """Terms that the operator's systems gave it last."""
    now: Terms
    """Terms in force: others, where people changed them."""


def terms(record: ImportedDelegation, known: Terms | None, *, today: date, years: int) -> Terms:
    """Return the terms of a record. ``known``: those that the record had last.

    A role means what it meant then: what a later release adds to it is not given by a repetition.
    """
    permissions, through = record.permissions, record.through_day
    if known is not None:
        same = (record.role, record.may_pass_on) == (known.role, known.may_pass_on)
        permissions = known.permissions if same and record.role != COMPOSED else permissions
        through = through or known.through_day
    if through is None:
        through = last_of_years(max(record.from_day, today), years)
    days = (record.from_day, through)
    return Terms(record.role, permissions, record.service_ids, *days, record.may_pass_on)


def refusals(
    wanted: Terms, known: Known | None, services: frozenset[UUID], *, today: date
) -> tuple[Refusal, ...]:
    """Return why these terms cannot be imported; empty: they can.

    ``services``: active ones of the account.
    """
    return tuple(_refusals(wanted, known, services, today))


def _refusals(
    wanted: Terms, known: Known | None, services: frozenset[UUID], today: date
) -> Iterator[Refusal]:
    if known is not None and known.now != known.put and changes.needs_acceptance(known.now, wanted):
        yield Refusal.CHANGED_BY_PEOPLE
    # A service that it named before, and that is gone since, harms nobody.
    before = known.now.service_ids if known else frozenset()
    for refusal in checks.of_terms(wanted, services | before, today=today):
        if refusal is not Refusal.FROM_IN_PAST:
            yield refusal

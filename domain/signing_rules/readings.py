"""Readings: what an officer says a free-text signing rule means (joint.8).

A register may state in words only who acts together with whom. Two members of staff say what the
words mean; until then they give nobody anything. A reading is of one register state: it is void as
soon as the register says something else.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from domain.access.grants import SIGNING_RULE_READ
from domain.access.permissions import Role
from domain.delegations.periods import years_later
from domain.identifiers import PersonKey
from domain.reasons import Reason
from domain.registry.authority import ACTING, AuthorityKind, authority_of
from domain.registry.register import Holder, RegisterState
from domain.signing_rules.refusals import ReadingRefusal as Refusal

Group = frozenset[PersonKey]
"""People who may act together, and only together; a single one may act alone."""
MOST_GROUPS = 20
MOST_MEMBERS = 10
"""Most members of one group."""
LONGEST_YEARS = 5
"""Most years ahead that a reading applies."""


@dataclass(frozen=True, slots=True)
class Reading:
    """A confirmed reading of a register state."""

    id: UUID
    groups: tuple[Group, ...]
    register_state_id: UUID
    """The stored register state that was read. It applies to no other."""
    through_day: date
    """The last day on which it applies, of the installation's time zone."""


def with_reading(state: RegisterState, groups: Collection[Group]) -> RegisterState:
    """Return the state as if the register stated these groups in a form that a machine reads.

    The register's own groups and rights to act alone stay. A group with a member who does not
    represent the company at this stage of its life is left out.
    """
    counts = ACTING[state.status]
    entries = {h.person: h for h in state.holders if h.person and h.capacity in counts}
    usable = [group for group in groups if group and group <= entries.keys()]
    alone = frozenset[PersonKey]().union(*(group for group in usable if len(group) == 1))
    members = alone.union(*usable)

    def read(entry: Holder) -> Holder:
        if entry.person not in members or entry.capacity not in counts:
            return entry
        return replace(entry, acts_alone=bool(entry.acts_alone) or entry.person in alone)

    together = [
        tuple(read(entries[person]) for person in sorted(group))
        for group in usable
        if len(group) > 1
    ]
    groups_then = tuple(dict.fromkeys((*state.groups, *together)))
    return replace(state, holders=tuple(map(read, state.holders)), groups=groups_then, opaque=False)


def roles(groups: Collection[Group]) -> dict[PersonKey, Role]:
    """Return the access role that a reading gives each person on the company's accounts."""
    members = frozenset[PersonKey]().union(*groups)
    return {
        person: Role.ADMINISTRATOR if frozenset({person}) in groups else Role.JOINT_REPRESENTATIVE
        for person in sorted(members)
    }


def obstacles(
    state: RegisterState, groups: Sequence[Group], through_day: date, today: date
) -> list[Refusal]:
    """Return everything for which this is no reading of the state; empty: it can be one.

    Each member must, by the state as it would then be read, represent the company at this stage of
    its life. ``today``: in the installation's time zone.
    """
    found = []
    if not state.opaque:
        found.append(Refusal.SIGNING_RULE_READABLE)
    elif not groups or not all(groups) or not _all_count(state, groups):
        found.append(Refusal.MEMBER_NOT_COUNTED)
    if through_day < today:
        found.append(Refusal.THROUGH_IN_PAST)
    if through_day > years_later(today, LONGEST_YEARS):
        found.append(Refusal.LONGER_THAN_FIVE_YEARS)
    return found


def _all_count(state: RegisterState, groups: Sequence[Group]) -> bool:
    read = with_reading(state, groups)
    needed = {
        person: AuthorityKind.SOLE if role is Role.ADMINISTRATOR else AuthorityKind.TOGETHER
        for person, role in roles(groups).items()
    }
    found = {person: authority_of(person, read).kind for person in needed}
    return all(found[each] in {kind, AuthorityKind.SOLE} for each, kind in needed.items())


def read_because(reading: Reading) -> Reason:
    """Return the reason of a grant that a reading gives."""
    text = (
        "May act for the company, as two officers read its signing rule,"
        f" through {reading.through_day}"
    )
    facts = {
        "reading": str(reading.id),
        "register_state": str(reading.register_state_id),
        "through": reading.through_day.isoformat(),
    }
    return Reason(SIGNING_RULE_READ, text, facts)


RECORDED = Reason(
    "reading_recorded", "An officer recorded how the signing rule is read; another one confirms it"
)
CONFIRMED = Reason("reading_confirmed", "A second officer confirmed the reading")
REJECTED = Reason("reading_rejected", "A second officer rejected the reading")
WITHDRAWN = Reason("reading_withdrawn", "The officer who recorded the reading withdrew it")
CHANGED = Reason("signing_rule_changed", "The register says something else than what was read")
ENDED = Reason("reading_ended", "An officer ended the reading of the signing rule")
REPLACED = Reason("reading_replaced", "Another reading of the signing rule took its place")

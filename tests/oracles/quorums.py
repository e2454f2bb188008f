"""Whose confirmations are enough: the requirement once more, by trying every set of people."""

from collections.abc import Collection, Iterator
from itertools import combinations

from domain.identifiers import PersonKey
from domain.registry.register import Capacity, CompanyStatus, Holder, RegisterState

People = frozenset[PersonKey]

_STAGES = {
    CompanyStatus.ACTIVE: "board partner procurist sole_trader",
    CompanyStatus.LIQUIDATION: "liquidator",
    CompanyStatus.BANKRUPT: "trustee",
    CompanyStatus.DELETED: "",
}


def enough(state: RegisterState, confirmed: Collection[PersonKey]) -> bool:
    """Return whether these people fill a group, or one of them may act alone."""
    if not state.form_confers:
        return False
    if any(_acts_alone(person, state) for person in confirmed):
        return True
    return any(_all_confirmed(group, confirmed, state) for group in state.groups)


def smallest(state: RegisterState, confirmed: Collection[PersonKey]) -> set[People]:
    """Return the sets of further people that would be enough, and of which nobody is spare."""
    found: list[People] = []
    for more in _subsets(_named(state) - set(confirmed)):
        if enough(state, {*confirmed, *more}) and not any(less < more for less in found):
            found.append(more)
    return set(found)


def _acts_alone(person: PersonKey, state: RegisterState) -> bool:
    return any(e.person == person and _counts(e, state) and e.acts_alone for e in state.holders)


def _all_confirmed(
    group: tuple[Holder, ...], confirmed: Collection[PersonKey], state: RegisterState
) -> bool:
    people = {member.person for member in group}
    return len(people) > 1 and all(
        member.person in confirmed and _counts(member, state) and _is_read(member.person, state)
        for member in group
    )


def _is_read(person: PersonKey | None, state: RegisterState) -> bool:
    """Return whether the company's own list has the person, and leaves nothing about them open."""
    if person is None:
        return False
    own = [entry for entry in state.holders if entry.person == person]
    acting = [entry for entry in own if _counts(entry, state)]
    if _acts_alone(person, state):
        return True
    everywhere = [*state.holders, *(member for group in state.groups for member in group)]
    open_ = (
        any(entry.acts_alone is None for entry in acting)
        or any(entry.capacity is Capacity.UNKNOWN for entry in own)
        or any(_may_be_theirs(entry, person, state) for entry in everywhere)
    )
    return bool(acting) and not open_


def _may_be_theirs(entry: Holder, person: PersonKey, state: RegisterState) -> bool:
    """Return whether an entry with the person's code, but no readable country, may act."""
    key = entry.unreadable
    if key is None or key.code is None or key.country not in {None, person.country}:
        return False
    return key.code == person.code and (_counts(entry, state) or entry.capacity == "unknown")


def _counts(entry: Holder, state: RegisterState) -> bool:
    return entry.capacity.value in _STAGES[state.status].split()


def _named(state: RegisterState) -> set[PersonKey]:
    everywhere = [*state.holders, *(member for group in state.groups for member in group)]
    return {entry.person for entry in everywhere if entry.person is not None}


def _subsets(people: set[PersonKey]) -> Iterator[People]:
    for size in range(len(people) + 1):
        yield from map(frozenset, combinations(sorted(people), size))

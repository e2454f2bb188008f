"""Rules on whose confirmations are enough to act for a company (joint.2).

Confirmations are enough when they fill one whole group of the signing rule. Somebody who may act
alone is a group of one. A person counts who, in this very register state, may act alone or together
with others (``authority_of``), and is in the group in a capacity that represents the company at
this stage of its life: in liquidation the liquidators count and the board does not. Unknown is not
yes: an entry that cannot be read counts for nobody.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from enum import StrEnum

from domain.identifiers import PersonKey
from domain.reasons import Reason
from domain.registry.authority import (
    ACTING,
    AuthorityKind,
    authority_of,
    is_group,
    state_refusal,
)
from domain.registry.register import Capacity, Holder, RegisterState

NOBODY_REPRESENTS = Reason(
    "nobody_represents", "The register names nobody who may represent the company"
)
OPAQUE = Reason(
    "signing_rule_opaque", "The conditions of acting together cannot be read by machine"
)
NO_GROUP_FILLABLE = Reason(
    "no_group_fillable", "In every group that may act together, somebody cannot confirm here"
)


class GroupDefectCode(StrEnum):
    """Why a member of a group cannot confirm."""

    MEMBER_WITHOUT_CODE = "member_without_code"
    """A legal person, or a person without a personal code: register entries do not tell which."""
    MEMBER_UNREADABLE = "member_unreadable"
    """The member's personal code cannot be read."""
    MEMBER_ENTRY_UNREADABLE = "member_entry_unreadable"
    """The member's role or right to represent cannot be read."""
    MEMBER_DOES_NOT_COUNT = "member_does_not_count"
    """The member does not represent the company at this stage of its life."""


@dataclass(frozen=True, slots=True)
class GroupDefect:
    """A group that cannot be filled. One for each code."""

    index: int
    """Of the group in the register state's groups."""
    code: GroupDefectCode


@dataclass(frozen=True, slots=True)
class Filled:
    """The confirmations are enough."""

    group: tuple[PersonKey, ...]
    """The smallest group that they fill, sorted."""


@dataclass(frozen=True, slots=True)
class Missing:
    """The confirmations are not enough yet."""

    options: tuple[frozenset[PersonKey], ...]
    """Who else would make them enough, fewest first. None contains another: it would ask people
    whose confirmation is not needed."""
    unfillable: tuple[GroupDefect, ...] = ()


@dataclass(frozen=True, slots=True)
class Unfillable:
    """No confirmations are enough, by this register state."""

    reason: Reason
    groups: tuple[GroupDefect, ...] = ()


def quorum(state: RegisterState, confirmed: Collection[PersonKey]) -> Filled | Missing | Unfillable:
    """Return whether these persons' confirmations are enough to act for the company."""
    groups = _fillable(state)
    if not groups:
        return _unfillable(state)
    lacking = {group: group - frozenset(confirmed) for group in groups}
    filled = [group for group in groups if not lacking[group]]
    if filled:
        smallest = min(filled, key=_size_and_names)
        return Filled(tuple(sorted(smallest)))
    return Missing(_smallest(lacking.values()), _defects(state))


def members(state: RegisterState) -> frozenset[PersonKey]:
    """Return everyone whose confirmation can count, by this register state."""
    return frozenset().union(*_fillable(state))


def _fillable(state: RegisterState) -> list[frozenset[PersonKey]]:
    """Return the groups whose every member can confirm: first those of one, who act alone."""
    people = {entry.person for entry in state.holders if entry.person is not None}
    alone = [p for p in sorted(people) if authority_of(p, state).kind is AuthorityKind.SOLE]
    together = [
        frozenset(member.person for member in group if member.person is not None)
        for group in state.groups
        if is_group(group) and not any(_defect(member, state) for member in group)
    ]
    return [frozenset({person}) for person in alone] + together


def _defect(member: Holder, state: RegisterState) -> GroupDefectCode | None:
    if member.person is None:
        unreadable = member.unreadable is not None
        return (
            GroupDefectCode.MEMBER_UNREADABLE if unreadable else GroupDefectCode.MEMBER_WITHOUT_CODE
        )
    kind = authority_of(member.person, state).kind
    if kind is AuthorityKind.UNKNOWN or member.capacity is Capacity.UNKNOWN:
        return GroupDefectCode.MEMBER_ENTRY_UNREADABLE
    if kind is AuthorityKind.NONE or member.capacity not in ACTING[state.status]:
        return GroupDefectCode.MEMBER_DOES_NOT_COUNT
    return None


def _defects(state: RegisterState) -> tuple[GroupDefect, ...]:
    found = {
        (index, code): None
        for index, group in enumerate(state.groups)
        if is_group(group)
        for member in group
        if (code := _defect(member, state))
    }
    return tuple(GroupDefect(index, code) for index, code in found)


def _unfillable(state: RegisterState) -> Unfillable:
    refused = state_refusal(state)
    if refused:
        return Unfillable(refused)
    defects = _defects(state)
    if state.opaque:
        return Unfillable(OPAQUE, defects)
    return Unfillable(NO_GROUP_FILLABLE if defects else NOBODY_REPRESENTS, defects)


def _smallest(options: Iterable[frozenset[PersonKey]]) -> tuple[frozenset[PersonKey], ...]:
    distinct = set(options)
    needed = [each for each in distinct if not any(other < each for other in distinct)]
    return tuple(sorted(needed, key=_size_and_names))


def _size_and_names(group: frozenset[PersonKey]) -> tuple[int, list[PersonKey]]:
    return len(group), sorted(group)

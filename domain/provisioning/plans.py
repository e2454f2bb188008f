"""The plan of a process whose items are carried out side by side. Pure."""

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from domain.provisioning.steps import Stage


class PlanError(ValueError):
    """The plan cannot be carried out: a name twice, an unknown item, a circle, a wrong stage."""


@dataclass(frozen=True, slots=True)
class PlannedItem:
    """One item of a plan."""

    name: str
    resources: AbstractSet[str] = frozenset()
    after: AbstractSet[str] = frozenset()
    """Names of the items that must be done first. Where one is undone, this one is not begun."""
    stages: Sequence[Stage] = ()
    """Of its steps, in their order."""


@dataclass(frozen=True, slots=True)
class Before:
    """The items that come before another one."""

    needed: AbstractSet[str]
    """They must be done."""
    in_turn: AbstractSet[str]
    """They must be over, done or undone: they use one of its resources."""


def order(items: Sequence[PlannedItem]) -> Mapping[str, Before]:
    """Say of every item which others come before it.

    Items of one process do not wait for each other's places on a resource: those that share one
    are carried out one after the other, in the order in which they stand, but for what they need.
    Raises PlanError.
    """
    for item in items:
        _check_stages(item)
    sequence = _in_sequence(items)
    return {
        item.name: Before(
            needed=item.after,
            in_turn={each.name for each in sequence[:number] if each.resources & item.resources},
        )
        for number, item in enumerate(sequence)
    }


def _check_stages(item: PlannedItem) -> None:
    """Raise PlanError unless reversible steps come before the pivot, and final ones after it."""
    rank = {stage: number for number, stage in enumerate(Stage)}
    stages = list(item.stages)
    if stages != sorted(stages, key=rank.__getitem__) or stages.count(Stage.PIVOT) > 1:
        raise PlanError(f"{item.name}: reversible steps, one pivot, final steps: in this order")
    if Stage.FINAL in stages and Stage.PIVOT not in stages:
        raise PlanError(f"{item.name}: final steps come after a pivot")


def _in_sequence(items: Sequence[PlannedItem]) -> Sequence[PlannedItem]:
    """Put every item behind those that it needs, and leave the others as they stand."""
    names = [item.name for item in items]
    if len(set(names)) < len(names):
        raise PlanError("two items have one name")
    unknown = {name for item in items for name in item.after} - set(names)
    if unknown:
        raise PlanError(f"no such items: {sorted(unknown)}")
    found: list[PlannedItem] = []
    left = list(items)
    while left:
        begun = {item.name for item in found}
        first = next((item for item in left if item.after <= begun), None)
        if first is None:
            raise PlanError("items wait for each other in a circle")
        left.remove(first)
        found.append(first)
    return found

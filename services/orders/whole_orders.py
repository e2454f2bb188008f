"""What follows for an order from its items together: its urgency, and how long it takes."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from storage.orders.placing import JudgedItem


def of_one_urgency(items: Sequence[JudgedItem]) -> list[JudgedItem]:
    """Make all items urgent or none: an order that is not urgent as a whole waits its turn."""
    is_urgent = all(item.is_urgent for item in items)
    return [replace(item, is_urgent=is_urgent) for item in items]


def expected(items: Sequence[JudgedItem]) -> timedelta:
    """Return how long the items take together: those that come after others add up."""
    ends: dict[str, timedelta] = {}
    left = list(items)
    while left:
        ready = [item for item in left if set(item.requested.after) <= ends.keys()]
        for item in ready:
            begins = max((ends[id_] for id_ in item.requested.after), default=timedelta())
            ends[item.requested.id] = begins + item.expected
        left = [item for item in left if item.requested.id not in ends]
    return max(ends.values(), default=timedelta())

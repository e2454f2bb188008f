"""The order in which the steps of a product are carried out, and its point of no return."""

from collections.abc import Sequence
from dataclasses import replace

from domain.catalogue.products import ProductStep


class NoOrder(ValueError):
    """The steps cannot be put in an order. ``str()`` says why."""


def in_order(steps: Sequence[ProductStep]) -> tuple[ProductStep, ...]:
    """Put every step behind those that it names in ``after``, and leave the others as they stand.

    Raises NoOrder.
    """
    ids = [each.id for each in steps]
    for each in steps:
        if ids.count(each.id) > 1:
            raise NoOrder(f"two steps have the id {each.id}")
        for named in each.after:
            if named not in ids:
                raise NoOrder(f"step {each.id}: after names no step of the product: {named}")
    found: list[ProductStep] = []
    left = list(steps)
    while left:
        done = {each.id for each in found}
        ready = next((each for each in left if done.issuperset(each.after)), None)
        if ready is None:
            raise NoOrder(f"steps wait for each other in a circle: {', '.join(s.id for s in left)}")
        found.append(ready)
        left.remove(ready)
    return tuple(found)


def with_pivot(steps: Sequence[ProductStep]) -> tuple[ProductStep, ...]:
    """Make the last step the pivot where the product names none.

    What is completed stays completed: once its last step is done, nothing of an item is undone.
    """
    if not steps or any(each.is_pivot for each in steps):
        return tuple(steps)
    return (*steps[:-1], replace(steps[-1], is_pivot=True))

"""Products: their steps, stages and prices."""

from typing import Any

import pytest

from domain.catalogue.actions import ItemAction
from domain.catalogue.step_order import NoOrder
from domain.provisioning.steps import Stage
from tests.builders.products import product

R, P, F = Stage.REVERSIBLE, Stage.PIVOT, Stage.FINAL


def step(id_: str, *after: str, pivot: bool = False) -> dict[str, Any]:
    """A step that reads."""
    return {"id": id_, "target": "network", "do": "read", "after": list(after), "pivot": pivot}


@pytest.mark.parametrize(
    ("steps", "order", "stages"),
    [
        # Where none is the pivot, the last one is: what is completed stays so.
        ([step("a"), step("b")], "ab", [R, P]),
        ([step("b", "a"), step("a")], "ab", [R, P]),
        ([step("c", "b"), step("b", "a"), step("a"), step("d")], "abcd", [R, R, R, P]),
        ([step("a"), step("b", pivot=True), step("c")], "abc", [R, P, F]),
        ([step("a", "b"), step("b", pivot=True), step("c")], "bac", [P, F, F]),
    ],
)
def test_order_2_steps_are_in_an_order_and_know_their_stage(
    steps: list[dict[str, Any]], order: str, stages: list[Stage]
) -> None:
    made = product(steps=steps)

    assert "".join(each.id for each in made.steps) == order
    assert [made.stage_of(each) for each in made.steps] == stages


@pytest.mark.parametrize(
    ("steps", "why"),
    [
        ([step("a"), step("a")], "two steps have the id a"),
        ([step("a", "z")], "names no step"),
        ([step("a", "a")], "circle"),
        ([step("a", "b"), step("b", "c"), step("c", "a"), step("d")], "circle: a, b, c"),
    ],
)
def test_order_2_steps_without_an_order_are_refused(steps: list[dict[str, Any]], why: str) -> None:
    with pytest.raises(NoOrder, match=why):
        product(steps=steps)


def price(cents: int, **only_with: Any) -> dict[str, Any]:
    """A monthly price."""
    vat = {"currency": "EUR", "vat": "included", "period": "monthly"}
    return {"cents": cents, **vat, "onlyWith": only_with}


@pytest.mark.parametrize(
    ("action", "parameters", "cents"),
    [
        (ItemAction.ADD, {"spendingLimitAction": "bar"}, [100, 1]),
        (ItemAction.MODIFY, {"spendingLimitAction": "warn"}, [100, 2]),
        (ItemAction.MODIFY, {}, [100]),
        (ItemAction.DELETE, {"spendingLimitAction": None}, []),
        (ItemAction.NO_CHANGE, {}, []),
    ],
)
def test_order_2_an_order_costs_what_its_parameters_say(
    action: ItemAction, parameters: dict[str, Any], cents: list[int]
) -> None:
    bar, warn = price(1, spendingLimitAction="bar"), price(2, spendingLimitAction="warn")
    made = product(prices=[price(100), bar, warn])

    assert [each.cents for each in made.prices_of(action, parameters)] == cents

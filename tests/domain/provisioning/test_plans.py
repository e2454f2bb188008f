"""Plans of processes that consist of items: which item comes before which."""

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.provisioning.plans import Before, PlanError, PlannedItem, order
from domain.provisioning.steps import Stage

R, P, F = Stage.REVERSIBLE, Stage.PIVOT, Stage.FINAL


def item(name: str, on: str = "", after: str = "", stages: Sequence[Stage] = ()) -> PlannedItem:
    """An item on these resources, after these items: each is one letter."""
    return PlannedItem(name, frozenset(on), frozenset(after), stages)


@pytest.mark.parametrize(
    ("items", "before"),
    [
        # Items that share nothing are carried out side by side…
        ([item("a", "1"), item("b", "2")], {"a": ("", ""), "b": ("", "")}),
        ([item("a"), item("b")], {"a": ("", ""), "b": ("", "")}),
        # …those on one resource in turn, in the order in which they stand…
        (
            [item("a", "1"), item("b", "12"), item("c", "2")],
            {"a": ("", ""), "b": ("", "a"), "c": ("", "b")},
        ),
        (
            [item("a", "1"), item("b", "1"), item("c", "1")],
            {"a": ("", ""), "b": ("", "a"), "c": ("", "ab")},
        ),
        # …but behind what they need.
        (
            [item("a", "1", after="b"), item("b", "1")],
            {"a": ("b", "b"), "b": ("", "")},
        ),
        (
            [item("a", "1", after="c"), item("b", "1"), item("c", "2")],
            {"a": ("c", "b"), "b": ("", ""), "c": ("", "")},
        ),
    ],
)
def test_step_4_items_that_share_a_resource_take_turns(
    items: list[PlannedItem], before: dict[str, tuple[str, str]]
) -> None:
    expected = {
        name: Before(frozenset(needed), set(in_turn)) for name, (needed, in_turn) in before.items()
    }
    assert order(items) == expected


@pytest.mark.parametrize(
    ("items", "why"),
    [
        ([item("a"), item("a")], "one name"),
        ([item("a", after="z")], "no such items"),
        ([item("a", after="a")], "circle"),
        ([item("a", after="b"), item("b", after="c"), item("c", after="a")], "circle"),
        ([item("a", stages=[P, R])], "in this order"),
        ([item("a", stages=[P, P])], "one pivot"),
        ([item("a", stages=[F, P])], "in this order"),
        ([item("a", stages=[R, F])], "after a pivot"),
    ],
)
def test_step_3_step_4_a_plan_that_cannot_be_carried_out_is_refused(
    items: list[PlannedItem], why: str
) -> None:
    with pytest.raises(PlanError, match=why):
        order(items)


@pytest.mark.parametrize("stages", [[], [R], [R, R, P], [P], [R, P, F, F]])
def test_step_3_steps_stand_before_their_pivot_or_after_it(stages: list[Stage]) -> None:
    assert order([item("a", stages=stages)])


NAMES = "abcdef"


@st.composite
def plans(draw: st.DrawFn) -> list[PlannedItem]:
    """Items that need any others, in any order, on any resources."""
    names = draw(st.permutations(NAMES[: draw(st.integers(0, len(NAMES)))]))
    letters = st.frozensets(st.sampled_from("123"), max_size=2)
    needed = st.frozensets(st.sampled_from(names), max_size=2) if names else st.just(frozenset())
    return [PlannedItem(name, draw(letters), draw(needed)) for name in names]


@given(plans())
def test_step_4_no_plan_makes_items_wait_for_each_other(items: list[PlannedItem]) -> None:
    """Either it is refused, or all are carried out, and no two at once on one resource."""
    try:
        before = order(items)
    except PlanError:
        return
    resources = {each.name: each.resources for each in items}
    over: set[str] = set()
    while len(over) < len(items):
        ready = {
            name
            for name, each in before.items()
            if name not in over and each.needed | each.in_turn <= over
        }
        assert ready, "they wait for each other"
        used = [resource for name in ready for resource in resources[name]]
        assert len(used) == len(set(used))
        over |= ready

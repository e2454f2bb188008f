"""Limits on the access that a run may end without a decision."""

import pytest

from domain.registry.hold_limits import HoldLimits


@pytest.mark.parametrize(
    ("ending", "held", "waits"),
    [
        pytest.param(0, 0, False, id="nothing"),
        pytest.param(19, 19, False, id="all-of-very-little"),
        pytest.param(20, 20, True, id="twenty-of-twenty"),
        pytest.param(20, 1000, False, id="exactly-the-share"),
        pytest.param(21, 1000, True, id="more-than-the-share"),
        pytest.param(7500, 375_000, False, id="the-share-of-very-much"),
    ],
)
def test_runs_beyond_the_limits_are_held(ending: int, held: int, waits: bool) -> None:
    assert HoldLimits(share=0.02, least=20).exceeded(ending, held) is waits


@pytest.mark.parametrize(
    ("ending", "recently", "waits"),
    [
        pytest.param(1, 18, False, id="the-nineteenth"),
        pytest.param(1, 19, True, id="the-twentieth"),
        pytest.param(15, 15, True, id="together-too-many"),
        pytest.param(0, 500, False, id="ends-nothing"),
    ],
)
def test_fault_6_what_ended_lately_counts(ending: int, recently: int, waits: bool) -> None:
    assert HoldLimits(share=0.02, least=20).exceeded(ending, 100, recently) is waits


def test_fault_6_the_share_is_of_what_was_held_before() -> None:
    limits = HoldLimits(share=0.02, least=1)

    assert not limits.exceeded(1, 981, 19)
    assert limits.exceeded(1, 980, 19)

from datetime import timedelta

import pytest

from domain.provisioning.step_rules import StepRules
from domain.provisioning.target_pauses import after_answer, after_failure, is_probe_due
from domain.provisioning.targets import TargetState

RULES = StepRules(pause_after=3)
AVAILABLE, PROBING, PAUSED = TargetState.AVAILABLE, TargetState.PROBING, TargetState.PAUSED
NOW, A_SECOND = timedelta(0), timedelta(seconds=1)


@pytest.mark.parametrize(
    ("before", "failures", "after"),
    [
        (AVAILABLE, 1, AVAILABLE),
        (AVAILABLE, 2, AVAILABLE),
        (AVAILABLE, 3, PAUSED),
        (AVAILABLE, 4, PAUSED),
        # A probe that fails, however few failures were counted.
        (PROBING, 1, PAUSED),
        (PROBING, 9, PAUSED),
        # A step that was under way when the target was paused.
        (PAUSED, 1, PAUSED),
        (PAUSED, 9, PAUSED),
    ],
)
def test_a_number_of_failures_in_a_row_pauses_a_target(
    before: TargetState, failures: int, after: TargetState
) -> None:
    assert after_failure(before, failures, RULES) is after


@pytest.mark.parametrize(
    ("before", "after"), [(AVAILABLE, AVAILABLE), (PROBING, AVAILABLE), (PAUSED, PAUSED)]
)
def test_only_the_answer_to_a_probe_ends_a_pause(before: TargetState, after: TargetState) -> None:
    assert after_answer(before) is after


@pytest.mark.parametrize(
    ("state", "probe_in", "is_due"),
    [
        (PAUSED, -A_SECOND, True),
        (PAUSED, NOW, True),
        (PAUSED, A_SECOND, False),
        # An operator paused it.
        (PAUSED, None, False),
        # One step was let through: the next one goes where that one does not come back.
        (PROBING, A_SECOND, False),
        (PROBING, -A_SECOND, True),
        (AVAILABLE, None, False),
        (AVAILABLE, -A_SECOND, False),
    ],
)
def test_a_target_paused_after_failures_is_probed(
    state: TargetState, probe_in: timedelta | None, is_due: bool
) -> None:
    assert is_probe_due(state, probe_in) is is_due

from datetime import timedelta

import pytest

from domain.provisioning.step_rules import StepRules
from domain.provisioning.target_pauses import (
    FailuresInRow,
    Probing,
    after_answer,
    after_failure,
    is_let_through,
)
from domain.provisioning.targets import TargetState

RULES = StepRules(pause_after=4, pause_resources=3)
AVAILABLE, PROBING, PAUSED = TargetState.AVAILABLE, TargetState.PROBING, TargetState.PAUSED
NOW, A_SECOND = timedelta(0), timedelta(seconds=1)


@pytest.mark.parametrize(
    ("failures", "resources", "after"),
    [
        (1, 1, AVAILABLE),
        (3, 3, AVAILABLE),
        (4, 3, PAUSED),
        (9, 9, PAUSED),
        # One hopeless step, or two, however often they fail.
        (4, 1, AVAILABLE),
        (1000, 1, AVAILABLE),
        (1000, 2, AVAILABLE),
        (1001, 3, PAUSED),
    ],
)
def test_step_5_failures_in_a_row_of_several_resources_pause_a_target(
    failures: int, resources: int, after: TargetState
) -> None:
    found = FailuresInRow(failures, resources)
    for is_probe in (False, True):  # paused when it was sent, and resumed before it failed
        assert after_failure(AVAILABLE, found, RULES, is_probe=is_probe) is after


@pytest.mark.parametrize(
    ("before", "is_probe", "after"),
    [
        # A probe that fails, however few failures were counted.
        (PROBING, True, PAUSED),
        # A step that was under way when the target was paused.
        (PROBING, False, PROBING),
        (PAUSED, False, PAUSED),
        # The probe of a target that an operator, or another probe, paused meanwhile.
        (PAUSED, True, PAUSED),
    ],
)
def test_step_5_only_the_probes_failure_ends_a_probe(
    before: TargetState, is_probe: bool, after: TargetState
) -> None:
    for found in (FailuresInRow(1, 1), FailuresInRow(9, 9)):
        assert after_failure(before, found, RULES, is_probe=is_probe) is after


@pytest.mark.parametrize(
    ("before", "is_probe", "by_operator", "after"),
    [
        (AVAILABLE, False, False, AVAILABLE),
        (AVAILABLE, True, False, AVAILABLE),
        (PROBING, True, False, AVAILABLE),
        # A step that was sent before the target was paused.
        (PROBING, False, False, PROBING),
        (PAUSED, False, False, PAUSED),
        # Another probe failed meanwhile, a hopeless step's: the target answers others.
        (PAUSED, True, False, AVAILABLE),
        (PAUSED, True, True, PAUSED),
        (PAUSED, False, True, PAUSED),
    ],
)
def test_step_5_any_probes_answer_ends_a_pause_that_is_no_operators(
    before: TargetState, is_probe: bool, by_operator: bool, after: TargetState
) -> None:
    assert after_answer(before, is_probe=is_probe, by_operator=by_operator) is after


@pytest.mark.parametrize(
    ("found", "may"),
    [
        (Probing(PAUSED, -A_SECOND), True),
        (Probing(PAUSED, NOW), True),
        (Probing(PAUSED, A_SECOND), False),
        # An operator paused it.
        (Probing(PAUSED, None), False),
        # One step was let through: the next one goes where that one does not come back.
        (Probing(PROBING, A_SECOND), False),
        (Probing(PROBING, -A_SECOND), True),
        (Probing(AVAILABLE, None), False),
        (Probing(AVAILABLE, -A_SECOND), False),
        # What failed there probes only if it was chosen: those that did not fail come first.
        (Probing(PAUSED, NOW, has_failed=True), False),
        (Probing(PAUSED, NOW, has_failed=True, is_chosen=True), True),
        (Probing(PAUSED, A_SECOND, has_failed=True, is_chosen=True), False),
        (Probing(PAUSED, None, has_failed=True, is_chosen=True), False),
    ],
)
def test_step_5_a_target_paused_after_failures_is_probed(found: Probing, may: bool) -> None:
    assert is_let_through(found) is may

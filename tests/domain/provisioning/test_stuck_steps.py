from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest

from domain.ops.stuck_reasons import StuckKind, StuckReason
from domain.provisioning.step_rules import StepRules
from domain.provisioning.steps import (
    InDoubt,
    NotDone,
    Step,
    StepState,
    Trouble,
)
from domain.provisioning.stuck_steps import (
    AfterFailure,
    FailedStep,
    after_failure,
    ask_again_in,
    is_answer_lost,
    is_tried_on,
    patience_of,
    state_after_crash,
    state_after_failure,
)

RULES = StepRules(stuck_after=timedelta(minutes=5))
SHORT, LONG = timedelta(minutes=4), timedelta(minutes=5)
TROUBLE, DOUBT, REFUSED = StuckKind.TROUBLE, StuckKind.DOUBT, StuckKind.REFUSED
AGAIN, WAIT, STUCK = AfterFailure.TRY_AGAIN, AfterFailure.WAIT_FOR_TARGET, AfterFailure.BE_STUCK


def failed(
    kind: StuckKind,
    failing_for: timedelta = SHORT,
    *,
    can_ask: bool = True,
    is_listed: bool = False,
    is_target_paused: bool = False,
) -> FailedStep:
    return FailedStep(kind, failing_for, can_ask, is_listed, is_target_paused)


@pytest.mark.parametrize(
    ("step", "then"),
    [
        (failed(TROUBLE), AGAIN),
        (failed(TROUBLE, LONG), STUCK),
        (failed(TROUBLE, can_ask=False), AGAIN),
        (failed(DOUBT), AGAIN),
        (failed(DOUBT, LONG), STUCK),
        # Nobody but an operator can find out what became of it.
        (failed(DOUBT, can_ask=False), STUCK),
        (failed(DOUBT, can_ask=False, is_target_paused=True), STUCK),
        # The paused target is listed in place of those that wait for it…
        (failed(TROUBLE, is_target_paused=True), WAIT),
        (failed(TROUBLE, LONG, is_target_paused=True), WAIT),
        (failed(DOUBT, LONG, is_target_paused=True), WAIT),
        # …but a step that is stuck stays so until it succeeds or somebody decides.
        (failed(TROUBLE, is_listed=True), STUCK),
        (failed(DOUBT, is_listed=True), STUCK),
        (failed(TROUBLE, is_listed=True, is_target_paused=True), STUCK),
    ],
)
def test_when_a_failed_step_is_stuck(step: FailedStep, then: AfterFailure) -> None:
    assert after_failure(step, RULES.stuck_after) is then


def test_step_2_a_step_has_the_patience_that_it_states() -> None:
    patient = Step("order", UUID(int=7), "activate", patience=timedelta(minutes=15))
    assert patience_of(patient, RULES) == timedelta(minutes=15)
    assert patience_of(replace(patient, patience=None), RULES) == RULES.stuck_after
    after = failed(DOUBT, timedelta(minutes=14))
    assert after_failure(after, patience_of(patient, RULES)) is AGAIN
    assert after_failure(after, RULES.stuck_after) is STUCK


@pytest.mark.parametrize(
    ("answer", "was_asked", "state"),
    [
        (Trouble(StuckReason.BUSY), False, StepState.TROUBLE),
        (InDoubt(StuckReason.ANSWER_LOST), False, StepState.DOUBT),
        # The question was not answered: what it was about is as unknown as before.
        (Trouble(StuckReason.BUSY), True, StepState.DOUBT),
        (InDoubt(StuckReason.ANSWER_LOST), True, StepState.DOUBT),
    ],
)
def test_a_failure_leaves_the_step_in_trouble_or_in_doubt(
    answer: NotDone, was_asked: bool, state: StepState
) -> None:
    assert state_after_failure(answer, was_asked=was_asked) is state


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (StepState.ASKED, StepState.TROUBLE),
        (StepState.TROUBLE, StepState.TROUBLE),
        (StepState.SENDING, StepState.DOUBT),
        (StepState.ACCEPTED, StepState.DOUBT),
        (StepState.DOUBT, StepState.DOUBT),
    ],
)
def test_an_error_of_our_own_makes_nothing_certain(before: StepState, after: StepState) -> None:
    assert state_after_crash(before) is after


@pytest.mark.parametrize(
    ("state", "is_listed", "is_lost"),
    [
        (StepState.SENDING, False, True),
        (StepState.SENDING, True, True),
        (StepState.DOUBT, False, True),
        (StepState.ACCEPTED, False, True),
        (StepState.DOUBT, True, False),
        (StepState.ACCEPTED, True, False),
        (StepState.REFUSED, False, False),
    ],
)
def test_an_answer_that_is_lost_is_listed_once(
    state: StepState, is_listed: bool, is_lost: bool
) -> None:
    assert is_answer_lost(state, is_listed=is_listed) is is_lost


@pytest.mark.parametrize(
    ("kind", "can_ask", "tried_on"),
    [
        (TROUBLE, True, True),
        (TROUBLE, False, True),
        (DOUBT, True, True),
        (DOUBT, False, False),
        (REFUSED, True, False),
        (REFUSED, False, False),
    ],
)
def test_a_stuck_step_that_may_heal_is_retried(
    kind: StuckKind, can_ask: bool, tried_on: bool
) -> None:
    assert is_tried_on(kind, can_ask=can_ask) is tried_on


@pytest.mark.parametrize(("seconds", "then"), [(0, 0.2), (0.1, 0.2), (3, 3), (30, 30), (3600, 30)])
def test_an_accepted_step_is_asked_about_ever_more_rarely(seconds: float, then: float) -> None:
    assert ask_again_in(timedelta(seconds=seconds)) == timedelta(seconds=then)

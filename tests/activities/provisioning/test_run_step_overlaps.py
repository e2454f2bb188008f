"""Decisions about a step, and other attempts at it, during an attempt."""

from typing import Any

import pytest

from activities.provisioning.effect import OutcomeKind
from domain.provisioning.steps import (
    Accepted,
    Answer,
    Decision,
    Done,
    NotDone,
    StepState,
)
from tests.builders.step_runner import BUSY, LOST, NO, Doing, StepHarness, disagreeing, kind, step


def test_a_retry_decided_before_the_answer_was_lost_does_not_repeat_a_step_in_doubt(
    harness: StepHarness,
) -> None:
    one = step()

    def decided_meanwhile() -> Answer:
        harness.decide(one, Decision.RETRY)
        raise LOST

    effect = Doing(BUSY, decided_meanwhile, can_be_asked=False)
    harness.carry_out(one, effect)
    assert kind(harness.carry_out(one, effect)) is OutcomeKind.STUCK
    assert kind(harness.carry_out(one, effect)) is OutcomeKind.STUCK
    assert len(effect.keys) == 2
    listed = harness.listed(one)
    assert (listed.state, listed.kind, listed.decision) == ("stuck", "doubt", None)


@pytest.mark.parametrize(
    ("decision", "outcome", "how", "state"),
    [
        (Decision.ABORT, OutcomeKind.ABORTED, "aborted", StepState.ABORTING),
        (Decision.SKIP, OutcomeKind.DONE, "healed", StepState.DONE),
        (Decision.RETRY, OutcomeKind.DONE, "healed", StepState.DONE),
    ],
)
def test_a_decision_made_while_an_attempt_succeeds(
    harness: StepHarness, decision: Decision, outcome: OutcomeKind, how: str, state: StepState
) -> None:
    one = step(allowed_decisions=tuple(Decision))

    def decided_meanwhile() -> Answer:
        harness.decide(one, decision)
        return Done({"id": "a"})

    effect = Doing(BUSY, decided_meanwhile)
    harness.carry_out(one, effect)
    assert kind(harness.carry_out(one, effect)) is outcome
    assert kind(harness.carry_out(one, effect)) is outcome  # and in every run from now on
    row = harness.row(one)
    assert row.state == state
    assert row.released_at is None  # it keeps its place until its process is over
    assert row.receipt == {"id": "a"}
    listed = harness.listed(one)
    assert (listed.state, listed.resolution) == ("closed", how)


def test_of_two_concurrent_attempts_the_first_may_return_last(harness: StepHarness) -> None:
    """Temporal gave the first up; the second listed it, and operations aborted it."""
    one = step()

    def overtaken() -> Answer:
        assert kind(harness.carry_out(one, Doing(when_asked=BUSY))) is OutcomeKind.STUCK
        harness.decide(one, Decision.ABORT)
        assert kind(harness.carry_out(one, Doing())) is OutcomeKind.ABORTED
        return Done()

    assert kind(harness.carry_out(one, Doing(overtaken))) is OutcomeKind.ABORTED
    assert harness.row(one).state == StepState.ABORTING
    assert disagreeing(harness.database) == []


@pytest.mark.parametrize("answer", [Done(), BUSY, NO, Accepted(), LOST])
def test_the_last_returning_attempt_leaves_no_item_open(harness: StepHarness, answer: Any) -> None:
    one = step()

    def overtaken() -> Answer:
        harness.carry_out(one, Doing(when_asked=BUSY))
        harness.carry_out(one, Doing(when_asked=Done()))
        if isinstance(answer, NotDone):
            raise answer
        returned: Answer = answer
        return returned

    assert kind(harness.carry_out(one, Doing(overtaken))) is OutcomeKind.DONE
    assert harness.row(one).state == StepState.DONE
    assert harness.listed(one).resolution == "healed"


def test_the_first_attempt_may_return_after_the_second_listed_the_step(
    harness: StepHarness,
) -> None:
    one = step()

    def overtaken() -> Answer:
        harness.carry_out(one, Doing(when_asked=BUSY))
        return Done()

    assert kind(harness.carry_out(one, Doing(overtaken))) is OutcomeKind.DONE
    assert (harness.listed(one).state, harness.listed(one).resolution) == ("closed", "healed")

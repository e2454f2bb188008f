"""Decisions about a step, and other attempts at it, during an attempt."""

from typing import Any

import pytest

from activities.provisioning.effect import OutcomeKind
from domain.ops.stuck_reasons import StuckReason
from domain.provisioning.steps import (
    Accepted,
    Answer,
    Decision,
    Done,
    InDoubt,
    NotDone,
    Refused,
    StepState,
    Trouble,
)
from tests.builders.step_runner import Doing, Hands, disagreeing, kind, step

BUSY = Trouble(StuckReason.BUSY)
LOST = InDoubt(StuckReason.ANSWER_LOST)
NO = Refused(StuckReason.REFUSED, "noSuchThing")


def test_a_retry_decided_before_the_answer_was_lost_does_not_repeat_a_step_in_doubt(
    hands: Hands,
) -> None:
    one = step()

    def decided_meanwhile() -> Answer:
        hands.decide(one, Decision.RETRY)
        raise LOST

    effect = Doing(BUSY, decided_meanwhile, can_be_asked=False)
    hands.carry_out(one, effect)
    assert kind(hands.carry_out(one, effect)) is OutcomeKind.STUCK
    assert kind(hands.carry_out(one, effect)) is OutcomeKind.STUCK
    assert len(effect.keys) == 2
    listed = hands.listed(one)
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
    hands: Hands, decision: Decision, outcome: OutcomeKind, how: str, state: StepState
) -> None:
    one = step(allowed_decisions=tuple(Decision))

    def decided_meanwhile() -> Answer:
        hands.decide(one, decision)
        return Done({"id": "a"})

    effect = Doing(BUSY, decided_meanwhile)
    hands.carry_out(one, effect)
    assert kind(hands.carry_out(one, effect)) is outcome
    assert kind(hands.carry_out(one, effect)) is outcome  # and in every run from now on
    row = hands.row(one)
    # An aborted step keeps its place until it is undone.
    assert (row.state, row.ended_at is None) == (state, decision is Decision.ABORT)
    assert row.receipt == {"id": "a"}
    listed = hands.listed(one)
    assert (listed.state, listed.resolution) == ("closed", how)


def test_of_two_concurrent_attempts_the_first_may_return_last(hands: Hands) -> None:
    """Temporal gave the first up; the second listed it, and operations aborted it."""
    one = step()

    def overtaken() -> Answer:
        assert kind(hands.carry_out(one, Doing(told=BUSY))) is OutcomeKind.STUCK
        hands.decide(one, Decision.ABORT)
        assert kind(hands.carry_out(one, Doing())) is OutcomeKind.ABORTED
        return Done()

    assert kind(hands.carry_out(one, Doing(overtaken))) is OutcomeKind.ABORTED
    assert hands.row(one).state == StepState.ABORTING
    assert disagreeing(hands.database) == []


@pytest.mark.parametrize("answer", [Done(), BUSY, NO, Accepted(), LOST])
def test_the_last_returning_attempt_leaves_no_item_open(hands: Hands, answer: Any) -> None:
    one = step()

    def overtaken() -> Answer:
        hands.carry_out(one, Doing(told=BUSY))
        hands.carry_out(one, Doing(told=Done()))
        if isinstance(answer, NotDone):
            raise answer
        said: Answer = answer
        return said

    assert kind(hands.carry_out(one, Doing(overtaken))) is OutcomeKind.DONE
    assert hands.row(one).state == StepState.DONE
    assert hands.listed(one).resolution == "healed"


def test_the_first_attempt_may_return_after_the_second_listed_the_step(hands: Hands) -> None:
    one = step()

    def overtaken() -> Answer:
        hands.carry_out(one, Doing(told=BUSY))
        return Done()

    assert kind(hands.carry_out(one, Doing(overtaken))) is OutcomeKind.DONE
    assert (hands.listed(one).state, hands.listed(one).resolution) == ("closed", "healed")

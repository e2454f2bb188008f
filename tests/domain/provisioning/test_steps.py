from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest

from domain.provisioning.next_action import NextAction, StepSnapshot, next_action
from domain.provisioning.steps import (
    SETTLED,
    UNKNOWN,
    Decision,
    Stage,
    Step,
    StepState,
)

S, D = StepState, Decision


@pytest.mark.parametrize(
    ("found", "action"),
    [
        # Nobody decided anything.
        (StepSnapshot(S.ASKED), NextAction.SEND),
        (StepSnapshot(S.TROUBLE), NextAction.SEND),
        (StepSnapshot(S.TROUBLE, can_ask=False), NextAction.SEND),
        (StepSnapshot(S.SENDING), NextAction.ASK),
        (StepSnapshot(S.DOUBT), NextAction.ASK),
        (StepSnapshot(S.ACCEPTED), NextAction.ASK),
        (StepSnapshot(S.SENDING, can_ask=False), NextAction.STAY_STUCK),
        (StepSnapshot(S.DOUBT, can_ask=False), NextAction.STAY_STUCK),
        (StepSnapshot(S.REFUSED), NextAction.STAY_STUCK),
        (StepSnapshot(S.ABORTING), NextAction.ABORT),
        (StepSnapshot(S.GIVEN_UP), NextAction.ABORT),
        # Retry: never what is in doubt without having asked, where that can be done…
        (StepSnapshot(S.TROUBLE, decision=D.RETRY), NextAction.SEND),
        (StepSnapshot(S.REFUSED, decision=D.RETRY), NextAction.SEND),
        (StepSnapshot(S.DOUBT, decision=D.RETRY), NextAction.ASK),
        (StepSnapshot(S.SENDING, decision=D.RETRY), NextAction.ASK),
        (StepSnapshot(S.DOUBT, decision=D.RETRY, can_ask=False), NextAction.SEND),
        # …nor what was not known to be in doubt by whoever decided.
        (StepSnapshot(S.SENDING, decision=D.RETRY, can_ask=False), NextAction.STAY_STUCK),
        # Decisions come before the order, but for a retry.
        (StepSnapshot(S.DOUBT, decision=D.SKIP, can_ask=False), NextAction.SKIP),
        (StepSnapshot(S.TROUBLE, decision=D.SKIP, is_blocked=True), NextAction.SKIP),
        (StepSnapshot(S.TROUBLE, decision=D.ABORT, is_blocked=True), NextAction.ABORT),
        (StepSnapshot(S.ABORTING, decision=D.SKIP), NextAction.ABORT),
        (StepSnapshot(S.TROUBLE, decision=D.RETRY, is_blocked=True), NextAction.WAIT),
        # The order.
        (StepSnapshot(S.ASKED, is_blocked=True), NextAction.WAIT),
        (StepSnapshot(S.DOUBT, is_blocked=True), NextAction.WAIT),
        (StepSnapshot(S.REFUSED, is_blocked=True), NextAction.STAY_STUCK),
        # A refusal that its process takes as an end.
        (StepSnapshot(S.REFUSED, is_ended=True), NextAction.NOTHING),
    ],
)
def test_the_next_action_of_a_step(found: StepSnapshot, action: NextAction) -> None:
    assert next_action(found) is action


@pytest.mark.parametrize(
    ("found", "action"),
    [
        # Nothing more of it is sent…
        (StepSnapshot(S.ASKED), NextAction.ABORT),
        (StepSnapshot(S.TROUBLE), NextAction.ABORT),
        (StepSnapshot(S.REFUSED), NextAction.ABORT),
        (StepSnapshot(S.REFUSED, decision=D.RETRY), NextAction.ABORT),
        (StepSnapshot(S.TROUBLE, is_blocked=True), NextAction.ABORT),
        (StepSnapshot(S.GIVEN_UP), NextAction.ABORT),
        (StepSnapshot(S.ABORTING), NextAction.ABORT),
        # …and what may have happened is found out first, whatever else was decided about it.
        (StepSnapshot(S.SENDING), NextAction.ASK),
        (StepSnapshot(S.ACCEPTED), NextAction.ASK),
        (StepSnapshot(S.DOUBT), NextAction.ASK),
        (StepSnapshot(S.DOUBT, decision=D.RETRY), NextAction.ASK),
        (StepSnapshot(S.DOUBT, decision=D.SKIP), NextAction.ASK),
        (StepSnapshot(S.DOUBT, decision=D.ABORT), NextAction.ABORT),
        (StepSnapshot(S.DOUBT, decision=D.FAIL), NextAction.ABORT),
        # Where nobody can be asked, an operator says that it goes on: it is undone in any case.
        (StepSnapshot(S.SENDING, can_ask=False), NextAction.STAY_STUCK),
        (StepSnapshot(S.DOUBT, can_ask=False), NextAction.STAY_STUCK),
        (StepSnapshot(S.DOUBT, can_ask=False, decision=D.RETRY), NextAction.ABORT),
        (StepSnapshot(S.DOUBT, can_ask=False, decision=D.SKIP), NextAction.ABORT),
        # What is done stays so until the process undoes it.
        (StepSnapshot(S.DONE, is_ended=True), NextAction.NOTHING),
    ],
)
def test_step_3_the_next_action_of_a_step_that_is_to_be_undone(
    found: StepSnapshot, action: NextAction
) -> None:
    assert next_action(replace(found, must_undo=True)) is action


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        ({"stage": Stage.PIVOT, "allowed_decisions": (D.RETRY, D.SKIP)}, "pivot"),
        ({"stage": Stage.PIVOT, "refusal_ends": True}, "pivot"),
        ({"stage": Stage.FINAL, "allowed_decisions": (D.RETRY, D.ABORT)}, "final"),
        ({"stage": Stage.FINAL, "allowed_decisions": (D.FAIL,)}, "final"),
    ],
)
def test_step_3_no_decision_leads_back_over_the_point_of_no_return(
    wrong: dict[str, Any], why: str
) -> None:
    with pytest.raises(ValueError, match=why):
        Step("order", UUID(int=7), "bill", **wrong)


@pytest.mark.parametrize("state", sorted(SETTLED))
@pytest.mark.parametrize("decision", [None, *Decision])
def test_a_settled_step_has_no_next_action(state: StepState, decision: Decision | None) -> None:
    for behind in (False, True):
        assert (
            next_action(StepSnapshot(state, decision=decision, is_blocked=behind))
            is NextAction.NOTHING
        )


@pytest.mark.parametrize("state", sorted(UNKNOWN))
def test_a_step_with_unknown_outcome_is_never_just_sent(state: StepState) -> None:
    for decision in (None, *Decision):
        assert next_action(StepSnapshot(state, decision=decision)) is not NextAction.SEND


def test_a_key_is_made_of_process_action_and_decision() -> None:
    step = Step("resend", UUID(int=7), "configure")
    again = Step("resend", UUID(int=7), "configure", account_id=UUID(int=8))
    assert step.id == again.id
    assert step.key(1) == again.key(1) == f"resend/{UUID(int=7)}/configure/1"
    others = (Step("resend", UUID(int=7), "read"), Step("resend", UUID(int=9), "configure"))
    assert len({step.id, *(other.id for other in others)}) == 3

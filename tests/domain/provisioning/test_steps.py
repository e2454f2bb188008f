from uuid import UUID

import pytest

from domain.provisioning.steps import (
    SETTLED,
    UNKNOWN,
    Decision,
    Move,
    Seen,
    Step,
    StepState,
    next_move,
)

S, D = StepState, Decision


@pytest.mark.parametrize(
    ("seen", "move"),
    [
        # Nobody decided anything.
        (Seen(S.ASKED), Move.DO),
        (Seen(S.TROUBLE), Move.DO),
        (Seen(S.TROUBLE, can_ask=False), Move.DO),
        (Seen(S.SENDING), Move.ASK),
        (Seen(S.DOUBT), Move.ASK),
        (Seen(S.ACCEPTED), Move.ASK),
        (Seen(S.SENDING, can_ask=False), Move.STAY),
        (Seen(S.DOUBT, can_ask=False), Move.STAY),
        (Seen(S.REFUSED), Move.STAY),
        (Seen(S.ABORTING), Move.ABORT),
        (Seen(S.GIVEN_UP), Move.ABORT),
        # Retry: never what is in doubt without having asked, where that can be done…
        (Seen(S.TROUBLE, decision=D.RETRY), Move.DO),
        (Seen(S.REFUSED, decision=D.RETRY), Move.DO),
        (Seen(S.DOUBT, decision=D.RETRY), Move.ASK),
        (Seen(S.SENDING, decision=D.RETRY), Move.ASK),
        (Seen(S.DOUBT, decision=D.RETRY, can_ask=False), Move.DO),
        # …nor what was not known to be in doubt by whoever decided.
        (Seen(S.SENDING, decision=D.RETRY, can_ask=False), Move.STAY),
        # Decisions come before the order, but for a retry.
        (Seen(S.DOUBT, decision=D.SKIP, can_ask=False), Move.SKIP),
        (Seen(S.TROUBLE, decision=D.SKIP, behind=True), Move.SKIP),
        (Seen(S.TROUBLE, decision=D.ABORT, behind=True), Move.ABORT),
        (Seen(S.ABORTING, decision=D.SKIP), Move.ABORT),
        (Seen(S.TROUBLE, decision=D.RETRY, behind=True), Move.WAIT),
        # The order.
        (Seen(S.ASKED, behind=True), Move.WAIT),
        (Seen(S.DOUBT, behind=True), Move.WAIT),
        (Seen(S.REFUSED, behind=True), Move.STAY),
        # A refusal that its process takes as an end.
        (Seen(S.REFUSED, ended=True), Move.OVER),
    ],
)
def test_what_is_done_with_a_step(seen: Seen, move: Move) -> None:
    assert next_move(seen) is move


@pytest.mark.parametrize("state", sorted(SETTLED))
@pytest.mark.parametrize("decision", [None, *Decision])
def test_nothing_happens_any_more_with_what_is_settled(
    state: StepState, decision: Decision | None
) -> None:
    for behind in (False, True):
        assert next_move(Seen(state, decision=decision, behind=behind)) is Move.OVER


@pytest.mark.parametrize("state", sorted(UNKNOWN))
def test_what_may_have_happened_is_never_just_done(state: StepState) -> None:
    for decision in (None, *Decision):
        assert next_move(Seen(state, decision=decision)) is not Move.DO


def test_a_key_is_made_of_what_is_to_be_done() -> None:
    step = Step("resend", UUID(int=7), "configure")
    again = Step("resend", UUID(int=7), "configure", account_id=UUID(int=8))
    assert step.id == again.id
    assert step.key(1) == again.key(1) == f"resend/{UUID(int=7)}/configure/1"
    others = (Step("resend", UUID(int=7), "read"), Step("resend", UUID(int=9), "configure"))
    assert len({step.id, *(other.id for other in others)}) == 3

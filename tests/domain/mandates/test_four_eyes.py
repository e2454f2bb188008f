"""joint.8: which member of staff may do what with a paper mandate, and when."""

import pytest

from domain.audit import Actor, ActorKind
from domain.mandates.four_eyes import MandateAct, Standing, is_done, obstacle
from domain.mandates.states import MandateState

ANN, BEN, EVE = (Actor(ActorKind.OPS, each) for each in ("ann", "ben", "eve"))
S, A = MandateState, MandateAct
NEVER_GAVE = (S.REJECTED, S.WITHDRAWN, S.LAPSED)
CONFIRMED = (S.SCHEDULED, S.ACTIVE, S.SUSPENDED, S.ENDED)


def recorded_by_ann(state: MandateState) -> Standing:
    """Ben answered it, unless she withdrew it, or it lapsed."""
    answered = {S.PROPOSED: None, S.LAPSED: None, S.WITHDRAWN: "ann"}
    return Standing(state, "ann", answered.get(state, "ben"))


@pytest.mark.parametrize(
    ("act", "by", "expected"),
    [
        (A.CONFIRM, BEN, None),
        (A.CONFIRM, ANN, "second_person_needed"),
        (A.REJECT, BEN, None),
        (A.REJECT, ANN, "second_person_needed"),
        (A.WITHDRAW, ANN, None),
        (A.WITHDRAW, BEN, "mandate_of_another"),
        (A.END, ANN, "mandate_not_confirmed"),
        (A.END, BEN, "mandate_not_confirmed"),
    ],
)
def test_joint_8_a_proposed_mandate_is_answered_by_another_and_withdrawn_by_its_own(
    act: MandateAct, by: Actor, expected: str | None
) -> None:
    mandate = recorded_by_ann(S.PROPOSED)

    assert obstacle(act, mandate, by) == expected
    assert not is_done(act, mandate, by)


@pytest.mark.parametrize("by", [ANN, BEN, EVE])
@pytest.mark.parametrize("act", [A.CONFIRM, A.REJECT, A.WITHDRAW])
@pytest.mark.parametrize("state", [each for each in MandateState if each is not S.PROPOSED])
def test_joint_8_what_is_answered_is_answered_once(
    state: MandateState, act: MandateAct, by: Actor
) -> None:
    assert obstacle(act, recorded_by_ann(state), by) == "mandate_answered"


@pytest.mark.parametrize("by", [ANN, BEN, EVE])
@pytest.mark.parametrize("state", MandateState)
def test_joint_8_one_member_of_staff_ends_what_was_confirmed(
    state: MandateState, by: Actor
) -> None:
    expected = None if state in CONFIRMED else "mandate_not_confirmed"

    assert obstacle(A.END, recorded_by_ann(state), by) == expected
    assert is_done(A.END, recorded_by_ann(state), by) == (state is S.ENDED)


@pytest.mark.parametrize(
    ("act", "by", "states"),
    [
        (A.CONFIRM, BEN, CONFIRMED),
        (A.CONFIRM, EVE, ()),
        (A.CONFIRM, ANN, ()),
        (A.REJECT, BEN, (S.REJECTED,)),
        (A.REJECT, EVE, ()),
        (A.WITHDRAW, ANN, (S.WITHDRAWN,)),
        (A.WITHDRAW, BEN, ()),
    ],
)
def test_joint_8_repeating_ones_own_answer_changes_nothing(
    act: MandateAct, by: Actor, states: tuple[MandateState, ...]
) -> None:
    done = [each for each in MandateState if is_done(act, recorded_by_ann(each), by)]

    assert tuple(done) == states

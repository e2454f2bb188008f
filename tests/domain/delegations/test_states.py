"""States of a delegation: which follows which, and what dates make of them by themselves."""

from datetime import timedelta

import pytest

from domain.delegations.states import FOLLOWING, OPEN, DelegationState, StoredState, shown_at
from tests.builders.register_states import NOON

S = DelegationState
START, END = NOON + timedelta(days=1), NOON + timedelta(days=10)
LAPSE = NOON + timedelta(days=14)
INSTANT = timedelta(microseconds=1)


def test_deleg_9_every_state_is_reached_from_a_proposal_and_final_ones_lead_nowhere() -> None:
    reached, new = set[DelegationState](), {S.AWAITING_CONFIRMATIONS}
    while new:
        reached |= new
        new = {after for state in new for after in FOLLOWING[state]} - reached

    assert reached == set(DelegationState) == set(FOLLOWING)
    assert {S.ENDED, S.DECLINED, S.WITHDRAWN, S.LAPSED} == set(DelegationState) - OPEN


def test_deleg_9_only_what_was_accepted_is_ever_in_force() -> None:
    before = {state for state, after in FOLLOWING.items() if after & {S.SCHEDULED, S.ACTIVE}}

    assert before == {S.AWAITING_ACCEPTANCE, S.SCHEDULED, S.SUSPENDED}


def test_joint_6_what_is_proposed_is_offered_before_anybody_accepts_or_declines_it() -> None:
    after = FOLLOWING[S.AWAITING_CONFIRMATIONS]

    assert after == {S.AWAITING_ACCEPTANCE, S.WITHDRAWN, S.LAPSED, S.ENDED}


@pytest.mark.parametrize(
    ("state", "moment", "suspended", "shown"),
    [
        pytest.param(
            "awaiting_confirmations",
            LAPSE - INSTANT,
            False,
            "awaiting_confirmations",
            id="proposed",
        ),
        pytest.param("awaiting_confirmations", LAPSE, False, "lapsed", id="not-confirmed-in-time"),
        pytest.param("awaiting_acceptance", NOON, False, "awaiting_acceptance", id="offered"),
        pytest.param(
            "awaiting_acceptance", LAPSE - INSTANT, True, "awaiting_acceptance", id="just-in-time"
        ),
        pytest.param("awaiting_acceptance", LAPSE, False, "lapsed", id="lapsed-by-the-clock"),
        pytest.param("scheduled", START - INSTANT, False, "scheduled", id="not-begun"),
        pytest.param("scheduled", START, False, "active", id="begun-though-no-worker-ran"),
        pytest.param("active", END - INSTANT, False, "active", id="last-moment"),
        pytest.param("active", END, False, "ended", id="expired-though-no-worker-ran"),
        pytest.param("scheduled", END, True, "ended", id="expired-while-suspended"),
        pytest.param("active", START, True, "suspended", id="suspended"),
        pytest.param("scheduled", NOON, True, "suspended", id="suspended-before-it-begins"),
        pytest.param("suspended", START, False, "active", id="suspension-lifted"),
        pytest.param("suspended", NOON, False, "scheduled", id="lifted-before-it-begins"),
        pytest.param("ended", START, False, "ended", id="ended"),
        pytest.param("declined", LAPSE, True, "declined", id="declined"),
        pytest.param("withdrawn", LAPSE, False, "withdrawn", id="withdrawn"),
        pytest.param("lapsed", START, False, "lapsed", id="lapsed"),
    ],
)
def test_deleg_10_dates_act_by_themselves(
    state: str, moment: object, suspended: bool, shown: str
) -> None:
    stored = StoredState(DelegationState(state), START, END, LAPSE, suspended)

    assert shown_at(stored, moment) == shown  # type: ignore[arg-type]

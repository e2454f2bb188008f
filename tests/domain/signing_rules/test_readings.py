"""joint.8: what a reading of a free-text signing rule is, and what it makes of a register state."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

import pytest

from domain.access.permissions import Role
from domain.identifiers import PersonKey
from domain.registry.authority import AuthorityKind, authority_of
from domain.registry.register import Capacity, CompanyStatus, Holder, RegisterState
from domain.signing_rules.readings import Group, obstacles, roles, with_reading
from domain.signing_rules.refusals import ReadingRefusal as Refusal
from tests.builders.people import ANNA, JAAN, KATI, MARI, TIIU
from tests.builders.register_states import entry, joint, procurist, sole, state, strange, unreadable

TODAY = date(2026, 8, 1)
BOARD = state(joint(MARI), joint(JAAN), joint(ANNA), opaque=True)
PAIRS = [{MARI, JAAN}, {MARI, ANNA}]
LIQUIDATOR = entry(KATI, "LIKV", Capacity.LIQUIDATOR, alone=False)


def liquidation(*holders: Holder) -> RegisterState:
    return state(*holders, status=CompanyStatus.LIQUIDATION, opaque=True)


def read(*groups: set[PersonKey]) -> list[Group]:
    return [frozenset(group) for group in groups]


@pytest.mark.parametrize(
    ("stated", "groups", "found"),
    [
        pytest.param(BOARD, PAIRS, [], id="pairs"),
        pytest.param(BOARD, [{MARI}], [], id="one-alone"),
        pytest.param(BOARD, [{MARI}, {JAAN, ANNA}], [], id="one-alone-others-together"),
        pytest.param(
            replace(BOARD, opaque=False), PAIRS, [Refusal.SIGNING_RULE_READABLE], id="not-opaque"
        ),
        pytest.param(BOARD, [], [Refusal.MEMBER_NOT_COUNTED], id="no-groups"),
        pytest.param(BOARD, [set()], [Refusal.MEMBER_NOT_COUNTED], id="empty-group"),
        pytest.param(BOARD, [{MARI, KATI}], [Refusal.MEMBER_NOT_COUNTED], id="not-a-holder"),
        pytest.param(
            state(joint(MARI), entry(JAAN, "N", Capacity.NONE, alone=None), opaque=True),
            [{MARI, JAAN}],
            [Refusal.MEMBER_NOT_COUNTED],
            id="role-that-confers-nothing",
        ),
        pytest.param(
            liquidation(joint(MARI), LIQUIDATOR),
            [{MARI, KATI}],
            [Refusal.MEMBER_NOT_COUNTED],
            id="the-board-in-liquidation",
        ),
        pytest.param(
            liquidation(joint(MARI), LIQUIDATOR), [{KATI}], [], id="the-liquidator-in-liquidation"
        ),
        pytest.param(
            replace(BOARD, status=CompanyStatus.DELETED),
            PAIRS,
            [Refusal.MEMBER_NOT_COUNTED],
            id="deleted",
        ),
        pytest.param(
            replace(BOARD, form_confers=False),
            PAIRS,
            [Refusal.MEMBER_NOT_COUNTED],
            id="legal-form-not-allowed",
        ),
        pytest.param(
            state(joint(MARI), strange(MARI), joint(JAAN), opaque=True),
            [{MARI, JAAN}],
            [Refusal.MEMBER_NOT_COUNTED],
            id="a-role-in-no-table",
        ),
        pytest.param(
            state(joint(MARI), joint(JAAN), unreadable("EE", MARI.code), opaque=True),
            [{MARI, JAAN}],
            [Refusal.MEMBER_NOT_COUNTED],
            id="an-entry-with-the-same-code-unreadable",
        ),
        pytest.param(
            state(entry(MARI, alone=None), entry(JAAN, alone=None), opaque=True),
            [{MARI, JAAN}],
            [],
            id="the-right-to-act-alone-could-not-be-read",
        ),
    ],
)
def test_joint_8_who_can_be_in_a_reading(
    stated: RegisterState, groups: Sequence[set[PersonKey]], found: list[Refusal]
) -> None:
    assert obstacles(stated, read(*groups), TODAY, TODAY) == found


@pytest.mark.parametrize(
    ("through", "found"),
    [
        (TODAY - timedelta(1), [Refusal.THROUGH_IN_PAST]),
        (TODAY, []),
        (date(2031, 8, 1), []),
        (date(2031, 8, 2), [Refusal.LONGER_THAN_FIVE_YEARS]),
        (date.max, [Refusal.LONGER_THAN_FIVE_YEARS]),
    ],
)
def test_joint_8_a_reading_applies_for_five_years_at_most(
    through: date, found: list[Refusal]
) -> None:
    assert obstacles(BOARD, read(*PAIRS), through, TODAY) == found


def test_joint_8_everything_that_is_wrong_is_said_at_once() -> None:
    past = TODAY - timedelta(1)

    found = obstacles(BOARD, read({KATI}), past, TODAY)

    assert found == [Refusal.MEMBER_NOT_COUNTED, Refusal.THROUGH_IN_PAST]


def test_joint_8_with_a_reading_the_state_says_who_acts() -> None:
    stated = with_reading(BOARD, read({TIIU}, {MARI, JAAN}, {ANNA}))

    kinds = {who: authority_of(who, stated).kind for who in (MARI, JAAN, ANNA, TIIU)}
    assert kinds == {
        MARI: AuthorityKind.TOGETHER,
        JAAN: AuthorityKind.TOGETHER,
        ANNA: AuthorityKind.SOLE,
        TIIU: AuthorityKind.NONE,
    }
    assert not stated.opaque


def test_joint_8_what_the_register_itself_says_stays() -> None:
    pair = (joint(JAAN), joint(ANNA))
    stated = state(sole(MARI), *pair, procurist(KATI), groups=(pair,), opaque=True)

    found = with_reading(stated, read({MARI, JAAN}))

    assert authority_of(MARI, found).kind is AuthorityKind.SOLE
    assert authority_of(KATI, found).kind is AuthorityKind.SOLE
    assert authority_of(ANNA, found).together_with == (JAAN,)
    assert set(authority_of(JAAN, found).together_with) == {MARI, ANNA}


def test_joint_8_somebody_alone_is_administrator_and_others_joint_representatives() -> None:
    assert roles(read({MARI}, {MARI, JAAN}, {JAAN, ANNA})) == {
        MARI: Role.ADMINISTRATOR,
        JAAN: Role.JOINT_REPRESENTATIVE,
        ANNA: Role.JOINT_REPRESENTATIVE,
    }

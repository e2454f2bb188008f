"""The model of approvals is the requirement: its own small tests."""

import pytest

from tests.oracles.joint_approvals import (
    AWAITING,
    CARRIED_OUT,
    CHECKING,
    DECLINED,
    LAPSED,
    NOT_HERE,
    OFFICER,
    REFUSED,
    WITHDRAWN,
    Company,
    Proposed,
    Rule,
)


def rule(*groups: str, alone: str = "") -> Rule:
    """A signing rule: each group is the letters of its members; ``.`` is nobody's."""
    named = (frozenset(NOT_HERE if who == "." else who for who in group) for group in groups)
    return Rule(frozenset(named), frozenset(alone))


PAIR, TRIO = rule("ab"), rule("ab", "bc")


def company(says: Rule = PAIR, mode: str = "on") -> Company:
    return Company(rule=says, heard=says, mode=mode)


def proposed(model: Company, who: str = "a") -> Proposed:
    one = model.propose(who, "x", lapses=100)
    assert one is not None
    return one


@pytest.mark.parametrize(
    ("says", "people", "size"),
    [
        pytest.param(PAIR, "a", 0, id="one-of-two"),
        pytest.param(PAIR, "ab", 2, id="both"),
        pytest.param(rule("ab", "bcd"), "bcda", 2, id="the-smaller-of-two"),
        pytest.param(rule("ab", alone="c"), "abc", 1, id="alone"),
        pytest.param(rule("a."), "a" + NOT_HERE, 0, id="who-can-never-confirm"),
        pytest.param(rule(), "ab", 0, id="nobody"),
    ],
)
def test_joint_2_groups_that_people_fill(says: Rule, people: str, size: int) -> None:
    assert says.filled(set(people)) == size


def test_joint_2_it_happens_once_when_a_group_is_full() -> None:
    model = company()
    one = proposed(model)
    model.work(one)
    assert model.shown(one) == AWAITING

    assert model.confirm("b", one)
    assert model.shown(one) == CHECKING
    for _ in range(2):
        model.work(one)
    assert (model.shown(one), one.done) == (CARRIED_OUT, 1)


def test_joint_3_who_left_does_not_count_at_the_last_confirmation() -> None:
    model = company(TRIO)
    one = proposed(model)
    model.rule = rule("bc")
    model.confirm("b", one)
    model.work(one)
    assert (model.shown(one), one.done) == (AWAITING, 0)

    model.confirm("c", one)
    model.work(one)
    assert one.done == 1


def test_joint_3_it_waits_while_the_register_cannot_be_asked() -> None:
    model = company()
    one = proposed(model)
    model.confirm("b", one)
    model.answers = False
    model.work(one)
    assert (model.shown(one), one.done) == (CHECKING, 0)

    model.answers = True
    model.work(one)
    assert one.done == 1


def test_joint_5_a_confirmation_that_is_taken_back_does_not_count() -> None:
    model = company()
    one = proposed(model)
    model.confirm("b", one)
    assert model.take_back("a", one)
    model.work(one)
    assert (model.shown(one), one.done) == (AWAITING, 0)
    assert model.confirm("a", one)
    model.work(one)
    assert not model.take_back("a", one)


def test_joint_5_whoever_is_asked_declines_and_only_the_proposer_withdraws() -> None:
    model = company(TRIO)
    first = proposed(model)
    assert model.decline("c", first)
    second = proposed(model)
    assert not model.withdraw("b", second)
    assert model.withdraw("a", second)
    assert [model.shown(each) for each in model.all] == [DECLINED, WITHDRAWN]
    assert not model.confirm("b", second)


def test_joint_5_it_lapses_by_date_alone() -> None:
    model = company()
    one = proposed(model)
    model.confirm("b", one)
    model.today = 14
    assert model.shown(one) == LAPSED
    model.work(one)
    assert (one.state, one.done) == (LAPSED, 0)


def test_joint_7_an_officer_looks_at_the_groups_of_each_state_first() -> None:
    model = company(mode="four_eyes")
    one = proposed(model)
    model.confirm("b", one)
    model.work(one)
    assert (model.shown(one), one.done) == (OFFICER, 0)
    model.look(ok=False)
    model.work(one)
    assert one.done == 0
    model.look(ok=True)
    model.work(one)
    assert one.done == 1

    model.rule = TRIO
    another = proposed(model)
    model.confirm("b", another)
    model.work(another)
    assert model.shown(another) == OFFICER


def test_joint_7_nobody_looks_where_one_acts_alone() -> None:
    model = company(rule("ab", alone="c"), mode="four_eyes")
    one = proposed(model)
    model.confirm("c", one)
    model.work(one)
    assert one.done == 1


def test_joint_7_where_it_is_off_nothing_is_proposed_or_carried_out() -> None:
    model = company()
    one = proposed(model)
    model.confirm("b", one)
    model.mode = "off"
    model.work(one)
    assert (model.shown(one), one.done) == (REFUSED, 0)
    assert model.propose("a", "y", lapses=100) is None


@pytest.mark.parametrize(
    ("says", "who"),
    [
        pytest.param(PAIR, "c", id="an-outsider"),
        pytest.param(rule("ab", alone="c"), "c", id="who-acts-alone"),
        pytest.param(rule("a."), "a", id="nobody-can-confirm"),
    ],
)
def test_joint_2_who_proposes_nothing(says: Rule, who: str) -> None:
    assert company(says).propose(who, "x", lapses=100) is None


def test_who_is_frozen_neither_confirms_nor_counts() -> None:
    model = company()
    one = proposed(model)
    model.frozen.add("a")
    assert model.confirm("b", one)
    model.work(one)
    assert (model.shown(one), one.done) == (AWAITING, 0)
    model.frozen.clear()
    model.work(one)
    assert one.done == 1


def test_what_it_is_about_has_ended() -> None:
    model = company()
    one = proposed(model)
    model.confirm("b", one)
    one.spoilt = True
    model.work(one)
    assert (model.shown(one), one.done) == (REFUSED, 0)

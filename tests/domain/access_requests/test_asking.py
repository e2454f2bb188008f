"""deleg.15: what an approval gives of what was asked for, and when a request is over."""

from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest

from domain.access.permissions import Permission
from domain.access_requests.asking import Approval, Wish
from domain.access_requests.states import AccessRequestState as State
from domain.access_requests.states import shown_at
from domain.delegations import terms as rules
from domain.delegations.refusals import DelegationRefused
from domain.delegations.terms import COMPOSED, Terms

P = Permission
TODAY = date(2026, 3, 10)
DAY = timedelta(days=1)
SERVICE = UUID(int=7)
ASKED = Terms(
    "accountant",
    frozenset({P.INVOICE_VIEW, P.INVOICE_PAY}),
    frozenset(),
    TODAY,
    TODAY + 100 * DAY,
    may_pass_on=False,
)


def test_deleg_15_days_that_are_not_named_are_a_year_from_today_on() -> None:
    asked = Wish("user", frozenset({P.USAGE_VIEW})).terms(TODAY)

    assert (asked.from_day, asked.through_day) == (TODAY, date(2027, 3, 9))
    assert asked.service_ids == frozenset()


@pytest.mark.parametrize(
    ("approval", "given"),
    [
        pytest.param(Approval(), {}, id="as-asked-for"),
        pytest.param(
            Approval(rules.composed(["invoice:view"])),
            {"role": COMPOSED, "permissions": frozenset({P.INVOICE_VIEW})},
            id="fewer-permissions",
        ),
        pytest.param(Approval(service_ids={SERVICE}), {"service_ids": {SERVICE}}, id="one-service"),
        pytest.param(
            Approval(from_day=TODAY + DAY, through_day=TODAY + 2 * DAY),
            {"from_day": TODAY + DAY, "through_day": TODAY + 2 * DAY},
            id="fewer-days",
        ),
    ],
)
def test_deleg_15_an_approval_may_be_narrower(approval: Approval, given: dict[str, object]) -> None:
    found = approval.terms(ASKED, TODAY)

    assert {name: getattr(found, name) for name in given} == given
    others = {"role", "permissions", "service_ids", "from_day", "through_day"} - given.keys()
    assert all(getattr(found, name) == getattr(ASKED, name) for name in others)


@pytest.mark.parametrize(
    "approval",
    [
        pytest.param(Approval(rules.composed(["sim:view"])), id="other-permissions"),
        pytest.param(Approval(from_day=TODAY - DAY), id="earlier"),
        pytest.param(Approval(through_day=TODAY + 101 * DAY), id="longer"),
        pytest.param(Approval(may_pass_on=True), id="passing-on"),
    ],
)
def test_deleg_15_an_approval_is_never_wider(approval: Approval) -> None:
    with pytest.raises(DelegationRefused) as refused:
        approval.terms(ASKED, TODAY)

    assert refused.value.refusals == ("beyond_request",)


def test_deleg_15_days_that_passed_while_it_waited_are_left_out() -> None:
    given = Approval().terms(ASKED, TODAY + 3 * DAY)

    assert (given.from_day, given.through_day) == (TODAY + 3 * DAY, ASKED.through_day)


def test_deleg_15_without_passing_on_an_administrator_does_not_manage_access() -> None:
    role, permissions = rules.of_role("administrator", may_pass_on=True)
    asked = Wish(role, permissions, may_pass_on=True).terms(TODAY)

    given = Approval(may_pass_on=False).terms(asked, TODAY)

    assert asked.permissions - given.permissions == {P.ACCESS_MANAGE}
    assert not given.may_pass_on


@pytest.mark.parametrize("state", State)
def test_deleg_15_an_open_request_has_lapsed_at_its_moment(state: State) -> None:
    at = datetime(2026, 3, 24, tzinfo=UTC)

    assert shown_at(state, at, at - timedelta(microseconds=1)) is state
    assert shown_at(state, at, at) is (State.LAPSED if state is State.OPEN else state)

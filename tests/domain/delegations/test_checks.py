"""Why terms are refused: each rule alone, and all of them at once."""

from datetime import date, timedelta
from uuid import uuid4

import pytest

from domain.access.permissions import Permission
from domain.delegations import checks
from domain.delegations.checks import Parent
from domain.delegations.refusals import DelegationRefused
from domain.delegations.terms import Terms
from domain.identifiers import InvalidIdentifier
from tests.builders.delegation_terms import terms
from tests.builders.people import MARI
from tests.builders.register_states import KUUSK, TODAY

P = Permission
DAY = timedelta(days=1)
PHONE, ROUTER, FOREIGN = uuid4(), uuid4(), uuid4()
OWN = frozenset({PHONE, ROUTER})
YEAR = date(2027, 8, 1)
BEGUN = terms(first=TODAY - DAY)


@pytest.mark.parametrize(
    ("wanted", "refusals"),
    [
        pytest.param(terms(), [], id="good"),
        pytest.param(terms(on=[PHONE]), [], id="chosen-services"),
        pytest.param(terms(last=TODAY), [], id="for-today"),
        pytest.param(terms(first=YEAR, last=YEAR), [], id="a-year-from-today"),
        pytest.param(terms(last=date(2031, 7, 31)), [], id="five-years"),
        pytest.param(
            terms(first=date(2027, 8, 1), last=date(2032, 7, 31)), [], id="five-years-from-later"
        ),
        pytest.param(terms(P.ACCESS_MANAGE, may_pass_on=True), [], id="manages-and-passes-on"),
        pytest.param(terms(first=TODAY - DAY), ["from_in_past"], id="yesterday"),
        pytest.param(
            terms(first=YEAR + DAY, last=YEAR + DAY), ["from_too_far"], id="more-than-a-year-ahead"
        ),
        pytest.param(terms(last=TODAY - DAY), ["through_before_from"], id="ends-before-it-begins"),
        pytest.param(
            terms(last=date(2031, 8, 1)), ["longer_than_five_years"], id="five-years-and-a-day"
        ),
        pytest.param(terms(P.ACCESS_MANAGE), ["manage_needs_pass_on"], id="manages-alone"),
        pytest.param(
            terms(on=[PHONE, FOREIGN]), ["service_of_another_account"], id="one-foreign-service"
        ),
        pytest.param(
            Terms("composed", frozenset(), frozenset({FOREIGN}), TODAY - DAY, TODAY - 2 * DAY),
            [
                "no_permissions", "from_in_past", "through_before_from",
                "service_of_another_account",
            ],
            id="all-at-once",
        ),
    ],
)  # fmt: skip
def test_deleg_3_terms_are_refused_for_each_reason(wanted: Terms, refusals: list[str]) -> None:
    assert list(checks.of_terms(wanted, OWN, today=TODAY)) == refusals


@pytest.mark.parametrize(
    ("wanted", "refusals"),
    [
        pytest.param(terms(first=TODAY - DAY), [], id="its-first-day-stays"),
        pytest.param(terms(first=TODAY - 2 * DAY), ["from_in_past"], id="an-earlier-first-day"),
        pytest.param(
            terms(first=TODAY - DAY, last=TODAY - DAY), ["through_in_past"], id="over-already"
        ),
        pytest.param(
            terms(first=TODAY - DAY, last=date(2031, 7, 31)), [], id="five-years-from-today"
        ),
        pytest.param(
            terms(first=TODAY - DAY, last=date(2031, 8, 1)),
            ["longer_than_five_years"],
            id="longer-than-five-years-from-today",
        ),
    ],
)
def test_deleg_3_a_renewal_keeps_its_first_day(wanted: Terms, refusals: list[str]) -> None:
    assert list(checks.of_terms(wanted, OWN, today=TODAY, before=BEGUN)) == refusals


PARENT = terms(P.INVOICE_PAY, P.INVOICE_VIEW, P.ACCESS_MANAGE, on=OWN, may_pass_on=True)
ACCOUNT = terms(P.INVOICE_PAY, may_pass_on=True)


@pytest.mark.parametrize(
    ("wanted", "parent", "refusals"),
    [
        pytest.param(terms(on=OWN), Parent(PARENT), [], id="the-same"),
        pytest.param(
            terms(P.INVOICE_PAY, on=[PHONE], last=TODAY), Parent(PARENT), [], id="narrower"
        ),
        pytest.param(
            terms(P.INVOICE_PAY, on=[PHONE]), Parent(ACCOUNT), [], id="a-service-of-the-account"
        ),
        pytest.param(
            terms(P.INVOICE_PAY), Parent(terms(P.INVOICE_PAY)), ["may_not_pass_on"], id="may-not"
        ),
        pytest.param(
            terms(P.INVOICE_PAY), Parent(ACCOUNT, uuid4()), ["too_deep"], id="a-grandchild"
        ),
        pytest.param(
            terms(P.INVOICE_PAY, may_pass_on=True), Parent(ACCOUNT), ["too_deep"], id="and-further"
        ),
        pytest.param(
            terms(P.SIM_VIEW), Parent(ACCOUNT), ["beyond_parent_permissions"], id="permissions"
        ),
        pytest.param(terms(), Parent(PARENT), ["beyond_parent_scope"], id="the-whole-account"),
        pytest.param(
            terms(on=[PHONE, FOREIGN]), Parent(PARENT), ["beyond_parent_scope"], id="other-service"
        ),
        pytest.param(
            terms(P.INVOICE_PAY, first=TODAY - DAY),
            Parent(ACCOUNT),
            ["beyond_parent_dates"],
            id="earlier",
        ),
        pytest.param(
            terms(P.INVOICE_PAY, last=ACCOUNT.through_day + DAY),
            Parent(ACCOUNT),
            ["beyond_parent_dates"],
            id="later",
        ),
    ],
)
def test_deleg_4_what_is_passed_on_stays_within_its_parent(
    wanted: Terms, parent: Parent, refusals: list[str]
) -> None:
    assert list(checks.of_passing_on(wanted, parent)) == refusals


def test_deleg_3_a_company_cannot_receive_yet() -> None:
    with pytest.raises(DelegationRefused, match="receiver_is_company"):
        checks.receiver("EE", KUUSK.code, today=TODAY)

    assert checks.receiver("EE", MARI.code, today=TODAY) == MARI


def test_deleg_3_a_code_of_nobody_is_invalid() -> None:
    with pytest.raises(InvalidIdentifier):
        checks.receiver("EE", "12345678901", today=TODAY)

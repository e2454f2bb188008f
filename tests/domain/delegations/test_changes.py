"""Changes: what the receiver must accept, and what a parent's change leaves of its children."""

from datetime import date, timedelta
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.access.permissions import Permission
from domain.delegations.changes import clipped, needs_acceptance
from domain.delegations.checks import Parent, of_passing_on
from domain.delegations.refusals import DelegationRefusal
from domain.delegations.terms import COMPOSED, Terms
from tests.builders.delegation_terms import MONTH, terms
from tests.builders.register_states import TODAY

P = Permission
DAY = timedelta(days=1)
PHONE, ROUTER = uuid4(), uuid4()
BEFORE = terms(P.INVOICE_PAY, P.INVOICE_VIEW, on=[PHONE, ROUTER])
BOTH = (P.INVOICE_PAY, P.INVOICE_VIEW)
ON = [PHONE, ROUTER]


@pytest.mark.parametrize(
    ("after", "needed"),
    [
        pytest.param(BEFORE, False, id="nothing-changes"),
        pytest.param(terms(P.INVOICE_PAY, on=ON), False, id="fewer-permissions"),
        pytest.param(terms(*BOTH, on=[PHONE]), False, id="fewer-services"),
        pytest.param(terms(*BOTH, on=ON, last=TODAY + DAY), False, id="shorter"),
        pytest.param(terms(*BOTH, on=ON, first=TODAY + DAY), False, id="later-first-day"),
        pytest.param(terms(*BOTH, P.SIM_VIEW, on=ON), True, id="another-permission"),
        pytest.param(terms(P.SIM_VIEW, on=ON), True, id="a-permission-in-place-of-others"),
        pytest.param(terms(*BOTH, on=[*ON, uuid4()]), True, id="another-service"),
        pytest.param(terms(*BOTH), True, id="the-whole-account"),
        pytest.param(terms(*BOTH, on=ON, last=TODAY + MONTH + DAY), True, id="longer"),
        pytest.param(terms(*BOTH, on=ON, first=TODAY - DAY), True, id="earlier-first-day"),
        pytest.param(terms(*BOTH, on=ON, may_pass_on=True), True, id="with-passing-on"),
    ],
)
def test_deleg_8_giving_more_needs_a_new_acceptance(after: Terms, needed: bool) -> None:
    assert needs_acceptance(BEFORE, after) == needed


PARENT = terms(*BOTH, may_pass_on=True)


@pytest.mark.parametrize(
    ("child", "parent", "left"),
    [
        pytest.param(terms(), PARENT, terms(), id="covered"),
        pytest.param(
            terms(role="x"),
            terms(P.INVOICE_PAY, may_pass_on=True),
            terms(P.INVOICE_PAY),
            id="permissions",
        ),
        pytest.param(
            terms(),
            terms(*BOTH, on=[PHONE], may_pass_on=True),
            terms(on=[PHONE]),
            id="account-to-services",
        ),
        pytest.param(
            terms(on=ON),
            terms(*BOTH, on=[PHONE], may_pass_on=True),
            terms(on=[PHONE]),
            id="services",
        ),
        pytest.param(terms(on=[PHONE]), PARENT, terms(on=[PHONE]), id="a-service-of-the-account"),
        pytest.param(
            terms(),
            terms(*BOTH, first=TODAY + DAY, last=TODAY + 2 * DAY, may_pass_on=True),
            terms(first=TODAY + DAY, last=TODAY + 2 * DAY),
            id="dates",
        ),
        pytest.param(terms(), terms(*BOTH), None, id="may-not-pass-on-any-more"),
        pytest.param(terms(), terms(P.SIM_VIEW, may_pass_on=True), None, id="other-permissions"),
        pytest.param(
            terms(on=[ROUTER]),
            terms(*BOTH, on=[PHONE], may_pass_on=True),
            None,
            id="other-services",
        ),
        pytest.param(
            terms(first=TODAY + 2 * DAY),
            terms(*BOTH, last=TODAY + DAY, may_pass_on=True),
            None,
            id="other-days",
        ),
    ],
)
def test_deleg_5_a_parents_change_clips_its_children(
    child: Terms, parent: Terms, left: Terms | None
) -> None:
    assert clipped(child, parent) == left


SERVICES = [UUID(int=n) for n in range(3)]
DAYS = st.dates(date(2026, 1, 1), date(2026, 1, 6))
ANY_TERMS = st.builds(
    Terms,
    st.just(COMPOSED),
    st.frozensets(st.sampled_from(list(P)[:4]), min_size=1),
    st.frozensets(st.sampled_from(SERVICES)),
    DAYS,
    DAYS,
    st.booleans(),
)


@given(child=ANY_TERMS, parent=ANY_TERMS)
def test_deleg_5_what_is_left_is_within_both(child: Terms, parent: Terms) -> None:
    left = clipped(child, parent)

    if left is not None:
        beyond = set(of_passing_on(left, Parent(parent)))
        assert beyond <= ({DelegationRefusal.TOO_DEEP} if child.may_pass_on else set())
        assert not needs_acceptance(child, left)
        assert clipped(left, parent) == left


@given(before=ANY_TERMS, after=ANY_TERMS, later=ANY_TERMS)
def test_deleg_8_narrowing_in_steps_is_narrowing(before: Terms, after: Terms, later: Terms) -> None:
    steps = needs_acceptance(before, after) or needs_acceptance(after, later)

    assert steps or not needs_acceptance(before, later)
    assert not needs_acceptance(before, before)

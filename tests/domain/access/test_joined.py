"""api.1: access that goes on without a gap ends where the last of its grants does."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from domain.access.decisions import decide
from domain.access.grants import Grant, Origin
from domain.access.joined import joined_until
from domain.access.permissions import Permission
from domain.reasons import Reason

NOON = datetime(2026, 8, 1, 12, tzinfo=UTC)
Span = tuple[float, float | None]
"""First and last day of a grant, in days from the moment; None: no end."""


def grant(span: Span, role: str = "accountant") -> Grant:
    since, until = span
    end = None if until is None else NOON + until * timedelta(days=1)
    begin = NOON + since * timedelta(days=1)
    return Grant(uuid4(), role, None, Origin.DELEGATION, begin, end, Reason("delegated", "x"))


@pytest.mark.parametrize(
    ("in_force", "following", "until"),
    [
        pytest.param([(-1, 2)], [], 2, id="alone"),
        pytest.param([(-1, None)], [], None, id="no-end"),
        pytest.param([(-1, 2), (-2, 5)], [], 5, id="the-last-counts"),
        pytest.param([(-1, 2), (-2, None)], [(2, 3)], None, id="one-without-end"),
        pytest.param([(-1, 2)], [(2, 4)], 4, id="follows-at-once"),
        pytest.param([(-1, 2)], [(1, 4)], 4, id="overlaps"),
        pytest.param([(-1, 2)], [(2.001, 4)], 2, id="a-gap"),
        pytest.param([(-1, 2)], [(1, 1.5)], 2, id="within"),
        pytest.param([(-1, 2)], [(2, None)], None, id="followed-for-ever"),
        pytest.param([(-1, 2)], [(4, 6), (2, 4)], 6, id="a-chain-in-any-order"),
        pytest.param([(-1, 2)], [(2, 4), (5, 6)], 4, id="a-chain-with-a-gap"),
        pytest.param([(-1, 2)], [(2, 9), (3, 4), (9, 10)], 10, id="one-within-another"),
        pytest.param([(-1, 2)], [(3, None)], 2, id="for-ever-after-a-gap"),
    ],
)
def test_api_1_grants_that_follow_without_a_gap_are_joined(
    in_force: list[Span], following: list[Span], until: float | None
) -> None:
    found = joined_until([grant(each) for each in in_force], [grant(each) for each in following])

    assert found == (None if until is None else NOON + until * timedelta(days=1))


def test_api_1_only_what_gives_the_same_permission_carries_a_decision_on() -> None:
    held = [grant((-1, 2))]
    lesser, same = grant((2, 9), role="user"), grant((2, 4))

    def until(*following: Grant) -> float:
        found = decide(Permission.INVOICE_PAY, held, following=following).valid_until
        assert found is not None
        return (found - NOON) / timedelta(days=1)

    assert until(lesser) == 2
    assert until(lesser, same) == 4


def test_api_1_what_follows_allows_nothing_yet() -> None:
    decision = decide(Permission.INVOICE_PAY, [], following=[grant((1, 2))])

    assert (decision.allowed, decision.valid_until) == (False, None)

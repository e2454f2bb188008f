"""Limits hold however many ask at once, and say when to come again."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest

from domain.rates import LimitReached, Rate, Use
from storage.database import Database
from storage.requests import rate_limits
from tests.builders.rows import rows

MINUTE = timedelta(minutes=1)
NOW = datetime(2027, 3, 1, 12, tzinfo=UTC)
THREE = Rate(3, 3 * MINUTE)
"""Three at once, then one a minute."""


def person(rate: Rate = THREE, subject: str = "mari") -> Use:
    return Use("person", subject, rate)


def number(rate: Rate = THREE) -> Use:
    return Use("number", "x", rate)


def take(database: Database, *uses: Use, after: timedelta = timedelta()) -> timedelta | None:
    """Use these; returns when to come again where that is refused."""
    try:
        with database.transaction() as session:
            rate_limits.take(session, uses, at=NOW + after)
    except LimitReached as reached:
        return reached.retry_after
    return None


def used(database: Database) -> dict[str, timedelta]:
    """Of each kind, after how long all is back."""
    found = rows(database, "SELECT kind, used_until FROM rate_limit")
    return {row.kind: row.used_until - NOW for row in found}


@pytest.mark.parametrize("uses", [[person(Rate(7, MINUTE))], [person(Rate(7, MINUTE)), number()]])
def test_of_many_concurrent_uses_exactly_the_limit_is_allowed(
    database: Database, uses: Sequence[Use]
) -> None:
    allowed = min(use.rate.count for use in uses)

    with ThreadPoolExecutor(16) as threads:
        refused = list(threads.map(lambda _: take(database, *uses), range(60)))

    assert refused.count(None) == allowed
    assert used(database) == {use.kind: use.rate.step * allowed for use in uses}


@pytest.mark.parametrize(
    ("rate", "taken", "after", "retry_after"),
    [
        pytest.param(THREE, 2, 0 * MINUTE, None, id="not-used-up"),
        pytest.param(THREE, 3, 0 * MINUTE, MINUTE, id="used-up"),
        pytest.param(THREE, 3, 0.75 * MINUTE, 0.25 * MINUTE, id="some-of-the-wait-is-over"),
        pytest.param(THREE, 3, MINUTE, None, id="the-wait-is-over"),
        pytest.param(Rate(1, MINUTE), 1, 0 * MINUTE, MINUTE, id="of-one"),
        pytest.param(
            Rate(5, timedelta(days=1)), 5, MINUTE, timedelta(hours=4.8) - MINUTE, id="day"
        ),
    ],
)
def test_a_refused_use_says_when_to_retry(
    database: Database, rate: Rate, taken: int, after: timedelta, retry_after: timedelta | None
) -> None:
    for _ in range(taken):
        take(database, person(rate))

    assert take(database, person(rate), after=after) == retry_after


def test_a_retry_at_that_time_is_allowed(database: Database) -> None:
    for _ in range(3):
        take(database, person())
    wait = take(database, person())
    assert wait is not None

    assert take(database, person(), after=wait - timedelta(microseconds=1)) is not None
    assert take(database, person(), after=wait) is None


@pytest.mark.parametrize(("minutes", "back"), [(1, 1), (2, 2), (3, 3), (1000, 3)])
def test_uses_come_back_one_by_one_up_to_the_limit(
    database: Database, minutes: int, back: int
) -> None:
    for _ in range(3):
        take(database, person())

    answers = [take(database, person(), after=minutes * MINUTE) for _ in range(5)]

    assert answers.count(None) == back


@pytest.mark.parametrize("full_first", [True, False])
def test_a_refusal_by_one_limit_uses_none_of_the_others(
    database: Database, full_first: bool
) -> None:
    full, free = person(Rate(1, MINUTE)), number()
    take(database, full)
    before = used(database)

    assert take(database, *([full, free] if full_first else [free, full])) == MINUTE

    assert used(database) == before


def test_refusals_do_not_make_the_wait_longer(database: Database) -> None:
    for _ in range(3):
        take(database, person())

    assert [take(database, person()) for _ in range(20)] == [MINUTE] * 20


def test_everyone_has_limits_of_their_own(database: Database) -> None:
    for _ in range(3):
        take(database, person())

    assert take(database, person(subject="jaan")) is None
    assert take(database, number()) is None
    assert take(database, person()) is not None


def test_a_returned_use_is_available_at_once(database: Database) -> None:
    for _ in range(3):
        take(database, person())

    with database.transaction() as session:
        freed = [rate_limits.forget(session, "person", "mari") for _ in range(2)]

    assert freed == [True, False]
    assert [take(database, person()) for _ in range(4)] == [None, None, None, MINUTE]

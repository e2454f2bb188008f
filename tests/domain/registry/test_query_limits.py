"""Shares of a register's daily queries."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from domain.registry.query_limits import PATIENCE, Asker, QueryLimits, next_day
from settings.register import RegisterSettings
from workflows.registry.person_refresh import WHILE_WAITING

PEOPLE, SYNC = Asker.PEOPLE, Asker.SYNC
TALLINN = ZoneInfo("Europe/Tallinn")
LIMITS = QueryLimits(daily=10, for_people=2, for_sync=3)


@pytest.mark.parametrize(
    ("people", "sync", "left_for_people", "left_for_sync"),
    [
        pytest.param(0, 0, 7, 8, id="a-new-day"),
        pytest.param(7, 0, 0, 3, id="people-cannot-spend-what-is-for-sync"),
        pytest.param(0, 8, 2, 0, id="sync-cannot-spend-what-is-for-people"),
        pytest.param(2, 3, 5, 5, id="both-have-had-their-own"),
        pytest.param(5, 4, 1, 1, id="the-last-one-is-for-whoever-comes-first"),
        pytest.param(7, 3, 0, 0, id="all-spent"),
        pytest.param(9, 8, 0, 0, id="the-limits-were-lowered-today"),
    ],
)
def test_fault_12_people_and_sync_each_have_a_part_that_the_other_cannot_touch(
    people: int, sync: int, left_for_people: int, left_for_sync: int
) -> None:
    used = {PEOPLE: people, SYNC: sync}

    assert LIMITS.left(PEOPLE, used) == left_for_people
    assert LIMITS.left(SYNC, used) == left_for_sync


@pytest.mark.parametrize(
    ("now", "until"),
    [
        pytest.param("2026-08-01T20:59:59+00:00", "2026-08-02T00:00:00+03:00", id="summer"),
        pytest.param("2026-08-01T21:00:00+00:00", "2026-08-03T00:00:00+03:00", id="just-midnight"),
        pytest.param("2026-12-31T12:00:00+00:00", "2027-01-01T00:00:00+02:00", id="new-year"),
        pytest.param(
            "2026-03-28T12:00:00+00:00", "2026-03-29T00:00:00+02:00", id="before-the-clock"
        ),
        pytest.param(
            "2026-03-29T12:00:00+00:00", "2026-03-30T00:00:00+03:00", id="the-23-hour-day"
        ),
        pytest.param(
            "2026-10-25T12:00:00+00:00", "2026-10-26T00:00:00+02:00", id="the-25-hour-day"
        ),
    ],
)
def test_a_day_ends_at_the_registers_own_midnight(now: str, until: str) -> None:
    found = next_day(datetime.fromisoformat(now), TALLINN)

    assert found == datetime.fromisoformat(until)
    assert found.tzinfo is TALLINN


def test_fault_12_two_queries_that_wait_for_their_turn_fit_into_the_activity_that_sends_them() -> (
    None
):
    (at_most,) = (
        part.le for part in RegisterSettings.model_fields["timeout"].metadata if hasattr(part, "le")
    )

    attempt, altogether = (
        WHILE_WAITING["start_to_close_timeout"],
        WHILE_WAITING["schedule_to_close_timeout"],
    )

    assert attempt is not None
    assert altogether is not None
    assert 2 * (PATIENCE[PEOPLE] + at_most) <= attempt < altogether

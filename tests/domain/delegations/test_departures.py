"""What is due of a review after a departure: tables over the pure rules."""

from datetime import UTC, datetime, timedelta

import pytest

from domain.delegations import departures
from domain.delegations.departures import STANDARD, DepartureRules, OpenReview, Step

CLOSES = datetime(2026, 12, 31, 10, tzinfo=UTC)
DAY, HOUR = timedelta(days=1), timedelta(hours=1)


def review(
    *,
    unattended: bool = False,
    undecided: int = 2,
    back: bool = False,
    reviewer: bool = True,
    suspended: bool = False,
) -> OpenReview:
    return OpenReview(CLOSES, unattended, undecided, back, reviewer, suspended)


@pytest.mark.parametrize(
    ("open_review", "before", "after"),
    [
        (review(), Step.TELL_REVIEWERS, Step.LAPSE),
        (review(back=True), Step.CANCEL, Step.CANCEL),
        (review(back=True, undecided=0, reviewer=False), Step.CANCEL, Step.CANCEL),
        (review(undecided=0), Step.COMPLETE, Step.COMPLETE),
        (review(undecided=0, reviewer=False), Step.COMPLETE, Step.COMPLETE),
        (review(reviewer=False), Step.TELL_OPERATIONS, Step.TELL_OPERATIONS),
        (review(reviewer=False, unattended=True), Step.TELL_OPERATIONS, Step.TELL_OPERATIONS),
        (review(suspended=True), Step.PAUSE, Step.PAUSE),
        (review(suspended=True, reviewer=False, unattended=True), Step.PAUSE, Step.PAUSE),
        (review(suspended=True, undecided=0), Step.COMPLETE, Step.COMPLETE),
        (review(unattended=True), Step.BEGIN_AGAIN, Step.BEGIN_AGAIN),
    ],
)
def test_deleg_5_nothing_lapses_unless_somebody_could_have_confirmed_it(
    open_review: OpenReview, before: Step, after: Step
) -> None:
    moment = timedelta(microseconds=1)
    assert departures.step_of(open_review, CLOSES - moment) is before
    assert departures.step_of(open_review, CLOSES) is after
    assert departures.step_of(open_review, CLOSES + 40 * DAY) is after


@pytest.mark.parametrize(
    ("left", "reminder", "looked_in"),
    [
        (30 * DAY, None, DAY),
        (7 * DAY + HOUR, None, HOUR),
        (7 * DAY, 7 * DAY, DAY),
        (DAY + HOUR, 7 * DAY, HOUR),
        (DAY, DAY, DAY),
        (HOUR, DAY, HOUR),
    ],
)
def test_deleg_5_reviewers_are_reminded_and_nobody_new_waits_longer_than_a_day(
    left: timedelta, reminder: timedelta | None, looked_in: timedelta
) -> None:
    now = CLOSES - left
    assert departures.reminder_of(CLOSES, now, STANDARD) == reminder
    assert departures.next_look(CLOSES, now, STANDARD) == looked_in


@pytest.mark.parametrize(
    ("days", "reminded"), [(1, []), (2, [1]), (7, [1]), (8, [7, 1]), (90, [7, 1])]
)
def test_deleg_5_no_reminder_is_due_before_a_review_is_a_day_old(
    days: int, reminded: list[int]
) -> None:
    rules = DepartureRules(review_time=timedelta(days=days))
    found = {
        before.days
        for hours in range(24 * days)
        if (before := departures.reminder_of(CLOSES, CLOSES - hours * HOUR, rules))
    }
    assert found == set(reminded)

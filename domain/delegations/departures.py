"""Departures: what becomes of what somebody gave in the owner's name, once they have left.

Whoever represents a company gives in its name, alone or together with others. Who could not give it
so any more has departed, also who gave alone and represents it only together now. What they gave
stands, and is reviewed by those who remain or come, alone or together.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from domain.reasons import Reason

REMINDED_BEFORE = (timedelta(days=7), timedelta(days=1))
"""Times before a review closes at which its reviewers are reminded of it."""
LOOKED_EVERY = timedelta(days=1)
"""Longest time until somebody who came meanwhile is told of a review."""
LOOKED_EVERY_WHILE_UNATTENDED = timedelta(hours=1)
"""The same, where there was nobody."""


class OnDeparture(StrEnum):
    """The fate of what somebody gave in the owner's name when they leave."""

    REVIEW = "review"
    """Ends unless a representative confirms it in time."""
    KEEP = "keep"
    END = "end"


class ReviewState(StrEnum):
    """State of the review that follows a departure."""

    OPEN = "open"
    COMPLETED = "completed"
    """All of it is confirmed, or has ended."""
    LAPSED = "lapsed"
    """Time was up: what nobody had confirmed ended."""
    CANCELLED = "cancelled"
    """The giver came back."""


OPENED = Reason(
    "departure_review_opened", "Somebody who gave access does not represent the company as before"
)
CONTINUED = Reason("departure_review_continued", "Somebody can review it again")
ENDED: Mapping[ReviewState, Reason] = {
    ReviewState.COMPLETED: Reason(
        "departure_review_completed", "All that was to be reviewed is confirmed, or has ended"
    ),
    ReviewState.LAPSED: Reason(
        "departure_review_lapsed", "Time was up: what nobody had confirmed ended"
    ),
    ReviewState.CANCELLED: Reason(
        "departure_review_cancelled", "The giver represents the company as before again"
    ),
}
"""Why a review ended."""


@dataclass(frozen=True, slots=True)
class DepartureRules:
    """Rules of departures: what follows, and how long a review lasts."""

    action: OnDeparture = OnDeparture.REVIEW
    review_time: timedelta = timedelta(days=30)


STANDARD = DepartureRules()
"""The rules of an installation that sets none."""


@dataclass(frozen=True, slots=True)
class OpenReview:
    """State of an open review, on which its next step depends."""

    closes_at: datetime
    unattended: bool
    """True: there was nobody to review, or it stood still, when it was looked at last."""
    undecided: int
    """Delegations that are in force, and not confirmed since the departure."""
    giver_is_back: bool
    has_reviewer: bool
    """True: somebody can act in the owner's name at this moment, alone or with a whole group."""
    suspended: bool = False
    """True: what is delegated is suspended, because the company is deleted or bankrupt."""


class Step(StrEnum):
    """Next step of a review."""

    CANCEL = "cancel"
    COMPLETE = "complete"
    PAUSE = "pause"
    """The review stands still while everything that it is about is suspended."""
    TELL_OPERATIONS = "tell_operations"
    """Nobody can review: nothing ends, and operations are told."""
    BEGIN_AGAIN = "begin_again"
    """Somebody can who could not before: they get the whole time."""
    LAPSE = "lapse"
    TELL_REVIEWERS = "tell_reviewers"


def step_of(review: OpenReview, now: datetime) -> Step:
    """Return what is due of a review at this moment."""
    if review.giver_is_back:
        return Step.CANCEL
    if not review.undecided:
        return Step.COMPLETE
    if review.suspended:
        return Step.PAUSE
    if not review.has_reviewer:
        return Step.TELL_OPERATIONS
    if review.unattended:
        return Step.BEGIN_AGAIN
    return Step.LAPSE if now >= review.closes_at else Step.TELL_REVIEWERS


def reminder_of(closes_at: datetime, now: datetime, rules: DepartureRules) -> timedelta | None:
    """Return how long before the end the last reminder was due; None: none was yet."""
    due = [each for each in _reminders(rules) if closes_at - each <= now]
    return due[-1] if due else None


def next_look(closes_at: datetime, now: datetime, rules: DepartureRules) -> timedelta:
    """Return how long from now a review, with somebody to do it, is to be looked at again."""
    moments = [*(closes_at - each for each in _reminders(rules)), closes_at, now + LOOKED_EVERY]
    return min(moment for moment in moments if moment > now) - now


def _reminders(rules: DepartureRules) -> Sequence[timedelta]:
    """None before a review is a day old."""
    return [each for each in REMINDED_BEFORE if each <= rules.review_time - timedelta(days=1)]

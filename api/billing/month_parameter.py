"""The month that a request asks for."""

from datetime import UTC, datetime
from typing import Annotated
from zoneinfo import ZoneInfo

from fastapi import Query

from api.http.problems import Problem
from api.http.validation_errors import ValidationIssue
from domain.billing import months
from domain.billing.months import Month

AskedMonth = Annotated[
    str | None,
    Query(
        pattern=months.PATTERN,
        description="A month of the operator's zone, `2026-11`: from its 1st 00:00 until the next"
        " 1st 00:00. Left out: the present one. None of the future, none of more than"
        f" {months.OLDEST} months ago, and none from before the account got its owner.",
    ),
]


def month_of(asked: str | None, zone: ZoneInfo, owned_since: datetime | None) -> Month:
    """Return the month that is asked for. Raises Problem for one that may not be."""
    now = datetime.now(UTC)
    month = Month.at(now, zone) if asked is None else Month.of(asked)
    if not months.is_asked_for(month, now, zone):
        issue = ValidationIssue("month", "is in the future, or too long ago")
        raise Problem("invalid", errors=[issue])
    if owned_since is not None and month < Month.at(owned_since, zone):
        issue = ValidationIssue("month", "is from before the account got its owner")
        raise Problem("invalid", errors=[issue])
    return month

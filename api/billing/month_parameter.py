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
        " 1st 00:00. Left out: the present one. None of the future, and none"
        " before `oldest_month` of the answer.",
    ),
]


def month_of(asked: str | None, zone: ZoneInfo, owned_since: datetime | None) -> Month:
    """Return the month that is asked for. Raises Problem for one that may not be."""
    now = datetime.now(UTC)
    present = Month.at(now, zone)
    month = present if asked is None else Month.of(asked)
    if not months.oldest_asked_for(now, zone, owned_since) <= month <= present:
        issue = ValidationIssue("month", "is in the future, or before `oldest_month`")
        raise Problem("invalid", errors=[issue])
    return month

"""What pages have in common that show what the operator's billing says."""

from collections.abc import Awaitable
from datetime import date
from typing import Any

from web.api_client import ApiProblem, ApiUnavailable, Json
from web.visit import Visit

_MONTHS = 13
_UNSEEN = {403, 404}


async def or_none(asked: Awaitable[Json]) -> Json | None:
    """Return what the API answers; None where billing is away, or this person may not see it.

    For pages of which this is a part: they never become a page of an error.
    """
    try:
        return await asked
    except ApiUnavailable:
        return None
    except ApiProblem as problem:
        if problem.status not in _UNSEEN:
            raise
        return None


def months(today: date, oldest: str = "") -> list[str]:
    """Return the months that a reader can choose, the present one first: ``2026-11``.

    ``oldest``: the first one that the API shows.
    """
    last = today.year * 12 + today.month - 1
    choice = [f"{each // 12}-{each % 12 + 1:02}" for each in range(last, last - _MONTHS, -1)]
    return [each for each in choice if each >= oldest]


def month_of(typed: str, today: date) -> str | None:
    """Return the earlier month that was asked for; None, where it is none: the API's present one.

    The present one is not named: at its first midnight two clocks may differ.
    """
    return typed if typed in months(today)[1:] else None


async def read_month(visit: Visit, path: str, typed: str, **query: Any) -> Json:
    """Return what the API says of the month that was asked for, else of the present one.

    So also where it is from before the account got its owner, to whom it is not shown.
    """
    month = month_of(typed, visit.today)
    try:
        return await visit.api.get(path, month=month, **query)
    except ApiProblem as problem:
        if month is None or problem.code != "invalid":
            raise
        return await visit.api.get(path)

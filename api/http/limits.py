"""429 Too Many Requests: answers to requests beyond a limit."""

from collections.abc import Mapping
from datetime import timedelta
from math import ceil
from typing import Any

from api.http import problems
from api.http.problems import Problem

RESPONSES = problems.documented("too_many_requests")


def too_many_requests(
    retry_after: timedelta, *, verification: Mapping[str, Any] | None = None
) -> Problem:
    """The problem of a limit that is reached; ``Retry-After`` in whole seconds, at least one."""
    seconds = max(ceil(retry_after.total_seconds()), 1)
    headers = {"Retry-After": str(seconds)}
    return Problem("too_many_requests", headers=headers, verification=verification)

"""Days, in the zone of the engines that tests run.

That zone is one in which it is noon when a run begins, so that no run comes to a midnight: what a
test was told of a day at its beginning is true at its end. What is said of midnight itself, and
of the clocks of Tallinn, is shown at fixed moments.
"""

import os
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

DAY = timedelta(days=1)
_NOON = 12


def noon_zone(now: datetime) -> str:
    """Return the name of the zone in which it is between 12:00 and 13:00."""
    east = _NOON - now.astimezone(UTC).hour
    return f"Etc/GMT{-east:+}"  # in these names hours are counted to the west


# The controller of ``pytest -n`` chooses, and its workers get its environment.
ZONE = ZoneInfo(os.environ.setdefault("TEST_ZONE", noon_zone(datetime.now(UTC))))
SETTINGS = {"VOLITUS_ZONE": ZONE.key}
"""Settings of an engine whose days are those of its test."""


def today() -> date:
    """Return the day it is in the zone of the engines.

    Raises RuntimeError while tests are collected: that may be another day than the one on which
    they run, if ``TEST_ZONE`` is set to a zone that comes to its midnight in between.
    """
    if "PYTEST_VERSION" in os.environ and "PYTEST_CURRENT_TEST" not in os.environ:
        raise RuntimeError("a test asks for the day when it runs, not when it is collected")
    return datetime.now(ZONE).date()

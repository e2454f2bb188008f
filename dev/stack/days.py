"""Days, in the zone of the stack's installation."""

import os
from datetime import datetime
from zoneinfo import ZoneInfo

_ZONE = ZoneInfo(os.environ.get("VOLITUS_ZONE", "Europe/Tallinn"))
"""The programs of the stack get the caller's environment, and have the same standard."""


def today() -> str:
    """Return today in ISO 8601."""
    return datetime.now(_ZONE).date().isoformat()

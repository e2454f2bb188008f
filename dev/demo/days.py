"""Days of the demo, in the zone of its installation."""

from datetime import datetime
from zoneinfo import ZoneInfo

_ZONE = ZoneInfo("Europe/Tallinn")


def today() -> str:
    """Return today in ISO 8601."""
    return datetime.now(_ZONE).date().isoformat()

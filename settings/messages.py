"""Settings of notices."""

from datetime import time
from zoneinfo import ZoneInfo

from pydantic import Field

from domain.messages.quiet_hours import QuietHours
from settings.fields import TimeOfDay
from settings.sections import Section


class NoticeSettings(Section):
    """Quiet hours, in which no notice is sent by SMS."""

    quiet_from: TimeOfDay = Field(
        time(21), description="Beginning of the quiet hours: a time of day in `VOLITUS_ZONE`."
    )
    quiet_until: TimeOfDay = Field(
        time(8), description="Their end. The same as the beginning: there are no quiet hours."
    )

    def quiet_hours(self, zone: ZoneInfo) -> QuietHours:
        """The quiet hours by the clocks of this zone."""
        return QuietHours(self.quiet_from, self.quiet_until, zone)

"""The time that billing goes by: the machine's, or one that ``/_control`` sets."""

from datetime import UTC, datetime


class Clock:
    """The real time, until ``fixed`` is set."""

    def __init__(self) -> None:
        self.fixed: datetime | None = None

    def now(self) -> datetime:
        """Return the time, in UTC."""
        return self.fixed or datetime.now(UTC)

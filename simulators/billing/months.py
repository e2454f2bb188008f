"""Local months, and when each is invoiced."""

import re
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import NamedTuple, Self
from zoneinfo import ZoneInfo

TALLINN = ZoneInfo("Europe/Tallinn")
HOUR = 3600
_ISSUED_DAY, _ISSUED_HOUR, _DUE_DAY = 5, 9, 18


class Month(NamedTuple):
    """A month of Tallinn's clock: from its first 00:00 until the next one's first 00:00."""

    year: int
    month: int

    @classmethod
    def of(cls, moment: datetime) -> Self:
        local = moment.astimezone(TALLINN)
        return cls(local.year, local.month)

    @classmethod
    def read(cls, text: str) -> Self:
        """Read ``2026-11``. Raises ValueError."""
        if not re.fullmatch(r"20[0-9]{2}-(0[1-9]|1[0-2])", text):
            raise ValueError("no month")
        return cls(int(text[:4]), int(text[5:]))

    def __str__(self) -> str:
        return f"{self.year}-{self.month:02}"

    def plus(self, months: int) -> "Month":
        years, month = divmod(self.month - 1 + months, 12)
        return Month(self.year + years, month + 1)

    @property
    def start(self) -> int:
        """Its first second, since 1970."""
        return _start(self.year, self.month)

    @property
    def end(self) -> int:
        """The first second after it."""
        return self.plus(1).start

    @property
    def issued_at(self) -> int:
        """When it is invoiced: the morning of the fifth of the next month."""
        return _start(*self.plus(1), _ISSUED_DAY, _ISSUED_HOUR)

    @property
    def due_on(self) -> date:
        return date(*self.plus(1), _DUE_DAY)

    @property
    def vat_rate(self) -> int:
        """Percent, by the time of supply: 24 since July 2025."""
        return 24 if self >= (2025, 7) else 22


def local(second: int) -> datetime:
    """Return a second since 1970 as Tallinn's clock shows it, with its offset."""
    return datetime.fromtimestamp(second, TALLINN)


def utc(second: int) -> str:
    """Write a second since 1970 as ``2026-11-01T00:00:00Z``."""
    return f"{datetime.fromtimestamp(second, UTC):%Y-%m-%dT%H:%M:%SZ}"


@lru_cache(maxsize=1024)
def _start(year: int, month: int, day: int = 1, hour: int = 0) -> int:
    return int(datetime(year, month, day, hour, tzinfo=TALLINN).timestamp())

"""Rate limits: a burst of ``count``, then evenly over time."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Self

from pydantic import TypeAdapter, ValidationError

_DURATION = TypeAdapter(timedelta)


@dataclass(frozen=True, slots=True)
class Rate:
    """At most ``count`` in any ``span``, written ``5/P1D``.

    After the burst is used up one use comes back every ``step``, not all of them at midnight.
    """

    count: int
    span: timedelta

    @classmethod
    def of(cls, text: str) -> Self:
        """Parse a count and an ISO 8601 duration. Raises ValueError."""
        count, _, span = text.partition("/")
        try:
            rate = cls(int(count), _DURATION.validate_python(span))
        except (ValueError, ValidationError):
            rate = cls(0, timedelta())
        if rate.count < 1 or rate.span <= timedelta() or not text.isascii():
            raise ValueError("must be a count and an ISO 8601 duration, like 5/P1D")
        if rate.step <= timedelta():  # it would limit nothing
            raise ValueError("must be at most one in a microsecond")
        return rate

    @property
    def step(self) -> timedelta:
        """Time after which one use comes back; rounded down, so that ``count`` fit the span."""
        return self.span // self.count


@dataclass(frozen=True, slots=True)
class Use:
    """One use of a limit by a subject."""

    kind: str
    """Name of the limit."""
    subject: str
    rate: Rate


class LimitReached(Exception):
    """A limit is used up. ``retry_after``: when one more will be allowed.

    Nothing is used if the transaction that raised it is rolled back.
    """

    def __init__(self, kind: str, retry_after: timedelta) -> None:
        super().__init__(kind)
        self.kind = kind
        self.retry_after = retry_after

"""How often something may be done: so many at once, then evenly over the time."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Self

from pydantic import TypeAdapter, ValidationError

_DURATION = TypeAdapter(timedelta)


@dataclass(frozen=True, slots=True)
class Rate:
    """At most ``count`` in any ``span``, written ``5/P1D``.

    Whoever has used them all gets one back after ``step``, not all of them at midnight.
    """

    count: int
    span: timedelta

    @classmethod
    def of(cls, text: str) -> Self:
        """Read a count and an ISO 8601 duration. Raises ValueError."""
        count, _, span = text.partition("/")
        try:
            rate = cls(int(count), _DURATION.validate_python(span))
        except (ValueError, ValidationError):
            rate = cls(0, timedelta())
        if rate.count < 1 or rate.span <= timedelta():
            raise ValueError("must be a count and an ISO 8601 duration, like 5/P1D")
        return rate

    @property
    def step(self) -> timedelta:
        """The time after which one more may be done; rounded down, for all to fit the span."""
        return self.span // self.count

"""Moments as TMF630 has them: RFC 3339 with any offset comes in, UTC in milliseconds goes out."""

import re
from datetime import UTC, date, datetime, time, timedelta

_RFC_3339 = re.compile(
    r"\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d(\.\d{1,9})?([Zz]|[+-]\d\d:\d\d)", re.ASCII
)
_DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_OFFSET_WITHOUT_PLUS = re.compile(r" (?=\d\d:\d\d$)")
MILLISECOND = timedelta(milliseconds=1)


def read_moment(text: str) -> datetime:
    """Return the moment, in UTC. Raises ValueError for anything but RFC 3339.

    A leap second is the end of the second before it, which is what databases and clocks make of it.
    """
    if not _RFC_3339.fullmatch(text):
        raise ValueError("is not a moment as in RFC 3339, with its offset")
    plain = text.upper().replace(":60", ":59", 1) if text[17:19] == "60" else text.upper()
    try:
        return datetime.fromisoformat(plain).astimezone(UTC)
    except OverflowError:
        raise ValueError("is out of range") from None


def read_moment_of_query(text: str) -> datetime:
    """Return a moment from a query string, where a ``+`` has become a space.

    A day alone is its beginning in UTC. Raises ValueError.
    """
    if _DAY.fullmatch(text):
        return datetime.combine(date.fromisoformat(text), time(), UTC)
    return read_moment(_OFFSET_WITHOUT_PLUS.sub("+", text))


def shown(moment: datetime) -> str:
    """Return a moment as it is sent: UTC, milliseconds, ``Z``."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def floor(moment: datetime) -> datetime:
    """Return the moment as it is shown: without what is smaller than a millisecond."""
    return moment.replace(microsecond=moment.microsecond // 1000 * 1000)

"""When access ends by itself: grants that follow one another without a gap are one access."""

from collections.abc import Sequence
from datetime import datetime
from operator import attrgetter

from domain.access.grants import Grant


def joined_until(in_force: Sequence[Grant], following: Sequence[Grant]) -> datetime | None:
    """Return when the access that these grants give ends by itself; None: no end is known.

    ``in_force`` are in force at the moment in question, at least one; ``following`` begin later.
    A grant that begins where access ends, or before, carries it on.
    """
    ends = [grant.until for grant in in_force]
    known = [end for end in ends if end is not None]
    if len(known) < len(ends):
        return None
    until = max(known)
    for grant in sorted(following, key=attrgetter("since")):
        if grant.since > until:
            break
        if grant.until is None:
            return None
        until = max(until, grant.until)
    return until

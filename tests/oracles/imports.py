"""What importing a file of services must give, computed without the product's code."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple


class Line(NamedTuple):
    """A line of the file, and equally what is stored of a service."""

    service: int
    account: int
    number: int | None
    active: bool = True

    @property
    def claim(self) -> int | None:
        return self.number if self.active else None


Stored = Mapping[int, Line]


def stored_after(
    stored: Stored, lines: Sequence[Line], accounts: Sequence[int]
) -> tuple[Stored, set[Line]]:
    """What is stored once the file is imported, and the lines that are rejected.

    A line is rejected if it is wrong by itself, or if another service has its number in the end
    and it did not have it at the beginning. A rejected line leaves its service as it was, which may
    make further lines wrong.
    """
    rejected = {
        line
        for line in lines
        if line.account not in accounts
        or any(other != line and other.service == line.service for other in lines)
    }
    while True:
        after = {**stored, **{line.service: line for line in lines if line not in rejected}}
        wrong = {
            line
            for line in set(lines) - rejected
            if line.claim is not None
            and (line.service not in stored or stored[line.service].claim != line.claim)
            and any(
                other.claim == line.claim and other.service != line.service
                for other in after.values()
            )
        }
        if not wrong:
            return after, rejected
        rejected |= wrong

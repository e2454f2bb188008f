"""What is booked on the operator's account at each bank, and statements of it."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from itertools import count
from zoneinfo import ZoneInfo

from simulators.bank.payments import Clock
from simulators.bank.profiles import Profile

_ZONE = ZoneInfo("Europe/Tallinn")


@dataclass(frozen=True, slots=True)
class Line:
    """A line of an account. A return takes back the one with the same ``transfer``."""

    bank: Profile
    amount: Decimal
    reference: str | None
    message: str
    payer_name: str
    payer_account: str
    transfer: str
    booked_at: datetime
    number: str
    is_return: bool = False


@dataclass(frozen=True, slots=True)
class Statement:
    """Lines that were booked since the statement before, on days as of when it was made."""

    id: str
    bank: Profile
    made_on: date
    lines: tuple[tuple[date, Line], ...]


class Ledger:
    """Lines, some of them booked only later by the clock; and the statements that were made."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._lines: list[Line] = []
        self._statements: list[Statement] = []
        # A bank gives no number twice, also one that forgot everything when it was stopped.
        began = int(clock.now().timestamp() * 1000)
        self._numbers = count(began * 1000)
        self._next_made = began

    def next_number(self) -> str:
        """Return the reference of the next line at its bank."""
        return str(next(self._numbers))

    def book(self, line: Line) -> None:
        self._lines.append(line)

    def lines_of(self, transfer: str) -> list[Line]:
        return [each for each in self._lines if each.transfer == transfer]

    def statements(self, bank: Profile) -> list[Statement]:
        """Return the statements of a bank, oldest first; makes the next if something is booked."""
        self._make(bank)
        return [each for each in self._statements if each.bank == bank]

    def newer(self, bank: Profile, after: str | None) -> list[str] | None:
        """Return ids of the statements after this one, which may be forgotten; None: never made."""
        ids = [each.id for each in self.statements(bank)]
        if after is None:
            return ids
        name, _, number = after.rpartition("-")
        if name != bank.bank_id or not number.isdecimal() or int(number) >= self._next_made:
            return None
        return [each for each in ids if int(each.rpartition("-")[2]) > int(number)]

    def statement(self, bank: Profile, statement_id: str) -> Statement | None:
        found = (each for each in self._statements if (each.bank, each.id) == (bank, statement_id))
        return next(found, None)

    def forget(self) -> None:
        """Forget lines and statements. Numbers go on: a bank gives none twice."""
        self._lines.clear()
        self._statements.clear()

    def _make(self, bank: Profile) -> None:
        now = self._clock.now()
        stated = {id(line) for each in self._statements for _, line in each.lines}
        new = [
            (self._day(each.booked_at), each)
            for each in self._lines
            if each.bank == bank and each.booked_at <= now and id(each) not in stated
        ]
        if new:
            id_ = f"{bank.bank_id}-{self._next_made}"
            self._next_made += 1
            self._statements.append(Statement(id_, bank, self._day(now), tuple(new)))

    def _day(self, at: datetime) -> date:
        return self._clock.told(at).astimezone(_ZONE).date()

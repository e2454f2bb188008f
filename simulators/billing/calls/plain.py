"""Records within the package, hour by hour: calls, messages and data that cost nothing more."""

from math import log
from random import Random

from simulators.billing.calls.contacts import HOME, VOICEMAIL, Contacts, contacts
from simulators.billing.calls.hours import twice
from simulators.billing.calls.records import (
    DATA,
    FORWARDED,
    INCOMING,
    OUTGOING,
    SMS,
    VOICE,
    ZERO,
    Record,
)
from simulators.billing.calls.trips import Trip, told_late, trip
from simulators.billing.ledgers import Phone
from simulators.billing.months import HOUR, Month

_MINUTE = 60


def in_hour(phone: Phone, month: Month, hour: int, count: int) -> list[Record]:
    """Return the plain records that begin in this hour of the month, in order."""
    start = month.start + hour * HOUR
    chance = Random(f"plain:{phone.seed}{start}")
    seconds = sorted(int(chance.random() * HOUR) for _ in range(count))
    if hour in twice(month):
        seconds[0] = HOUR // 2  # the same time of the clock in both hours
        seconds.sort()
    make = _Maker(phone, month, start // HOUR, chance)
    return [make.record(start + second, n) for n, second in enumerate(seconds)]


class _Maker:
    """Makes the records of one hour."""

    def __init__(self, phone: Phone, month: Month, hour: int, chance: Random) -> None:
        self._chance = chance
        self._whom: Contacts = contacts(phone)
        self._own, self._service, self._kind = phone.form.number, phone.service, phone.form.kind
        self._trip: Trip | None = trip(phone, month)
        self._prefix = f"{phone.form.service.hex}-{hour:x}-"
        self._tax = month.vat_rate

    def record(self, at: int, n: int) -> Record:
        """Make the ``n``th record of the hour."""
        drawn, rest = self._chance.random(), self._chance.random()
        if self._kind in {"internet", "router"}:
            return self._data(at, n, int(-2e8 * log(1 - rest)), int(HOUR * drawn))
        if self._kind == "fixed_line" or drawn < 0.5:
            return self._voice(at, n, rest, drawn)
        if drawn < 0.6:
            return self._sms(at, n, rest)
        return self._data(at, n, int(-2e7 * log(1 - rest)), int(HOUR * (drawn - 0.6)))

    def _voice(self, at: int, n: int, rest: float, drawn: float) -> Record:
        seconds = 3 + int(-140 * log(1 - self._chance.random()))
        direction = OUTGOING if rest < 0.55 else INCOMING if rest < 0.95 else FORWARDED
        other = VOICEMAIL if direction is FORWARDED else self._somebody()
        withheld = direction is INCOMING and drawn * 1000 % 1 < 0.05
        billed = 0 if direction is INCOMING else -(-seconds // _MINUTE) * _MINUTE
        return self._made(
            at, n, VOICE, direction, other, withheld=withheld, used=seconds, billed=billed
        )

    def _sms(self, at: int, n: int, rest: float) -> Record:
        direction = OUTGOING if rest < 0.5 else INCOMING
        return self._made(at, n, SMS, direction, self._somebody())

    def _data(self, at: int, n: int, size: int, seconds: int) -> Record:
        return self._made(at, n, DATA, OUTGOING, None, used=seconds, billed=seconds, size=size)

    def _somebody(self) -> str:
        near = self._whom.near
        return near[int(self._chance.random() * len(near))]

    def _made(
        self,
        at: int,
        n: int,
        kind: str,
        direction: str,
        other: str | None,
        *,
        withheld: bool = False,
        used: int = 0,
        billed: int = 0,
        size: int = 0,
    ) -> Record:
        abroad, away = self._trip, False
        if abroad is not None and abroad.first <= at < abroad.end:
            away = True
        # By position, and one object for all: a page has thousands of them.
        return Record(
            at, f"{self._prefix}{n}", self._service, self._own, kind, direction, other, withheld,
            abroad.zone if away and abroad else HOME, abroad.country if away and abroad else "EE",
            away, used, billed, size, 1, True, ZERO, self._tax,
            told_late(self._chance, at) if away else at + used + _MINUTE,
            self._whom.imei, self._whom.cells[at % len(self._whom.cells)],
        )  # fmt: skip

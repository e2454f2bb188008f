"""What a month of a number adds up to."""

from collections.abc import Iterable
from decimal import Decimal
from typing import NamedTuple

from simulators.billing.calls.costly import costly
from simulators.billing.calls.records import DATA, INCOMING, MMS, SMS, VOICE, ZERO, Record
from simulators.billing.calls.usage import of_month
from simulators.billing.ledgers import Phone
from simulators.billing.months import Month, local

_MINUTE, _MEGABYTE = 60, 1_048_576


class Group(NamedTuple):
    """What is added up together."""

    day: int
    kind: str
    roaming: bool
    direction: str


class Total(NamedTuple):
    """Sums of a group."""

    seconds: int = 0
    bytes: int = 0
    pieces: int = 0
    cost: Decimal = ZERO
    of_package: int = 0

    def plus(self, other: "Total") -> "Total":
        return Total(
            self.seconds + other.seconds,
            self.bytes + other.bytes,
            self.pieces + other.pieces,
            self.cost + other.cost,
            self.of_package + other.of_package,
        )


class Allowance(NamedTuple):
    """What of the package is used; ``most`` None: no limit."""

    kind: str
    unit: str
    most: int | None
    used: int


def totals(phone: Phone, month: Month, as_of: int) -> dict[Group, Total]:
    """Return the sums of what had begun in the month and was received by a moment, day by day."""
    key = (f"totals:{as_of // _MINUTE}", month)
    if key not in phone.kept:
        for old in [each for each in phone.kept if each[0].startswith("totals:")][24:]:
            del phone.kept[old]
        phone.kept[key] = _added(each for each in of_month(phone, month) if each.received <= as_of)
    found: dict[Group, Total] = phone.kept[key]
    return found


def allowances(phone: Phone, sums: dict[Group, Total]) -> list[Allowance]:
    """Return what is included in the package, and what of it is used."""
    form = phone.form
    found = []
    if form.kind in {"mobile", "fixed_line"}:
        minutes = None if form.minutes is None else form.minutes * _MINUTE
        found.append(Allowance(VOICE, "seconds", minutes, _used(sums, VOICE)))
    if form.kind == "mobile":
        found.append(Allowance(SMS, "count", form.messages, _used(sums, SMS)))
    if form.kind != "fixed_line":
        most = None if form.megabytes is None or form.kind != "mobile" else form.megabytes
        size = None if most is None else most * _MEGABYTE
        found.append(Allowance(DATA, "bytes", size, _used(sums, DATA)))
    return found


def invoiced(phone: Phone, month: Month, as_of: int) -> dict[tuple[str, int], Decimal]:
    """Return the cost by kind of invoice line and VAT rate that the month's invoice has.

    That is what was used in the month or the one before, and told between their two invoices.
    """
    found: dict[tuple[str, int], Decimal] = {}
    for used_in in (month.plus(-1), month):
        if used_in < phone.ledger.first:
            continue
        for each in costly(phone, used_in):
            if each.cost and each.month == month and each.received <= as_of:
                found[each.line, each.tax] = found.get((each.line, each.tax), ZERO) + each.cost
    return found


def _added(records: Iterable[Record]) -> dict[Group, Total]:
    found: dict[Group, list[Record]] = {}
    for each in records:
        group = Group(local(each.at).day, each.kind, each.roaming, each.direction)
        found.setdefault(group, []).append(each)
    return {group: _sum(found[group]) for group in sorted(found)}


def _sum(records: list[Record]) -> Total:
    return Total(
        sum(each.used for each in records),
        sum(each.bytes for each in records),
        sum(each.pieces for each in records),
        sum((each.cost for each in records), ZERO),
        sum(_of_package(each) for each in records if each.in_bundle),
    )


def _of_package(record: Record) -> int:
    if record.direction == INCOMING:
        return 0
    if record.kind == DATA:
        return record.bytes
    return record.billed if record.kind == VOICE else record.pieces


def _used(sums: dict[Group, Total], kind: str) -> int:
    assert kind != MMS  # noqa: S101 # no package has them
    return sum(each.of_package for group, each in sums.items() if group.kind == kind)

"""What months add up to, as it is shown."""

from collections.abc import Iterable, Sequence
from typing import Any

from simulators.billing.calls.totals import Group, Total, allowances, totals
from simulators.billing.ledgers import Phone
from simulators.billing.months import Month, utc

Sums = dict[Group, Total]


def summary(
    phones: Sequence[Phone], month: Month, now: int, *, by_day: bool, as_one: bool
) -> dict[str, Any]:
    """Return the sums of a month of these numbers; ``as_one``: over all of them."""
    sums = [(each, totals(each, month, now)) for each in phones]
    grouped: list[tuple[str | None, Sums]] = [
        (phone.service, found if by_day else _by_month(found)) for phone, found in sums
    ]
    if as_one:
        grouped = [(None, _together(found for _, found in grouped))]
    return {
        "asOf": utc(now),
        "isFinal": month.issued_at <= now,
        "rows": [row for service, found in grouped for row in _rows(service, month, found)],
        "allowances": [row for phone, found in sums for row in _allowances(phone, found)],
    }


def _by_month(sums: Sums) -> Sums:
    return _together({group._replace(day=0): total} for group, total in sums.items())


def _together(each_of: Iterable[Sums]) -> Sums:
    found: Sums = {}
    for sums in each_of:
        for group, total in sums.items():
            found[group] = found.get(group, Total()).plus(total)
    return {group: found[group] for group in sorted(found)}


def _rows(service: str | None, month: Month, sums: Sums) -> list[dict[str, Any]]:
    return [
        {
            "service": service,
            "day": f"{month}-{group.day:02}" if group.day else None,
            "usageType": group.kind,
            "roaming": group.roaming,
            "direction": group.direction,
            "usedSeconds": total.seconds,
            "bytes": total.bytes,
            "count": total.pieces,
            "taxExcludedAmount": {"unit": "EUR", "value": total.cost},
        }
        for group, total in sums.items()
    ]


def _allowances(phone: Phone, sums: Sums) -> list[dict[str, Any]]:
    return [
        {
            "service": phone.service,
            "usageType": each.kind,
            "unit": each.unit,
            "allowance": each.most,
            "used": each.used,
        }
        for each in allowances(phone, sums)
    ]

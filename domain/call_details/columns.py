"""Columns of the files of call details. Names and values are for programs: the same everywhere."""

from collections.abc import Callable
from functools import lru_cache
from uuid import UUID
from zoneinfo import ZoneInfo

from domain.call_details.records import Direction, UsageRecord
from domain.call_details.secrecy import Level, shown_number, shows

COLUMNS = (
    "started_at",
    "service",
    "direction",
    "own_number",
    "other_number",
    "zone",
    "country",
    "used_s",
    "billed_s",
    "bytes",
    "count",
    "net_eur",
    "vat_rate",
    "in_bundle",
    "bill_no",
    "record_id",
    "roaming",
    "service_id",
)
"""Header of a file. ``service``: voice, sms, mms, data or premium. ``net_eur``: without VAT."""
_BOOLEAN = {True: "true", False: "false"}


def row_maker(
    zone: ZoneInfo, level: Level, text: Callable[[str], str] = str
) -> Callable[[UsageRecord], tuple[str, ...] | None]:
    """Return the function that makes the row of a record, in the order of ``COLUMNS``.

    None: this level does not show it. What the level hides of it is in no row. Moments are local
    with their offset, ISO 8601: of an hour that comes twice it says which. Costs are never rounded.

    Args:
        zone: Of the moments.
        level: How much is shown.
        text: Guards text from billing where it is written.
    """
    service_text = lru_cache(10_000)(UUID.__str__)
    # Without zeros at the end: 24 and 24.0 are one key of the cache.
    vat_text = lru_cache(100)(lambda rate: f"{rate.normalize():f}")
    # A tuple: whether it has a member of an enum is found without hashing it.
    hidden = tuple(each for each in Direction if not shows(level, each))

    @lru_cache(10_000)
    def number_text(number: str) -> str:
        return text(shown_number(number, level, withheld=False) or "")

    def row(record: UsageRecord) -> tuple[str, ...] | None:
        if record.direction in hidden:
            return None
        return (
            record.started_at.astimezone(zone).isoformat(),
            record.kind,
            record.direction,
            text(record.own_number),
            number_text(record.other_number),
            text(record.zone),
            text(record.country),
            str(record.used_seconds),
            str(record.billed_seconds),
            str(record.bytes),
            str(record.quantity),
            f"{record.net:f}",
            vat_text(record.vat_rate),
            _BOOLEAN[record.is_in_bundle],
            text(record.bill_number),
            text(record.id),
            _BOOLEAN[record.is_roaming],
            service_text(record.service_id),
        )

    return row

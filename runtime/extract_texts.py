"""What the PDF of an extract of call details says, in the language of whoever asked for it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Any
from zoneinfo import ZoneInfo

from domain.call_details import columns
from domain.call_details.secrecy import Level
from domain.numbers.sms_texts import Language
from runtime.texts import day_text, text

_CENT = Decimal("0.01")
_AT = {name: place for place, name in enumerate(columns.COLUMNS)}
COLUMNS = ("started", "kind", "direction", "own", "other", "where", "amount", "cost")
"""Of the PDF, in its order."""
FACTS = ("account", "as_of", "rows", "net")
"""What it says of the whole, in its order."""
_MIB = 2**20


@dataclass(frozen=True, slots=True)
class Listed:
    """An extract, as its PDF presents it."""

    account: str
    """Name of the account."""
    author: str
    """The operator; empty: it is not set."""
    from_day: date
    through_day: date
    level: Level
    as_of: datetime
    made_on: date
    language: Language
    zone: ZoneInfo


def call_details_data(listed: Listed, rows: Sequence[Sequence[str]]) -> Mapping[str, Any]:
    """Return what the PDF says. ``rows``: those of the CSV, whose text is not guarded."""
    language = listed.language
    title = text(
        "document.call_details.title",
        language,
        first=day_text(listed.from_day, language),
        last=day_text(listed.through_day, language),
    )
    day = listed.made_on
    return {
        "language": language.value,
        "title": title,
        "author": listed.author,
        "dated": {"year": day.year, "month": day.month, "day": day.day},
        "introduction": [text(f"document.call_details.level.{listed.level}", language)],
        "facts": [*_facts(listed, rows)],
        "header": [text(f"document.call_details.{name}", language) for name in COLUMNS],
        "rows": [_row(each, language, listed.zone) for each in rows],
        "footer": f"{listed.account}, {title}",
    }


def _facts(listed: Listed, rows: Sequence[Sequence[str]]) -> Iterable[tuple[str, str]]:
    language = listed.language
    net = sum((Decimal(row[_AT["net_eur"]]) for row in rows), Decimal(0))
    said = (
        listed.account,
        _moment(listed),
        str(len(rows)),
        _euros(net.quantize(_CENT, ROUND_HALF_UP), language),
    )
    for name, value in zip(FACTS, said, strict=True):
        yield text(f"document.call_details.{name}", language), value


def _moment(listed: Listed) -> str:
    at = listed.as_of.astimezone(listed.zone)
    return f"{day_text(at.date(), listed.language)} {at:%H:%M}"


def _row(row: Sequence[str], language: Language, zone: ZoneInfo) -> list[str]:
    def of(name: str) -> str:
        return row[_AT[name]]

    return [
        _started(datetime.fromisoformat(of("started_at")), zone),
        text(f"state.usage.{of('service')}", language),
        text(f"state.usage_direction.{of('direction')}", language),
        of("own_number"),
        of("other_number"),
        " ".join(filter(None, (of("zone"), of("country")))),
        _amount(int(of("used_s")), int(of("bytes")), int(of("count"))),
        _euros(Decimal(of("net_eur")), language),
    ]


def _started(at: datetime, zone: ZoneInfo) -> str:
    """Write a local moment; in an hour that comes twice also its offset, which says which."""
    local = f"{at:%d.%m.%Y %H:%M:%S}"
    offsets = {at.replace(tzinfo=zone, fold=fold).utcoffset() for fold in (0, 1)}
    return local if len(offsets) == 1 else f"{local} {at.isoformat()[-6:]}"


def _amount(seconds: int, size: int, quantity: int) -> str:
    if size:
        return f"{size / _MIB:.2f} MiB"
    if seconds:
        minutes, rest = divmod(seconds, 60)
        hours, minutes = divmod(minutes, 60)
        return f"{hours}:{minutes:02}:{rest:02}"
    return str(quantity)


def _euros(amount: Decimal, language: Language) -> str:
    written = f"{amount:f}"
    return f"{written if language is Language.ENGLISH else written.replace('.', ',')} €"

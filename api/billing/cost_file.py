"""The costs of a month as lines of a file for spreadsheets."""

from collections.abc import Iterator
from decimal import Decimal
from zoneinfo import ZoneInfo

from domain.billing.costs import ComparedRow, Cost
from domain.billing.months import Month
from domain.numbers.sms_texts import Language
from runtime.csv_lines import BEGINNING, Cell, csv_line
from runtime.texts import text
from services.billing.billed_services import BilledServices
from services.billing.cost_reports import CostReport

_TITLES = (
    "file.costs.month",
    "file.costs.number",
    "file.costs.name",
    "file.costs.kind",
    "file.costs.net",
    "file.costs.gross",
    "file.costs.net_before",
    "file.costs.gross_before",
    "file.costs.as_of",
)
_NOTHING = Decimal("0.00")


def cost_lines(
    report: CostReport, seen: BilledServices, language: Language, zone: ZoneInfo
) -> Iterator[str]:
    """Yield the lines: a title for each column, then a line by service and kind.

    Amounts are in the account's currency, which the titles name, and rounded each for itself. Each
    line says up to when records had come to billing: a file outlives what was marked beside it.
    Of the month before, 0 is that there was nothing, and an empty cell that it is not known.
    """
    comma = language is not Language.ENGLISH
    currency = report.rows[0].cost.now.net.currency if report.rows else "EUR"
    titles = [text(each, language, currency=currency) for each in _TITLES]
    yield BEGINNING + csv_line(titles)
    as_of = f"{report.now.value.as_of.astimezone(zone):%Y-%m-%d %H:%M}"
    for row in report.rows:
        before = _before(row, is_known=report.before is not None)
        cells = [*_cells(row, report.month, seen, language), *before, as_of]
        yield csv_line(cells, decimal_comma=comma)


def _cells(row: ComparedRow, month: Month, seen: BilledServices, language: Language) -> list[Cell]:
    label = seen.label(row.service_id)
    if row.service_id is None:
        name = text("file.costs.account", language)
    elif label is None:
        name = text("file.costs.left", language)
    else:
        name = label.name or text(f"state.service_kind.{label.kind.value}", language)
    kind = text(f"state.invoice_line.{row.kind.value}", language)
    number = label.number if label is not None and label.number is not None else ""
    return [str(month), number, name, kind, *_amounts(row.cost.now)]


def _before(row: ComparedRow, *, is_known: bool) -> list[Cell]:
    if row.cost.before is not None:
        return _amounts(row.cost.before)
    return [_NOTHING, _NOTHING] if is_known else ["", ""]


def _amounts(cost: Cost) -> list[Cell]:
    rounded = cost.rounded()
    amounts: list[Decimal] = [rounded.net.amount, rounded.gross.amount]
    return [*amounts]

"""Files of comma-separated values, opened as a spreadsheet would (bill.2, bill.4)."""

import csv
import io
from decimal import Decimal

import pytest

from runtime.csv_lines import BEGINNING, Cell, csv_line


def _opened(text: str) -> list[list[str]]:
    """The cells, as a spreadsheet takes them that reads UTF-8 with a byte order mark."""
    lines = text.encode().decode("utf-8-sig")
    return list(csv.reader(io.StringIO(lines), delimiter=";"))


@pytest.mark.parametrize(
    "text",
    ["=1+1", "+37251234567", "-2", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "＝1+1", "=HYPERLINK(1)"],
)
def test_bill_2_no_cell_of_text_is_calculated(text: str) -> None:
    [[cell]] = _opened(BEGINNING + csv_line([text]))

    assert cell == f"'{text}"


@pytest.mark.parametrize(
    ("cell", "with_point", "with_comma"),
    [
        (Decimal("-5.00"), "-5.00", "-5,00"),
        (Decimal("1E+3"), "1000", "1000"),
        (Decimal("0.000001"), "0.000001", "0,000001"),
        (-7, "-7", "-7"),
    ],
)
def test_bill_2_a_number_stays_a_number(cell: Cell, with_point: str, with_comma: str) -> None:
    assert _opened(csv_line([cell])) == [[with_point]]
    assert _opened(csv_line([cell], decimal_comma=True)) == [[with_comma]]


def test_bill_2_separators_quotes_and_lines_stay_inside_of_their_cell() -> None:
    cells = ["Tamm; Kask", 'OÜ "Öö"', "two\nlines", "", "тариф"]

    assert _opened(BEGINNING + csv_line(cells)) == [cells]

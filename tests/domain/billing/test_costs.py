"""Costs compared with the month before, and VAT by rate (bill.2)."""

from decimal import Decimal
from uuid import UUID

import pytest

from domain.billing.costs import Cost, CostRow, are_comparable, by_kind, compared, total_of
from domain.billing.invoices import LineKind
from domain.billing.money import Money, MoneyError

PHONE, ROUTER = UUID(int=1), UUID(int=2)
VAT = Decimal(24)


def _eur(text: str) -> Money:
    return Money(Decimal(text))


def _row(
    service: UUID | None, kind: LineKind, net: str, *, rate: Decimal | None = VAT, gross: str = ""
) -> CostRow:
    with_vat = _eur(gross) if gross else _eur(str(Decimal(net) * (1 + (rate or Decimal(0)) / 100)))
    return CostRow(service, kind, _eur(net), with_vat, rate)


def test_bill_2_costs_are_compared_by_service_and_kind() -> None:
    now = [
        _row(PHONE, LineKind.VOICE, "1.5"),
        _row(None, LineKind.ONE_OFF, "3"),
        _row(PHONE, LineKind.MONTHLY_FEE, "12.90"),
    ]
    before = [_row(PHONE, LineKind.MONTHLY_FEE, "9.90"), _row(ROUTER, LineKind.MONTHLY_FEE, "5")]

    found = compared(now, before)

    shown = [
        (row.service_id, row.kind.value, row.cost.now.net.text, _net(row.cost.before))
        for row in found
    ]
    assert shown == [
        (None, "one_off", "3.00", None),
        (PHONE, "monthly_fee", "12.90", "9.90"),
        (PHONE, "voice", "1.50", None),
        # It cost something before, and nothing now: the report says so.
        (ROUTER, "monthly_fee", "0.00", "5.00"),
    ]


def _net(cost: Cost | None) -> str | None:
    return None if cost is None else cost.net.text


def test_bill_2_rows_of_one_service_and_kind_are_one() -> None:
    """A rate that changes within a month gives two rows at billing."""
    old, new = Decimal(22), Decimal(24)
    now = [
        _row(PHONE, LineKind.MONTHLY_FEE, "10", rate=old),
        _row(PHONE, LineKind.MONTHLY_FEE, "10", rate=new),
    ]

    [row] = compared(now, [])

    assert row.cost.now == Cost(_eur("20"), _eur("24.6"))


def test_bill_2_kinds_are_summed_up_over_services() -> None:
    now = [_row(PHONE, LineKind.VOICE, "1.0001"), _row(ROUTER, LineKind.VOICE, "2.0002")]
    before = [_row(ROUTER, LineKind.VOICE, "4"), _row(PHONE, LineKind.DATA, "1")]

    found = by_kind(compared(now, before))

    assert [(kind.value, c.now.net.text, _net(c.before)) for kind, c in found] == [
        ("voice", "3.0003", "4.00"),
        ("data", "0.00", "1.00"),
    ]


@pytest.mark.parametrize(
    ("rows", "net", "vat", "gross"),
    [
        pytest.param([], "0.00", [], "0.00", id="nothing"),
        pytest.param(
            # Each of them alone rounds to 0.00: the sum does not.
            [_row(PHONE, LineKind.VOICE, "0.004")] * 1000,
            "4.00",
            [("24", "0.96")],
            "4.96",
            id="tiny-amounts-count",
        ),
        pytest.param(
            # Rounded one by one they would be 3 × 0.01 = 0.03 of tax.
            [_row(PHONE, LineKind.SMS, "0.03")] * 3,
            "0.09",
            [("24", "0.02")],
            "0.11",
            id="tax-of-the-sum",
        ),
        pytest.param(
            [
                _row(PHONE, LineKind.MONTHLY_FEE, "10", rate=Decimal(24)),
                _row(PHONE, LineKind.MONTHLY_FEE, "10", rate=Decimal(22)),
                _row(None, LineKind.ONE_OFF, "5", rate=Decimal(0)),
            ],
            "25.00",
            [("24", "2.40"), ("22", "2.20"), ("0", "0.00")],
            "29.60",
            id="per-rate",
        ),
        pytest.param(
            [_row(PHONE, LineKind.VOICE, "10"), _row(None, LineKind.DISCOUNT, "-12.5")],
            "-2.50",
            [("24", "-0.60")],
            "-3.10",
            id="a-discount-takes-tax-off",
        ),
        pytest.param(
            [_row(PHONE, LineKind.PENALTY, "10", rate=None, gross="10")],
            "10.00",
            [(None, "0.00")],
            "10.00",
            id="rate-not-told",
        ),
    ],
)
def test_bill_2_vat_is_rounded_once_for_each_rate(
    rows: list[CostRow], net: str, vat: list[tuple[str | None, str]], gross: str
) -> None:
    found = total_of(rows)

    assert (found.cost.net.text, found.cost.gross.text) == (net, gross)
    assert [
        (None if each.rate is None else str(each.rate), each.vat.text) for each in found.vat
    ] == vat


def test_bill_2_two_currencies_are_no_sum() -> None:
    dollar = Money(Decimal(1), "USD")
    rows = [
        _row(PHONE, LineKind.VOICE, "1"),
        CostRow(PHONE, LineKind.VOICE, dollar, dollar, VAT),
    ]

    with pytest.raises(MoneyError):
        total_of(rows)


@pytest.mark.parametrize(("currency", "expected"), [("EUR", True), ("USD", False)])
def test_bill_2_months_of_two_currencies_are_not_compared(currency: str, *, expected: bool) -> None:
    one = Money(Decimal(1), currency)
    now = [_row(PHONE, LineKind.VOICE, "1.5")]
    before = [CostRow(ROUTER, LineKind.VOICE, one, one, VAT)]

    assert are_comparable(now, before) is expected
    assert are_comparable(now, [])
    assert are_comparable([], before)

"""bill.1: what billing says of a month is asked for no more only where it is all of it."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from uuid import UUID

import pytest

from domain.billing.costs import CostRow, MonthCosts
from domain.billing.invoices import LineKind
from domain.billing.money import Money
from domain.billing.months import Month
from domain.billing.usage import Amount, MonthUsage, UsageRow
from domain.call_details.records import UsageKind
from services.billing.months import costs_of, usage_by_day, usage_of_services
from services.billing.questions import Question

ACCOUNT, OCTOBER = UUID(int=1), Month(2026, 10)
AS_OF = datetime(2026, 12, 1, tzinfo=UTC)
ONE = Amount(0, 0, 1, Money.zero())
ROW = UsageRow(None, None, UsageKind.SMS, roaming=False, direction=None, amount=ONE)
USAGE = MonthUsage([ROW], [], is_final=True, as_of=AS_OF, is_whole=True)
COST = CostRow(None, LineKind.OTHER, Money.zero(), Money.zero(), None)
COSTS = MonthCosts([COST], is_final=True, as_of=AS_OF)


@pytest.mark.parametrize("question", [usage_of_services, usage_by_day])
@pytest.mark.parametrize(
    ("usage", "expected"),
    [
        (USAGE, True),
        (replace(USAGE, is_final=False), False),
        (replace(USAGE, is_whole=False), False),
        (replace(USAGE, rows=[]), False),
    ],
    ids=["final", "provisional", "something is missing", "everything is missing"],
)
def test_bill_1_usage_is_asked_again_until_it_is_whole(
    question: Callable[[UUID, Month], Question[MonthUsage]], usage: MonthUsage, *, expected: bool
) -> None:
    assert question(ACCOUNT, OCTOBER).ends_with(usage) is expected


@pytest.mark.parametrize(
    ("costs", "expected"),
    [(COSTS, True), (replace(COSTS, is_final=False), False), (replace(COSTS, rows=[]), False)],
    ids=["final", "provisional", "nothing"],
)
def test_bill_1_costs_are_asked_again_until_there_are_some(
    costs: MonthCosts, *, expected: bool
) -> None:
    assert costs_of(ACCOUNT, OCTOBER).ends_with(costs) is expected

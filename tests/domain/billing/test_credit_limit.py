"""Credit limits: the product that changes one, and the place in a history (bill.2)."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from domain.accounts import ServiceKind, ServiceStatus
from domain.billing.credit_limit import (
    ChangedBy,
    LimitChange,
    LimitHistory,
    product_setting_it,
)
from services.catalogue.files import read_catalogue

NOON = datetime(2026, 11, 5, 10, tzinfo=UTC)
CATALOGUE = [each.product for each in read_catalogue(None)]
MOBILE, ACTIVE = ServiceKind.MOBILE, ServiceStatus.ACTIVE


def change(id_: str, at: datetime = NOON) -> LimitChange:
    return LimitChange(id_, at, None, None, None, ChangedBy.OPERATOR, "", "", "")


HISTORY = LimitHistory([change("c", NOON + timedelta(1)), change("a"), change("b")], is_whole=True)


@pytest.mark.parametrize(
    ("after", "left"), [("c", ["a", "b"]), ("a", ["b"]), ("b", []), ("gone", [])]
)
def test_bill_2_changes_of_one_moment_keep_their_order(after: str, left: list[str]) -> None:
    assert [each.id for each in HISTORY.older_than(NOON, after)] == left


def test_bill_2_a_place_that_is_gone_is_followed_by_what_is_older() -> None:
    later = NOON + timedelta(2)

    assert HISTORY.older_than(later, "gone") == HISTORY.changes


@pytest.mark.parametrize(
    ("kind", "status", "product"),
    [
        (MOBILE, ACTIVE, "spending-limit"),
        (MOBILE, ServiceStatus.ENDED, None),
        (ServiceKind.ROUTER, ACTIVE, None),
    ],
)
def test_bill_2_a_limit_is_changed_by_the_product_that_sets_it_at_billing(
    kind: ServiceKind, status: ServiceStatus, product: str | None
) -> None:
    found = product_setting_it(CATALOGUE, kind, status)

    assert (found and found.id) == product


def test_bill_2_a_product_that_is_sold_no_more_changes_no_limit() -> None:
    sold_out = [replace(each, is_orderable=False) for each in CATALOGUE]

    assert product_setting_it(sold_out, MOBILE, ACTIVE) is None

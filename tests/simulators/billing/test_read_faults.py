"""Faults of reads: billing that is down, slow, or answers with something else."""

from typing import Any

import httpx
import pytest

from tests.clients.billing_client import ACCOUNT, SERVICE, Client

PERIOD: dict[str, Any] = {
    "usageDate_gte": "2026-11-01T00:00:00Z",
    "usageDate_lt": "2026-11-20T00:00:00Z",
}
READS: dict[str, tuple[str, dict[str, Any]]] = {
    "invoices": ("/customerBill", {"billingAccount_id": ACCOUNT}),
    "lines": ("/appliedCustomerBillingRate", {"bill_id": "BILL"}),
    "document": ("/customerBill/BILL/document", {}),
    "balance": (f"/billingAccount/{ACCOUNT}/balance", {}),
    "credit_limit": (f"/billingAccount/{ACCOUNT}/creditLimit", {}),
    "usage": ("/usage", {"billingAccount_id": ACCOUNT, **PERIOD}),
    "usage_summary": (
        "/usageSummary", {"billingAccount_id": ACCOUNT, "month": "2026-11", "by": "day"},
    ),
    "costs": ("/costSummary", {"billingAccount_id": ACCOUNT, "month": "2026-11"}),
}  # fmt: skip


@pytest.fixture
def account(billing: Client) -> Client:
    billing.clock("2026-12-01T10:00:00Z")
    billing.ledger({"service": SERVICE})
    return billing


def read(billing: Client, source: str, token: str | None = None) -> httpx.Response:
    path, query = READS[source]
    if "BILL" in path or "BILL" in query.values():
        bill = billing.bills()[0]["id"]
        path = path.replace("BILL", bill)
        query = {name: bill if each == "BILL" else each for name, each in query.items()}
    return billing.get(path, token, **query)


@pytest.mark.parametrize("source", READS)
def test_bill_7_each_read_can_fail_alone(account: Client, source: str) -> None:
    whole = read(account, source)
    assert whole.status_code == 200
    account.fault("http_503", source)
    assert read(account, source).status_code == 503
    account.fault("cut", source)
    with pytest.raises(httpx.HTTPError):
        read(account, source)
    account.fault("garbage", source)
    assert read(account, source).headers["content-type"].startswith("text/html")
    other = "costs" if source == "balance" else "balance"
    assert read(account, other).status_code == 200
    account.control("DELETE", "/faults")
    assert read(account, source).content == whole.content


@pytest.mark.parametrize("source", [each for each in READS if each != "document"])
def test_bill_7_a_body_can_be_of_another_shape_or_have_no_values(
    account: Client, source: str
) -> None:
    whole = read(account, source).json()
    account.fault("wrong_shape", source)
    assert type(read(account, source).json()) is not type(whole)
    account.fault("wrong_values", source)
    wrong = read(account, source).json()
    assert type(wrong) is type(whole)
    assert wrong != whole


def test_bill_4_billing_can_be_lost_in_the_middle_of_the_pages(account: Client) -> None:
    account.fault("cut", "usage", subject="later")
    query = {"billingAccount_id": ACCOUNT, "limit": 20, **PERIOD}
    first = account.get("/usage", **query)

    with pytest.raises(httpx.HTTPError):
        account.get("/usage", **query, after=first.headers["x-next-cursor"])
    assert account.get("/usage", **query).json() == first.json()


def test_bill_7_without_the_token_nothing_is_shown(account: Client) -> None:
    assert {read(account, source, "x").status_code for source in READS} == {401}


def test_bill_7_requests_are_counted_by_kind(account: Client) -> None:
    for source in ("invoices", "usage", "balance"):
        read(account, source)

    assert account.control("GET", "/requests") == {
        "GET invoices": 1, "GET usage": 1, "GET accounts": 1,
    }  # fmt: skip

"""Customers of a campaign who have invoices and call details."""

from typing import Any

from dev.chaos.billed_workload import EXTRACTED_RECORDS, BilledRequest, ExtractRequest
from domain.accounts import ServiceKind
from domain.identifiers import PersonKey
from storage.accounts.accounts import AccountFacts
from storage.accounts.services import ServiceFacts


def account_of(billed: BilledRequest) -> AccountFacts:
    """Return the account of somebody who pays an invoice, or asks for an extract: their own."""
    owner = PersonKey("EE", billed.code)
    return AccountFacts(billed.account_id, f"BILLED-{billed.number}", "", owner)


def service_of(billed: BilledRequest) -> ServiceFacts:
    """Return the service that is invoiced, or whose calls they are."""
    return ServiceFacts(billed.service_id, billed.account_id, ServiceKind.MOBILE, billed.number, "")


def ledger_of(billed: BilledRequest) -> dict[str, Any]:
    """Return what billing has of them: one invoice that is not paid, or many calls."""
    number: dict[str, Any] = {"service": str(billed.service_id), "number": billed.number}
    if isinstance(billed, ExtractRequest):
        number["records"] = EXTRACTED_RECORDS
    return {"account": str(billed.account_id), "numbers": [number], "months": 4}

"""A company with two numbers that is invoiced every month, and those who look at its invoices."""

from dataclasses import replace

from storage.database import Database
from tests.builders.people import JAAN, KATI, MARI, TIIU
from tests.builders.register_states import KUUSK, sole, state
from tests.builders.rows import account, give, put, put_service, service, store_states
from tests.clients.api_client import person_token
from tests.clients.billing_client import Client

COMPANY = account(KUUSK, 1, name="Kontor")
OTHER = account(JAAN, 2)
PHONE = replace(service(1, COMPANY, phone="+37255500001"), name="Mari telefon")
TABLET = replace(service(2, COMPANY, phone="+37255500002"), name="Tahvel")
MARIS, KATIS, TIIUS, JAANS = map(person_token, (MARI, KATI, TIIU, JAAN))
ACCOUNT = f"/v1/accounts/{COMPANY.id}"
INVOICES = f"{ACCOUNT}/invoices"
NOW = "2026-06-20T10:00:00Z"
"""Billing's moment. The newest invoice is that of May, which was due on 18 June 2026."""


def set_up(database: Database) -> None:
    """Mari administers, Kati is the accountant, Tiiu uses the phone; Jaan has another account."""
    put(database, COMPANY, OTHER)
    put_service(database, PHONE, TABLET)
    store_states(database, state(sole(MARI)))
    give(database, KATI, COMPANY, "accountant")
    give(database, TIIU, COMPANY, "user", on=PHONE)


def bill(billing: Client, *, now: str = NOW, months: int = 12, unpaid: int = 1) -> None:
    """Let billing have invoiced the company for its numbers."""
    billing.clock(now)
    numbers = [{"service": str(each.id), "number": each.number} for each in (PHONE, TABLET)]
    billing.ledger(*numbers, account=str(COMPANY.id), months=months, unpaid=unpaid)

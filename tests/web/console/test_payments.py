"""Payments and entries of statements that need a decision, in the console."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from uuid import uuid4

import pytest
from playwright.async_api import expect

from api.auth.principals import StaffRole
from storage.database import Database
from tests.builders.delegations import OFFICE, set_up_customers
from tests.builders.paid import needs_a_look, put_entry
from tests.builders.people import MARI
from tests.builders.register_states import KUUSK
from tests.builders.rows import rows
from tests.clients.api_client import Front, person_token
from tests.clients.axe import violations_in_variants
from tests.clients.bank_client import Client as Bank
from tests.clients.billing_client import Client as Billing
from tests.clients.delegating import post
from tests.fixtures.banked_site import paying_at
from tests.fixtures.billed_front import open_billed_front
from tests.fixtures.pages_site import PagesSite
from web.console import bank_entries

UNPROCESSABLE = "status of 422"
PAYMENTS, ENTRIES = "/et/console/payments", "/et/console/bank-entries"


@pytest.fixture
async def front(database: Database, billing: Billing, simulated_bank: Bank) -> AsyncIterator[Front]:
    """An invoice of the office is to be paid at a simulated bank. Temporal is down."""
    set_up_customers(database)
    async with AsyncExitStack() as opened:
        at = paying_at(simulated_bank, api="http://api", portal="http://portal")
        paying = opened.enter_context(at)
        yield await opened.enter_async_context(open_billed_front(database, billing, paying=paying))


async def invoice_of(front: Front) -> str:
    answer = await front.get(f"/v1/accounts/{OFFICE.id}/invoices?state=open", person_token(MARI))
    return str(answer.json()["items"][0]["id"])


async def test_bill_3_a_payment_is_decided_about_with_a_reason(site: PagesSite) -> None:
    path = f"/v1/invoices/{await invoice_of(site.front)}/payments"
    begun = await post(site.front, path, MARI, {"bank": "kuusk"})
    needs_a_look(site.front.database, begun.json()["id"])
    page = await site.page_of_staff(StaffRole.OPS, expected=(UNPROCESSABLE,))
    await page.goto("/et/console")
    await page.click(f"nav a[href='{PAYMENTS}']")
    await expect(page.locator("tbody")).to_contain_text("Pank teatas teise summa")
    assert await violations_in_variants(page) == []
    await page.click("tbody a")
    await expect(page.locator("#attention")).to_be_visible()
    assert await violations_in_variants(page, widths=[320]) == []
    await page.click("#ask-take_as_paid")
    await expect(page.locator("#dialog-title")).to_be_focused()
    await page.click("#dialog button[type=submit]")
    await expect(page.locator("#f-reason")).to_have_attribute("aria-invalid", "true")
    await page.fill("#f-reason", "väljavõttes olemas")
    await page.click("main form button[type=submit]")

    await expect(page.locator(".notice")).to_contain_text("Makse kohta on otsustatud.")
    await expect(page.locator("#attention")).to_have_count(0)


async def test_bill_3_an_entry_is_allocated_to_an_invoice(site: PagesSite) -> None:
    entry = put_entry(site.front.database, "kuusk", payer_name="Kuuse Kalle")
    invoice = await invoice_of(site.front)
    page = await site.page_of_staff(StaffRole.OPS, expected=(UNPROCESSABLE,))
    await page.goto(PAYMENTS)
    await page.click(f".subnav a[href='{ENTRIES}']")
    await expect(page.locator("tbody")).to_contain_text("Kuuse Kalle")
    assert await violations_in_variants(page) == []
    await page.click("tbody a")
    assert await violations_in_variants(page, widths=[320]) == []
    await page.click("#allocate")
    await page.fill("#f-which", KUUSK.code)
    await page.click("main form button")
    await expect(page.locator("#allocate-form")).to_be_visible()
    assert await violations_in_variants(page) == []
    await page.click("#allocate-form button")
    await expect(page.locator("#errors")).to_be_focused()
    await page.check(f"input[value='{invoice}']")
    await page.fill("#f-reason", "maksja kinnitas")
    await page.click("#allocate-form button")

    await expect(page.locator(".notice")).to_contain_text("Kirje kohta on otsustatud.")
    await expect(page.locator("main")).to_contain_text("Seotud maksega")
    asked = "SELECT state FROM bank_entry WHERE id = :id"
    assert [each.state for each in rows(site.front.database, asked, id=entry)] == ["matched"]


async def test_bill_3_an_entry_that_is_no_payment_is_ignored_without_scripts(
    site: PagesSite,
) -> None:
    entry = put_entry(site.front.database, "kuusk")
    page = await site.page_of_staff(StaffRole.OPS, java_script_enabled=False)
    await page.goto(f"{ENTRIES}/{entry}")
    await page.click("#ignore")
    await page.fill("#f-reason", "toetus")
    await page.click("main form button[type=submit]")

    await expect(page.locator("main")).to_contain_text("Ei ole arve makse")
    await expect(page.locator("#ignore")).to_have_count(0)


async def test_bill_3_an_entry_is_allocated_to_an_invoice_of_long_ago(
    site: PagesSite, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bank_entries, "_SHOWN", 2)
    entry = put_entry(site.front.database, "kuusk")
    page = await site.page_of_staff(StaffRole.OPS, expected=(UNPROCESSABLE,))
    await page.goto(f"{ENTRIES}/{entry}/allocate?account={OFFICE.id}")
    for _ in range(2):
        await page.click("a[rel=next]")
    assert await violations_in_variants(page, widths=[320]) == []
    await page.locator("input[name=invoice]").last.check()
    await page.click("#allocate-form button")  # without a reason: the page is the same one
    await page.locator("input[name=invoice]:checked").wait_for(state="attached")
    await page.fill("#f-reason", "vana arve")
    await page.click("#allocate-form button")

    await expect(page.locator("main")).to_contain_text("Seotud maksega")


async def test_bill_6_support_gets_from_an_account_to_its_invoices_and_payments(
    site: PagesSite,
) -> None:
    path = f"/v1/invoices/{await invoice_of(site.front)}/payments"
    begun = await post(site.front, path, MARI, {"bank": "kuusk"})
    page = await site.page_of_staff(StaffRole.SUPPORT)
    await page.goto(f"/et/console/support/accounts/{OFFICE.id}")
    await page.click("#invoices")
    await expect(page.locator("tbody tr").nth(1)).to_be_visible()
    assert await violations_in_variants(page) == []
    await page.click("tbody a")
    assert page.url.endswith(f"{PAYMENTS}/{begun.json()['id']}")
    await page.goto(f"/et/console/support/accounts/{OFFICE.id}")
    await page.click("#payments")
    await expect(page.locator("tbody tr")).to_have_count(1)
    assert await violations_in_variants(page, widths=[320]) == []
    await page.goto(f"{PAYMENTS}?which=all&account={uuid4()}")
    await expect(page.locator("tbody tr")).to_have_count(0)


async def test_bill_3_support_sees_and_decides_nothing(site: PagesSite) -> None:
    entry = put_entry(site.front.database, "kuusk")
    page = await site.page_of_staff(StaffRole.SUPPORT)
    await page.goto(f"{ENTRIES}/{entry}")
    await expect(page.locator("main")).to_contain_text("Vajab otsust")
    await expect(page.locator("#allocate, #ignore")).to_have_count(0)

"""Invoices and the balance, in a browser, over a simulated billing."""

import re
from collections.abc import AsyncIterator

import pytest
from playwright.async_api import expect

from domain.access.permissions import Role
from services.billing import invoice_questions
from storage.database import Database
from tests.builders import catalogue
from tests.builders.delegations import OFFICE, OWN, PHONE, set_up_customers
from tests.builders.people import KATI, MARI, PEETER
from tests.builders.rows import give
from tests.clients.api_client import Front
from tests.clients.axe import violations_in_variants
from tests.clients.billing_client import Client
from tests.clients.billing_reading import age
from tests.fixtures.billed_front import open_billed_front
from tests.fixtures.pages_site import PagesSite

HOME = f"/et/c/{OFFICE.id}"
INVOICES = f"{HOME}/invoices"
AWAY = "status of 503"


@pytest.fixture
async def front(database: Database, billing: Client) -> AsyncIterator[Front]:
    """Mari represents Kuusk alone, which has an invoice to pay."""
    set_up_customers(database)
    catalogue.publish(database)
    async with open_billed_front(database, billing) as opened:
        yield opened


async def test_bill_6_an_accountant_finds_what_is_to_be_paid(site: PagesSite) -> None:
    give(site.front.database, KATI, OFFICE, Role.ACCOUNTANT)
    page = await site.page_of(KATI)
    await page.goto(HOME)
    await expect(page.locator("section[aria-labelledby=balance]")).to_contain_text("Tasuda on")
    await page.click(f"nav a[href='{INVOICES}']")
    await expect(page.locator("tbody tr")).to_have_count(1)
    assert await violations_in_variants(page) == []
    await page.select_option("#f-state", "all")
    await page.click("#filters button")
    await expect(page.locator("tbody tr")).to_have_count(12)
    await page.locator("tbody tr a").first.click()

    facts = page.locator(".facts").first
    await expect(facts).to_contain_text("EE382200221020145685")
    await expect(facts).to_contain_text(re.compile(r"Viitenumber\s*\d+"))
    await expect(page.locator(".scroll").first).to_contain_text("24%")
    await expect(page.locator(".scroll").last).to_contain_text("Kuutasu")
    assert await violations_in_variants(page) == []
    async with page.expect_download() as started:
        await page.click("#document")
    assert (await started.value).suggested_filename.endswith(".pdf")


async def test_bill_6_who_may_not_see_invoices_is_shown_no_link_to_them(site: PagesSite) -> None:
    give(site.front.database, PEETER, OFFICE, Role.USER, on=PHONE)
    page = await site.page_of(PEETER, expected=("status of 404",))
    await page.goto(HOME)
    await expect(page.locator(f"nav a[href='{HOME}/services']")).to_be_visible()
    await expect(page.locator(f"a[href='{INVOICES}']")).to_have_count(0)
    await expect(page.locator("section[aria-labelledby=balance]")).to_have_count(0)

    answer = await page.goto(INVOICES)
    assert answer is not None
    assert answer.status == 404


async def test_bill_6_an_invoice_of_another_account_is_none(site: PagesSite) -> None:
    page = await site.page_of(MARI, expected=("status of 404",))
    await page.goto(INVOICES)
    other = (await page.locator("tbody a").first.get_attribute("href") or "").rpartition("/")[2]
    answer = await page.goto(f"/et/c/{OWN.id}/invoices/{other}")

    assert answer is not None
    assert answer.status == 404


async def test_bill_6_what_billing_said_last_is_shown_while_it_is_away(
    site: PagesSite, billing: Client
) -> None:
    page = await site.page_of(MARI)
    await page.goto(INVOICES)
    await page.locator("tbody a").first.click()
    billing.fault("http_503", "invoices")
    age(site.front.database)
    await page.reload()
    await expect(page.locator("#stale")).to_contain_text(
        "Arveldussüsteemiga ei saa praegu ühendust"
    )
    assert await violations_in_variants(page, widths=[320]) == []
    await page.goto(INVOICES)
    await expect(page.locator("#stale")).to_have_count(1)
    await expect(page.locator("tbody tr")).to_have_count(1)


async def test_bill_1_an_invoice_is_shown_whose_lines_were_never_known(
    site: PagesSite, billing: Client
) -> None:
    page = await site.page_of(MARI, expected=(AWAY,))
    await page.goto(INVOICES)
    billing.fault("http_503", "lines")
    await page.locator("tbody a").first.click()

    await expect(page.locator("#no-lines")).to_be_visible()
    await expect(page.locator("#sums")).to_be_visible()
    await expect(page.locator("#pay")).to_be_visible()
    assert await violations_in_variants(page, widths=[320]) == []


async def test_bill_1_a_part_that_is_not_known_now_is_marked(
    site: PagesSite, billing: Client
) -> None:
    """What is owed, above invoices that are as of now."""
    page = await site.page_of(MARI)
    await page.goto(INVOICES)
    billing.fault("http_503", "balance")
    age(site.front.database)
    await page.reload()

    await expect(page.locator("#stale")).to_have_count(1)
    await expect(page.locator("#balance")).to_be_visible()


async def test_bill_1_a_list_of_which_something_is_missing_is_marked(
    site: PagesSite, billing: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = await site.page_of(MARI)
    monkeypatch.setattr(invoice_questions, "_LINES_PAGE", 2)
    monkeypatch.setattr(invoice_questions, "_MOST_LINES", 2)
    await page.goto(INVOICES)
    await expect(page.locator("#incomplete")).to_have_count(0)
    await page.locator("tbody a").first.click()

    await expect(page.locator("#incomplete")).to_contain_text("Kõiki andmeid ei saanud lugeda")
    assert await violations_in_variants(page, widths=[320]) == []


async def test_bill_6_billing_that_never_answered_takes_no_other_page_with_it(
    site: PagesSite, billing: Client
) -> None:
    billing.control("DELETE", "/ledgers")
    billing.fault("http_503", "balance")
    page = await site.page_of(MARI, expected=(AWAY,))
    await page.goto(HOME)
    balance = page.locator("section[aria-labelledby=balance]")
    await expect(balance).to_contain_text("arveldusega ei saa ühendust")
    billing.fault("http_503", "invoices")
    answer = await page.goto(INVOICES)

    assert answer is not None
    assert answer.status == 503
    await expect(page.locator("h1")).to_have_text("Arveldusega ei saa praegu ühendust")
    assert await violations_in_variants(page, widths=[320]) == []

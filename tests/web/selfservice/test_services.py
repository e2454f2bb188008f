"""Services and their orders, in a browser."""

from collections.abc import AsyncIterator
from dataclasses import replace
from uuid import uuid4

import pytest
from playwright.async_api import expect

from storage.database import Database
from tests.builders import catalogue
from tests.builders.approvals import ON
from tests.builders.delegations import OFFICE, OTHER, set_up_customers
from tests.builders.people import JAAN, MARI
from tests.builders.rows import carry_out, put_service, rows, service
from tests.clients import ordering
from tests.clients.api_client import Front, open_front
from tests.clients.axe import violations_in_variants
from tests.clients.ordering import PHONE
from tests.fixtures.pages_site import PagesSite

UNPROCESSABLE = "status of 422"
HOME = f"/et/c/{OFFICE.id}"


@pytest.fixture
async def front(database: Database) -> AsyncIterator[Front]:
    """Mari represents Kuusk alone, and the catalogue is published. Temporal is down."""
    set_up_customers(database)
    carry_out(database, "UPDATE service SET number = '+37255500001' WHERE id = :id", id=PHONE.id)
    catalogue.publish(database)
    async with open_front(database, approvals=ON) as opened:
        yield opened


async def test_page_9_a_limit_is_ordered_confirmed_and_cancelled(site: PagesSite) -> None:
    page = await site.page_of(MARI, expected=(UNPROCESSABLE,))
    await page.goto(HOME)
    await page.click(f"nav a[href='{HOME}/services']")
    assert await violations_in_variants(page) == []
    await page.click("tbody a:has-text('+372 5550 0001')")
    await expect(page.locator("#products")).to_contain_text("Kululimiit")
    assert await violations_in_variants(page) == []
    await page.click("#modify-spending-limit")
    assert await violations_in_variants(page, widths=[320]) == []
    for wrong in ("palju", "600,00"):
        await page.fill("#f-p_spendingLimit", wrong)
        await page.click("#place")
        await expect(page.locator("#errors")).to_be_focused()
        await expect(page.locator("#f-p_spendingLimit")).to_have_attribute("aria-invalid", "true")
    assert rows(site.front.database, "SELECT FROM service_order") == []
    await page.fill("#f-p_spendingLimit", "30,00")
    await page.click("#place")

    await expect(page.locator("#act")).to_contain_text("Kululimiit")
    await expect(page.locator("#progress")).to_contain_text("30,00")
    assert await violations_in_variants(page) == []
    await page.click("#confirm button")
    await expect(page.locator(".notice")).to_contain_text("Tellimus on kinnitatud.")
    await expect(page.locator("#confirm")).to_have_count(0)
    await page.goto(f"{HOME}/orders")
    await expect(page.locator("tbody tr")).to_have_count(1)
    assert await violations_in_variants(page, widths=[320]) == []
    await page.click("tbody a")
    await page.click("#cancel")
    await expect(page.locator("#dialog-title")).to_be_focused()
    await page.click("#dialog button[type=submit]")
    await expect(page.locator(".notice")).to_contain_text("tühistamine on vastu võetud")


async def test_page_9_orders_are_placed_and_followed_without_scripts(site: PagesSite) -> None:
    page = await site.page_of(MARI, java_script_enabled=False)
    await page.goto(f"{HOME}/services/{PHONE.id}/order/restrictions/modify")
    await page.check("#f-p_roamingBarred")
    await page.click("#place")

    await expect(page.locator("#progress")).to_contain_text("Rändlus")
    await page.goto(f"{HOME}/services/{PHONE.id}")
    await expect(page.locator("#under-way")).to_be_visible()


async def test_page_9_an_order_shows_its_price_and_what_is_wrong_before_it_is_placed(
    site: PagesSite,
) -> None:
    page = await site.page_of(MARI)
    await page.goto(f"{HOME}/services/{PHONE.id}/order/mobile-package/modify")
    await page.check("input[value=mobile-l]")
    await expect(page.locator("#price ~ p")).to_contain_text("25,90")
    assert await violations_in_variants(page) == []
    await page.goto(f"{HOME}/services/{PHONE.id}/order/spending-limit/modify")
    await page.fill("#f-p_spendingLimit", "600,00")
    await page.press("#f-p_spendingLimit", "Tab")
    await expect(page.locator("#outcome .ds-alert")).to_be_visible()
    assert await violations_in_variants(page, widths=[320]) == []
    assert rows(site.front.database, "SELECT FROM service_order") == []


async def test_page_9_services_are_found_by_what_stands_in_no_address(site: PagesSite) -> None:
    others = [
        replace(
            service(100 + n, OFFICE, phone=f"+372555100{n:02}"),
            name=f"Müük {n}",
            characteristics={"package": "mobile-l" if n == 7 else "mobile-s"},
        )
        for n in range(60)
    ]
    put_service(site.front.database, *others)
    page = await site.page_of(MARI)
    await page.goto(f"{HOME}/services")
    await expect(page.locator("tbody tr")).to_have_count(50)
    await page.click("a[rel=next]")
    await expect(page.locator("tbody tr")).to_have_count(len(others) + 2 - 50)
    await page.fill("#f-words", "10033")
    await expect(page.locator("tbody tr")).to_have_count(1)
    await expect(page.locator("tbody")).to_contain_text("Müük 33")
    assert await violations_in_variants(page) == []
    assert "10033" not in page.url
    await page.goto(f"{HOME}/services")
    await page.select_option("#f-package", "mobile-l")
    await page.click("#filters button")
    await expect(page.locator("tbody")).to_contain_text("Müük 7")
    assert "package=mobile-l" in page.url


async def test_page_9_services_are_found_without_scripts(site: PagesSite) -> None:
    others = [service(100 + n, OFFICE, phone=f"+372555100{n:02}") for n in range(60)]
    put_service(site.front.database, *others)
    page = await site.page_of(MARI, java_script_enabled=False)
    await page.goto(f"{HOME}/services")
    await page.fill("#f-words", "555")
    await page.click("form[role=search] button")
    await expect(page.locator("tbody tr")).to_have_count(50)
    await page.click("#services button")
    await expect(page.locator("tbody tr")).to_have_count(11)
    assert "555" not in page.url
    await page.goto(f"{HOME}/services/{PHONE.id}/order/spending-limit/modify")
    await page.fill("#f-p_spendingLimit", "25,50")
    await page.click("#check")
    await expect(page.locator("#price")).to_be_visible()
    await expect(page.locator("#f-p_spendingLimit")).to_have_value("25,50")


async def test_page_17_anothers_services_and_orders_answer_like_none(site: PagesSite) -> None:
    order = await ordering.ordered(site.front, ordering.limit())
    theirs = f"/et/c/{OTHER.id}"
    paths = [
        f"/services/{PHONE.id}",
        f"/services/{PHONE.id}/order/spending-limit/modify",
        f"/orders/{order}",
        f"/orders/{order}/cancel",
        f"/orders/{uuid4()}",
        "/services/nothing",
    ]
    async with site.client_of(JAAN) as http:  # Tamm's, and not alone
        for path in paths:
            assert (await http.get(theirs + path)).status_code == 404, path
    async with site.client_of(MARI) as http:
        for path in (*paths[-2:], f"/services/{PHONE.id}/order/nothing/modify"):
            assert (await http.get(HOME + path)).status_code == 404, path

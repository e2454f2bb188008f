"""Usage, costs and the credit limit, in a browser, over a simulated billing."""

import re
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest
from playwright.async_api import expect

from domain.access.permissions import Role
from domain.billing.months import Month
from storage.database import Database
from tests.builders import catalogue
from tests.builders.delegations import OFFICE, PHONE, set_up_customers
from tests.builders.people import KATI, MARI, PEETER
from tests.builders.rows import carry_out, give, put
from tests.clients.api_client import Front
from tests.clients.axe import larger_text, violations_in_variants
from tests.clients.billing_client import Client
from tests.clients.billing_reading import age
from tests.fixtures.billed_front import NUMBER, open_billed_front
from tests.fixtures.pages_site import PagesSite

HOME = f"/et/c/{OFFICE.id}"
OF_PHONE = f"{HOME}/services/{PHONE.id}"


@pytest.fixture
async def front(database: Database, billing: Client) -> AsyncIterator[Front]:
    """Mari represents Kuusk alone, whose telephone is used."""
    set_up_customers(database)
    number = "UPDATE service SET number = :number WHERE id = :id"
    carry_out(database, number, number=NUMBER, id=PHONE.id)
    catalogue.publish(database)
    async with open_billed_front(database, billing) as opened:
        yield opened


async def test_bill_6_a_month_is_a_plot_and_the_same_as_a_table(site: PagesSite) -> None:
    page = await site.page_of(MARI)
    await page.goto(HOME)
    await page.click(f"nav a[href='{HOME}/usage']")
    months = await page.locator("#f-month option").all()
    assert len(months) == 13
    await page.select_option("#f-month", index=1)
    await page.click("#months button")
    data = page.get_by_role("img", name="Andmeside")
    await expect(data).to_be_visible()
    await expect(data.locator(".plot-bar").first).to_be_visible()
    assert await violations_in_variants(page) == []
    await page.click("#days summary")
    rows = page.locator("#days tbody tr")
    assert 15 < await rows.count() <= 31
    assert await violations_in_variants(page, widths=[320]) == []
    await page.get_by_role("link", name="+372 5550 0001").last.click()

    picture = page.get_by_role("img", name="Andmeside kuu algusest")
    await expect(picture).to_have_accessible_description(re.compile("Pakett 20 GB"))


async def test_bill_6_the_user_of_a_number_follows_its_package(site: PagesSite) -> None:
    give(site.front.database, PEETER, OFFICE, Role.USER, on=PHONE)
    page = await site.page_of(PEETER)
    await page.goto(HOME)
    await page.click(f"nav a[href='{HOME}/services']")
    await page.click("tbody a")
    await page.click("#usage")
    await page.select_option("#f-month", index=2)
    await page.click("#months button")
    await expect(page.locator("section[aria-labelledby=package]")).to_contain_text("20 GB")
    picture = page.get_by_role("img", name="Andmeside kuu algusest")
    await expect(picture.locator(".plot-limit")).to_have_count(1)
    assert await violations_in_variants(page) == []
    assert await larger_text(page) == []
    await page.goto(OF_PHONE)
    await page.click("#credit-limit")
    await expect(page.locator("tbody tr")).to_have_count(1)
    await expect(page.locator("tbody")).to_contain_text("75,00")


async def test_bill_6_usage_is_read_without_scripts_and_while_billing_is_away(
    site: PagesSite, billing: Client
) -> None:
    page = await site.page_of(MARI, java_script_enabled=False)
    await page.goto(f"{OF_PHONE}/usage")
    await page.select_option("#f-month", index=1)
    await page.click("#months button")
    await expect(page.locator(".plot-picture").first).to_be_visible()
    billing.fault("http_503", "usage_summary")
    age(site.front.database)
    await page.reload()
    await expect(page.locator("#stale")).to_contain_text("Andmed on seisuga")
    await expect(page.locator(".plot-picture").first).to_be_visible()


async def test_bill_2_costs_are_compared_with_the_month_before(site: PagesSite) -> None:
    give(site.front.database, KATI, OFFICE, Role.ACCOUNTANT)
    page = await site.page_of(KATI)
    await page.goto(f"{HOME}/invoices")
    await page.click(f".subnav a[href='{HOME}/costs']")
    await page.select_option("#f-month", index=2)
    await page.click("#months button")
    await expect(page.locator(".facts")).to_contain_text("Eelmisel kuul")
    await expect(page.locator(".scroll").last).to_contain_text("+372 5550 0001")
    assert await violations_in_variants(page) == []
    async with page.expect_download() as started:
        await page.click("#csv")
    file = await (await started.value).path()
    assert "Kuutasu" in file.read_text("utf-8-sig")


@pytest.mark.parametrize("path", ["usage", "costs", f"services/{PHONE.id}/usage"])
async def test_bill_6_a_month_of_an_earlier_owner_is_the_present_one(
    site: PagesSite, path: str
) -> None:
    """Somebody kept the address, and the account has become theirs since."""
    put(site.front.database, replace(OFFICE, owner=MARI))
    page = await site.page_of(MARI)
    await page.goto(f"{HOME}/usage")
    months = page.locator("#f-month option")
    await expect(months).to_have_count(1)
    present = await months.first.get_attribute("value") or ""
    before = Month.of(present).moved(-1)

    answer = await page.goto(f"{HOME}/{path}?month={before}")

    assert answer is not None
    assert answer.status == 200
    await expect(page.locator("#f-month")).to_have_value(present)


@pytest.mark.parametrize(
    ("path", "source"), [("credit-limit", "credit_limit"), ("usage", "usage_summary")]
)
async def test_bill_1_the_page_is_marked_where_only_a_part_of_it_is_of_before(
    site: PagesSite, billing: Client, path: str, source: str
) -> None:
    page = await site.page_of(MARI)
    await page.goto(f"{HOME}/{path}")
    await expect(page.locator("#stale")).to_have_count(0)
    billing.fault("http_503", source, times=1)
    age(site.front.database)
    await page.reload()

    await expect(page.locator("#stale")).to_have_count(1)


async def test_bill_2_a_limit_is_seen_changed_by_an_order_and_its_history_read(
    site: PagesSite,
) -> None:
    page = await site.page_of(MARI)
    await page.goto(f"{HOME}/invoices")
    await page.click(f".subnav a[href='{HOME}/credit-limit']")
    await expect(page.locator(".facts").first).to_contain_text("500,00")
    await expect(page.locator("tbody").first).to_contain_text("75,00")
    assert await violations_in_variants(page) == []
    await page.click("#all-changes")
    await expect(page.locator("tbody")).to_contain_text("75,00")
    assert await violations_in_variants(page, widths=[320]) == []
    await page.goto(f"{HOME}/credit-limit")
    await page.get_by_role("link", name="Muuda").first.click()

    await expect(page.locator("#f-p_spendingLimit")).to_be_visible()

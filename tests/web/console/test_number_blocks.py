"""Staff see who gets no codes, block a number and lift a block; no number is in an address."""

from datetime import UTC, datetime, timedelta

from playwright.async_api import expect

from api.auth.principals import StaffRole
from domain.rates import Rate, Use
from storage.requests import rate_limits
from tests.builders.people import MARI
from tests.clients.axe import violations_in_variants
from tests.fixtures.pages_site import PagesSite

UNPROCESSABLE = "status of 422"
BLOCKS = "/et/console/number-blocks"


async def test_page_13_a_number_is_blocked_and_the_block_is_lifted(site: PagesSite) -> None:
    page = await site.page_of_staff(StaffRole.OPS, expected=(UNPROCESSABLE,))
    await page.goto(BLOCKS)
    await page.click("#block")
    assert await violations_in_variants(page) == []
    await page.fill("#f-number", "12")
    await page.fill("#f-reason", "calls day and night")
    await page.click("main form button[type=submit]")
    await expect(page.locator("#f-number-error")).to_be_visible()
    assert await violations_in_variants(page, widths=[320]) == []
    await page.fill("#f-number", "5551 2345")
    await page.click("main form button[type=submit]")

    await expect(page.locator(".notice")).to_contain_text("ei saadeta koode")
    await expect(page.locator("main .facts")).to_contain_text("+372 5551 2345")
    await expect(page.locator("main .facts")).to_contain_text("calls day and night")
    assert "5551" not in page.url + await page.title()
    assert await violations_in_variants(page) == []
    await page.click("main a >> text=Tõkestatud numbrid")
    await page.select_option("#f-kind", "number")
    await page.click("main form button")
    await expect(page.locator("tbody tr")).to_contain_text("Käitajad tõkestasid selle")
    assert await violations_in_variants(page) == []

    await page.click("tbody a")
    assert "5551" not in page.url
    await page.click("#lift")
    await expect(page.locator("#dialog-title")).to_be_focused()
    await page.fill("#dialog #f-reason", "the customer called")
    await page.click("#dialog button[type=submit]")
    await expect(page.locator("main")).to_contain_text("Koode saadetakse kõigile")


async def test_page_13_a_range_is_blocked_without_scripts_and_support_reads_it(
    site: PagesSite,
) -> None:
    page = await site.page_of_staff(StaffRole.OPS, java_script_enabled=False)
    await page.goto(f"{BLOCKS}/new")
    await page.fill("#f-number", "+372 5551 2345")
    await page.check("input[value=prefix]")
    await page.select_option("#f-hours", "168")
    await page.fill("#f-reason", "a farm of numbers")
    await page.click("main form button[type=submit]")
    await expect(page.locator("main .facts")).to_contain_text("+3725551••••")
    path = page.url.removeprefix(site.url)
    mari = str(site.front.id_of(MARI))
    limit = Use("person", mari, Rate(1, timedelta(days=60)))
    with site.front.database.transaction() as session:
        rate_limits.take(session, [limit], at=datetime.now(UTC))

    async with site.client_of_staff(StaffRole.SUPPORT) as support:
        one, listed = await support.get(path), await support.get(BLOCKS)
        ended = await support.get(f"{BLOCKS}/{'0' * 32}")
    async with site.client_of_staff(StaffRole.MANDATE_OFFICER) as officer:
        refused = await officer.get(BLOCKS)
    assert 'id="lift"' not in one.text
    assert 'id="block"' not in listed.text
    assert f"{mari}</a>" in listed.text, "a limit that is used up"
    assert (ended.status_code, refused.status_code) == (404, 403)

"""The overview of the console: what stands still, and since when."""

from datetime import timedelta

from playwright.async_api import expect

from api.auth.principals import StaffRole
from tests.builders.paid import needs_a_look, put_entry
from tests.builders.payments import new_payment, started
from tests.builders.register_states import KUUSK
from tests.builders.rows import account, put
from tests.builders.stuck_items import BUSY, LOST, services, stick
from tests.builders.sync_runs import put_run
from tests.clients.axe import violations_in_variants
from tests.fixtures.pages_site import PagesSite

OFFICE = account(KUUSK)


async def test_page_11_what_is_stuck_is_counted_and_a_refresh_keeps_focus(site: PagesSite) -> None:
    database = site.front.database
    first, second, third = services(database, 3)
    stick(database, first, BUSY, ago=timedelta(hours=3))
    put_run(database, "1", "held")
    put_run(database, "2", "finished")
    page = await site.page_of_staff(StaffRole.OPS)
    await page.goto("/et/console")

    rows = page.locator("#stuck-region tbody tr")
    await expect(rows).to_have_count(1)
    await expect(rows).to_contain_text("Sihtsüsteem on ülekoormatud")
    await expect(page.locator("#runs-region tbody tr").first).to_contain_text("Ootab otsust")
    await expect(page.locator("#targets-region")).to_contain_text("Võrk")
    assert await violations_in_variants(page) == []

    link = page.locator("#group-network-busy-trouble")
    await link.focus()
    stick(database, second, BUSY)
    stick(database, third, LOST)
    async with page.expect_request("**/et/console") as refresh:
        await expect(rows).to_have_count(2)
    assert (await refresh.value).headers["page-refresh"] == "true", (
        "it keeps no session from idling"
    )
    await expect(link).to_be_focused()


async def test_bill_3_payments_and_entries_that_need_a_decision_are_on_the_overview(
    site: PagesSite,
) -> None:
    database = site.front.database
    put(database, OFFICE)
    page = await site.page_of_staff(StaffRole.OPS)
    await page.goto("/et/console")
    await expect(page.locator("#overview")).to_contain_text("Ükski makse ei oota otsust.")

    payment = started(database, new_payment(OFFICE.id))
    needs_a_look(database, payment.id)
    put_entry(database, "lhv")

    await expect(page.locator("#waiting-entries")).to_be_visible()
    assert await violations_in_variants(page) == []
    await page.click("#waiting-payments")
    await expect(page.locator("tbody tr")).to_contain_text(payment.invoice_number)


async def test_page_11_staff_see_what_they_may_and_nobody_else_anything(site: PagesSite) -> None:
    page = await site.page_of_staff(StaffRole.MANDATE_OFFICER, java_script_enabled=False)
    await page.goto("/et/console")

    await expect(page.locator("main")).to_contain_text("ei ole siin midagi")
    await expect(page.locator("table")).to_have_count(0)

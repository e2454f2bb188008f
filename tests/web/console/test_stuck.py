"""What is stuck, its story, and decisions about it."""

from datetime import timedelta
from uuid import uuid4

from playwright.async_api import expect

from api.auth.principals import StaffRole
from tests.builders.stuck_items import BUSY, REFUSED, services, stick
from tests.clients.api_client import OPS
from tests.clients.axe import violations_in_variants
from tests.fixtures.pages_site import PagesSite

UNPROCESSABLE = "status of 422"


async def test_page_12_a_stuck_step_is_found_by_filters_and_aborted_with_what_goes_with_it(
    site: PagesSite,
) -> None:
    database = site.front.database
    first, second = services(database, 2)
    row = stick(database, first, REFUSED, ago=timedelta(hours=5))
    stick(database, second, BUSY)
    page = await site.page_of_staff(StaffRole.OPS, expected=(UNPROCESSABLE,))
    await page.goto("/et/console")
    await page.click("#stuck-region a >> text=Võrk ei tunne teenust")

    await expect(page.locator("tbody tr")).to_have_count(1)
    await expect(page.locator("#f-reason")).to_have_value("service_unknown")
    assert "reason=service_unknown" in page.url
    assert await violations_in_variants(page) == []
    await page.click("tbody a")
    await expect(page.locator("h1")).to_contain_text("Võrk ei tunne teenust (60)")
    await expect(page.locator("main")).to_contain_text("a test")
    assert await violations_in_variants(page) == []

    await page.click("#decide-abort")
    await expect(page.locator("#dialog")).to_contain_text("Kas lõpetada kogu protsess?")
    await expect(page.locator("#dialog-title")).to_be_focused()
    assert await violations_in_variants(page, widths=[320]) == []
    await page.click("#dialog button[type=submit]")
    await expect(page.locator("#errors")).to_be_focused()
    await page.fill("#f-reason", "the service is gone")
    await page.click("main form button[type=submit]")

    await expect(page.locator(".notice")).to_contain_text("Otsus on tehtud.")
    await expect(page.locator("main")).to_contain_text("the service is gone")
    found = (await site.front.get(f"/v1/ops/stuck/{row.id}", OPS)).json()
    assert found["decision"]["decision"] == "abort"


async def test_page_12_an_operator_sees_what_another_has_decided(site: PagesSite) -> None:
    row = stick(site.front.database, services(site.front.database, 1)[0])
    page = await site.page_of_staff(
        StaffRole.OPS, java_script_enabled=False, expected=(UNPROCESSABLE,)
    )
    await page.goto(f"/et/console/stuck/{row.id}/decide/retry")
    made = {"version": 1, "reason": "another was first"}
    path = f"/v1/ops/stuck/{row.id}/retry"
    decided = await site.front.post(path, OPS, made, idempotency_key=str(uuid4()))
    assert decided.status_code == 200, decided.text
    await page.fill("#f-reason", "I am late")
    await page.click("main form button[type=submit]")

    await expect(page.locator("#errors")).to_contain_text("retry")
    await expect(page.locator(".ds-alert")).to_contain_text("another was first")

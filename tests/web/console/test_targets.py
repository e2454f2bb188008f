"""Targets: how they are, why, and pausing and resuming them."""

from uuid import uuid4

from playwright.async_api import expect

from api.auth.principals import StaffRole
from tests.builders import target_failures
from tests.builders.rows import carry_out
from tests.builders.stuck_items import BUSY, asked, services, stick
from tests.clients.api_client import OPS, staff_token
from tests.clients.axe import violations_in_variants
from tests.fixtures.pages_site import PagesSite

UNPROCESSABLE = "status of 422"
NETWORK = "/et/console/targets/network"


async def test_page_13_a_target_shows_why_it_fails_and_is_paused_and_resumed_with_a_reason(
    site: PagesSite,
) -> None:
    database = site.front.database
    here, there = services(database, 2)
    row = stick(database, here, BUSY)
    asked(database, there)
    waits = "UPDATE step SET waits_for = 'target' WHERE resource = :what"
    carry_out(database, waits, what=f"service/{there.id}")
    target_failures.fail(database, f"service/{here.id}")
    carry_out(database, "UPDATE target_failure SET step_id = :id", id=row.id)
    page = await site.page_of_staff(StaffRole.OPS, expected=(UNPROCESSABLE,))
    await page.goto("/et/console/targets")
    await expect(page.locator("tbody tr")).to_have_count(4)
    assert await violations_in_variants(page) == []
    await page.click("#target-network")

    await expect(page.locator("h1")).to_have_text("Võrk")
    await expect(page.locator("#target")).to_contain_text("Peatus ise pärast nurjumisi")
    await expect(page.locator("#codes-region")).to_contain_text("ülekoormatud (http_503)")
    await expect(page.locator(f"#step-{row.id}")).to_be_visible()
    await expect(page.locator("#stuck-here")).to_have_text("1")
    assert await violations_in_variants(page) == []

    await page.click("#pause")
    await expect(page.locator("#dialog-title")).to_be_focused()
    assert await violations_in_variants(page, widths=[320]) == []
    await page.click("#dialog button[type=submit]")
    await expect(page.locator("#errors")).to_be_focused()
    await page.fill("#f-reason", "maintenance until six")
    await page.click("main form button[type=submit]")

    await expect(page.locator(".notice")).to_contain_text("on peatatud")
    await expect(page.locator("#target .facts")).to_contain_text("maintenance until six")
    await expect(page.locator("#target .timeline li")).to_have_count(2)
    await expect(page.locator("#pause")).to_have_count(0)

    await page.click("#resume")
    await page.fill("#dialog #f-reason", "it answers again")
    await page.click("#dialog button[type=submit]")
    await expect(page.locator(".notice")).to_contain_text("on avatud")
    await expect(page.locator("#resume")).to_have_count(0)
    assert await violations_in_variants(page) == []


async def test_page_13_an_operator_is_told_that_another_has_paused_it(site: PagesSite) -> None:
    page = await site.page_of_staff(
        StaffRole.OPS, java_script_enabled=False, expected=(UNPROCESSABLE,)
    )
    await page.goto(f"{NETWORK}/pause")
    ben = staff_token(StaffRole.OPS, subject="ben", name="Ben Birk")
    made = {"reason": "another was first"}
    path = "/v1/ops/targets/network/pause"
    await site.front.post(path, ben, made, idempotency_key=str(uuid4()))
    await page.fill("#f-reason", "I am late")
    await page.click("main form button[type=submit]")

    await expect(page.locator("#errors")).to_contain_text("avas selle keegi teine")
    await expect(page.locator("main")).to_contain_text("Ben Birk")
    await expect(page.locator("main")).to_contain_text("another was first")
    await expect(page.locator("main form")).to_have_count(0)
    found = (await site.front.get("/v1/ops/targets/network", OPS)).json()
    assert found["note"] == "another was first"


async def test_page_13_who_may_not_pause_targets_does_not_reach_them(site: PagesSite) -> None:
    async with site.client_of_staff(StaffRole.SUPPORT) as http:
        paths = ("/et/console/targets", NETWORK, f"{NETWORK}/pause")
        answers = [(await http.get(path)).status_code for path in paths]
        overview = await http.get("/et/console")
    async with site.client_of_staff(StaffRole.OPS) as http:
        unknown = await http.get("/et/console/targets/nowhere")

    assert answers == [403] * 3
    assert "/console/targets" not in overview.text
    assert unknown.status_code == 404

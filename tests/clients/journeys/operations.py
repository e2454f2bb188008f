"""Journeys of staff: what is stuck is found and ended, and support explains."""

import re
from contextlib import closing
from uuid import UUID

from playwright.async_api import expect

from benchmarks.stuck_rows import of_account
from dev.demo.accountant_chapter import ACCOUNTANT
from dev.demo.client import Scene, until
from dev.demo.people import acting_alone, customer, living, phone_of
from storage.database import Database
from tests.clients.web_visitor import staff_logged_in
from tests.fixtures.browser_plugin import NewPage

_NETWORK_ID = "NET-4711"
_MANY = 1_000
_THOUSAND = re.compile(r"1\s?000")
_MINUTES = 180_000


async def operations_correct_what_is_stuck(scene: Scene, new_page: NewPage) -> None:
    """The network refuses a service; it is retried with the network's own id, and done once."""
    service = phone_of(
        scene, customer(scene, acting_alone(living(scene))[-7], "Viies OÜ"), "+37255512301"
    )
    scene.network("PUT", "/_control/services", {"id": service, "known": False})
    ops = scene.staff("ops")
    asked = scene.post(f"/v1/services/{service}/resend", ops, {"reason": "new SIM profile"})
    operation = asked.raise_for_status().headers["Location"]
    until(lambda: scene.get("/v1/ops/stuck", ops).json(), lambda found: bool(found.get("items")))

    page = await staff_logged_in(scene, new_page, "staff-ops")
    await page.click("#stuck-region tbody a")
    await page.click("main tbody a")
    await page.click("a[href$='/decide/retry']")
    await page.fill("[name=input_network_id]", _NETWORK_ID)
    await page.fill("[name=reason]", "võrgus on teenusel oma tunnus")
    await page.click("#dialog button[type=submit]")
    await expect(page.locator(".notice")).to_be_visible()

    ended = until(
        lambda: scene.get(operation, ops).json(), lambda found: found["state"] == "succeeded"
    )
    assert ended["state"] == "succeeded"
    assert len(scene.network("GET", f"/_control/applied?service={_NETWORK_ID}")) == 2


async def operations_retry_a_thousand(scene: Scene, new_page: NewPage) -> None:
    """They are counted and some are shown, then retried with progress, and each has its result."""
    account = customer(scene, acting_alone(living(scene))[-8], "Seitsmes OÜ")
    with closing(
        Database(scene.stack.environment["VOLITUS_DATABASE_URL"], pool_size=1)
    ) as database:
        of_account(database, UUID(account), _MANY)
    scene.stack.restart("worker", {"VOLITUS_BULK_RETRY_RATE": "200"})
    page = await staff_logged_in(scene, new_page, "staff-ops")
    await page.goto(f"/et/console/stuck?account_id={account}")
    await page.click("#retry-many")
    await expect(page.locator("main .facts").first).to_contain_text(_THOUSAND)
    await page.fill("#f-reason", "võrk töötab jälle")
    await page.click("main form button")
    await expect(page.locator(".notice")).to_contain_text("algas")

    # What it retried stays under way, for no process carries these rows; the retry itself ends.
    await expect(page.locator("#progress [data-announce]")).to_have_count(1, timeout=_MINUTES)
    await expect(page.locator("#progress .facts")).to_contain_text(_THOUSAND)
    await expect(page.locator("tbody tr:has-text('Korratud')")).to_have_count(50)
    await page.click("a[rel=next]")
    await expect(page.locator("tbody tr:has-text('Korratud')")).to_have_count(50)


async def support_explains(scene: Scene, new_page: NewPage) -> None:
    """Why the accountant of the first journey may see invoices, and may not let others in."""
    page = await staff_logged_in(scene, new_page, "staff-support", "/et/console/support")
    await page.fill("#f-who", ACCOUNTANT)
    await page.keyboard.press("Enter")
    await page.locator("tbody a >> text=Selgita").first.click()
    await expect(page.locator("#answer")).to_contain_text("Jah, tohib")
    await page.select_option("#f-permission", "access:manage")
    await page.click("#explain")
    await expect(page.locator("#answer")).to_contain_text("Ei tohi")
    await expect(page.locator("#missing li").first).to_contain_text("Mis seda muudaks")
    assert ACCOUNTANT not in page.url

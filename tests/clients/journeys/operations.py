"""Journeys of staff: what is stuck is found and ended."""

from playwright.async_api import expect

from dev.demo.client import Scene, until
from dev.demo.people import acting_alone, customer, living, phone_of
from tests.clients.web_visitor import staff_logged_in
from tests.fixtures.browser_plugin import NewPage

_NETWORK_ID = "NET-4711"


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

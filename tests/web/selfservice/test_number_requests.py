"""Others ask for a number of the account: it is let go, or it stays."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
from playwright.async_api import expect

from storage.database import Database
from tests.builders import catalogue
from tests.builders.approvals import ON
from tests.builders.delegations import OWN, set_up_customers
from tests.builders.people import JAAN, PEETER
from tests.builders.rows import put_service, service
from tests.clients.api_client import Front, open_front
from tests.clients.axe import violations_in_variants
from tests.clients.ordering import PHONE, confirm, ordered
from tests.fixtures.pages_site import PagesSite

NUMBER = "+37255500042"
GIVER = service(42, OWN, phone=NUMBER)
HOME = f"/et/c/{OWN.id}"
MOVE: dict[str, Any] = {
    "product": "number-move",
    "service_id": str(PHONE.id),
    "parameters": {"fromService": str(GIVER.id), "number": NUMBER},
}


@pytest.fixture
async def front(database: Database) -> AsyncIterator[Front]:
    """Peeter has a number of his own, and the catalogue is published. Temporal is down."""
    set_up_customers(database)
    put_service(database, GIVER)
    catalogue.publish(database)
    async with open_front(database, approvals=ON) as opened:
        yield opened


async def _asked(front: Front) -> str:
    """Mari orders that Kuusk gets the number, and confirms it."""
    id_ = await ordered(front, MOVE)
    assert (await confirm(front, id_)).status_code == 200
    return id_


async def test_page_9_a_number_that_others_ask_for_is_let_go(site: PagesSite) -> None:
    await _asked(site.front)
    page = await site.page_of(PEETER, "Peeter Pihlakas")
    await page.goto(HOME)
    await page.click("text=1 numbrit soovitakse üle viia")
    assert await violations_in_variants(page) == []
    await page.click("tbody a")
    await expect(page.locator("#act")).to_contain_text(NUMBER)
    assert await violations_in_variants(page) == []
    await page.click("#confirm button")

    await expect(page.locator(".notice")).to_contain_text("Olete numbri loovutamise kinnitanud.")
    await expect(page.locator("#confirm")).to_have_count(0)
    await page.goto(HOME)
    await expect(page.locator("#waiting")).to_have_count(0)


async def test_page_9_a_number_is_kept_without_scripts(site: PagesSite) -> None:
    id_ = await _asked(site.front)
    page = await site.page_of(PEETER, "Peeter Pihlakas", java_script_enabled=False)
    await page.goto(f"{HOME}/number-requests/{id_}")
    await page.click("#decline")
    await page.click("main form button[type=submit]")

    await expect(page.locator(".notice")).to_contain_text("Number jääb teile.")
    await expect(page.locator("tbody tr")).to_have_count(0)
    async with site.client_of(JAAN) as http:
        for path in ("", f"/{id_}", f"/{id_}/decline"):
            assert (await http.get(f"{HOME}/number-requests{path}")).status_code == 404

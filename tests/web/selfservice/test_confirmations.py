"""What people confirm together, in a browser: the act in full, and every answer to it."""

from collections.abc import AsyncIterator
from uuid import uuid4

import pytest
from playwright.async_api import Page, expect

from storage.database import Database
from tests.builders.approvals import ON
from tests.builders.delegations import set_up_customers
from tests.builders.people import JAAN, KATI, MARI, TIIU
from tests.clients.api_client import Front, open_front
from tests.clients.approving import call, proposed
from tests.clients.axe import violations_in_variants
from tests.fixtures.pages_site import PagesSite

UNPROCESSABLE, NOT_FOUND = "status of 422", "status of 404"


@pytest.fixture
async def front(database: Database) -> AsyncIterator[Front]:
    """Tiiu and Jaan represent Tamm together, Mari represents Kuusk alone. Temporal is down."""
    set_up_customers(database)
    async with open_front(database, approvals=ON) as opened:
        yield opened


async def page_of_jaan(site: PagesSite, **options: object) -> Page:
    call(site.front, TIIU, "TIIU TAMM")
    call(site.front, JAAN, "JAAN TAMM")
    return await site.page_of(JAAN, "Jaan Tamm", **options)


async def test_page_8_an_act_is_read_in_full_and_confirmed(site: PagesSite) -> None:
    await proposed(site.front)
    page = await page_of_jaan(site)
    await page.goto("/et/")
    await page.click("text=1 kinnitus ootab Teid")
    assert await violations_in_variants(page, widths=[320]) == []
    await page.click("main .cards a")

    await expect(page.locator("main")).to_contain_text("Tamm")
    await expect(page.locator("#act")).to_contain_text("Raamatupidaja")
    await expect(page.locator("#confirmed")).to_contain_text("Tiiu Tamm")
    await expect(page.locator("#missing")).to_contain_text("Jaan Tamm")
    assert await violations_in_variants(page) == []
    await page.click("#confirm button")
    await expect(page.locator(".notice")).to_contain_text("Küsime veel äriregistrist")
    await expect(page.locator("#confirm")).to_have_count(0)
    await expect(page.locator("main")).to_contain_text("Küsitakse registrilt")


async def test_page_8_an_act_that_has_ended_meanwhile_is_shown_as_it_is(site: PagesSite) -> None:
    id_ = await proposed(site.front)
    page = await page_of_jaan(site, expected=(UNPROCESSABLE,))
    await page.goto(f"/et/confirmations/{id_}")
    tiiu = await site.page_of(TIIU, "Tiiu Tamm", java_script_enabled=False)
    await tiiu.goto(f"/et/confirmations/{id_}")
    await tiiu.click("#withdraw")
    await tiiu.click("main form button[type=submit]")
    await expect(tiiu.locator(".notice")).to_contain_text("Ettepanek on tagasi võetud.")
    await page.click("#confirm button")

    await expect(page.locator("#refused")).to_be_visible()
    await expect(page.locator("main")).to_contain_text("Tagasi võetud")
    await expect(page.locator("#confirm")).to_have_count(0)


async def test_page_8_declining_asks_why_in_the_dialog(site: PagesSite) -> None:
    id_ = await proposed(site.front)
    page = await page_of_jaan(site, expected=(UNPROCESSABLE,))
    await page.goto(f"/et/confirmations/{id_}")
    await page.locator("#decline").focus()
    await page.keyboard.press("Enter")
    await expect(page.locator("#dialog-title")).to_have_text("Kas keeldute?")
    assert await violations_in_variants(page, widths=[320]) == []
    await page.click("#dialog button[type=submit]")
    await expect(page.locator("#errors")).to_be_focused()
    await page.check("input[value=wrong_terms]")
    await page.fill("#f-message", "Mitte nii")
    await page.click("main form button[type=submit]")

    await expect(page.locator(".notice")).to_contain_text("Olete keeldunud.")
    await page.goto(f"/et/confirmations/{id_}")
    await expect(page.locator("main")).to_contain_text("Keeldus Jaan Tamm: Tingimused on valed")


async def test_page_17_a_strangers_act_answers_like_none(site: PagesSite) -> None:
    id_ = await proposed(site.front, receiver=KATI)
    page = await site.page_of(MARI, expected=(NOT_FOUND,))
    seen = set()
    for each in (id_, uuid4(), f"{id_}/confirm"):
        answer = await page.goto(f"/et/confirmations/{each}")
        assert answer is not None
        seen.add((answer.status, await page.locator("h1").inner_text()))

    assert seen == {(404, "Seda lehte ei ole")}

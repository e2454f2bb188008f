"""The review of access in a browser: who has what, and what is kept and ended, many at once."""

from collections.abc import AsyncIterator

import pytest
from playwright.async_api import expect

from storage.database import Database
from tests.builders.approvals import ON
from tests.builders.delegations import (
    OFFICE,
    delegated_to,
    given,
    revoked,
    set_up_customers,
    terms,
)
from tests.builders.people import ANNA, JAAN, KATI, MARI, TIIU
from tests.builders.proofs import prove
from tests.builders.register_states import together
from tests.builders.rows import give, put_service, service, store_states
from tests.clients.api_client import Front, open_front, person_token
from tests.clients.axe import violations_in_variants
from tests.fixtures.pages_site import PagesSite

UNPROCESSABLE = "status of 422"
PATH = f"/et/c/{OFFICE.id}/review"
SEND = "main form button[value={}]"


@pytest.fixture
async def front(database: Database) -> AsyncIterator[Front]:
    """Tiiu and Jaan represent Tamm together, Mari represents Kuusk alone. Temporal is down."""
    set_up_customers(database)
    async with open_front(database, approvals=ON) as opened:
        yield opened


async def test_page_7_access_is_reviewed_at_once_after_it_was_shown(site: PagesSite) -> None:
    database, number = site.front.database, "+37255500009"
    phone = service(9, OFFICE, phone=number)
    put_service(database, phone)
    kept = given(database, MARI, JAAN, OFFICE)
    ended = given(database, MARI, KATI, OFFICE, terms(on=[phone.id]))
    prove(database, TIIU, number)
    page = await site.page_of(MARI, expected=(UNPROCESSABLE,))
    await page.goto(f"/et/c/{OFFICE.id}/people")
    await page.click("#review")
    await expect(page.locator("tbody tr")).to_have_count(4)
    await expect(page.locator("tbody")).to_contain_text("Tõendas oma telefoninumbri")
    await expect(page.locator("tbody")).to_contain_text("Muutke kannet registris")
    assert await violations_in_variants(page) == []
    await page.click(SEND.format("show"))
    await expect(page.locator("#errors")).to_contain_text("Valige vähemalt ühe")

    await page.click("button[name=mark][value=confirm]")
    await page.check(f"input[name='d-{ended.id}'][value=end]")
    row = page.locator("tbody tr:has-text('Tõendas')")
    await row.locator("input[value=end]").check()
    await page.click(SEND.format("show"))
    await expect(page.locator("section:has(#will-end) li")).to_have_count(2)
    await expect(page.locator("section:has(#will-confirm) li")).to_have_count(1)
    await expect(page.locator("section:has(#will-end)")).to_contain_text("enam ligipääsu ei saa")
    assert await violations_in_variants(page) == []
    await page.click(SEND.format("do"))

    await expect(page.locator(".notice")).to_contain_text("Otsused on tehtud.")
    await expect(page.locator("tbody tr")).to_have_count(2)
    confirmed_row = page.locator(f"tbody tr:has(input[name='d-{kept.id}'])")
    await expect(confirmed_row).to_contain_text("Kinnitatud")
    await expect(page.locator("#reviewed progress")).to_have_attribute("value", "1")
    assert delegated_to(database, JAAN, KATI) == [JAAN.code]
    await page.click("a[id^=lift-]")
    await expect(page.locator("#dialog-title")).to_be_focused()
    await page.click("#dialog button[type=submit]")
    await expect(page.locator(".notice")).to_contain_text("jälle lubatud")
    await expect(page.locator("#barred")).to_have_count(0)


async def test_page_15_two_who_review_at_once_lose_nothing(site: PagesSite) -> None:
    database = site.front.database
    gone, stays = given(database, MARI, JAAN, OFFICE), given(database, MARI, KATI, OFFICE)
    first = await site.page_of(MARI, java_script_enabled=False, expected=(UNPROCESSABLE,))
    await first.goto(PATH)
    await first.click("button[name=mark][value=end]")
    await first.click(SEND.format("show"))
    revoked(database, gone, MARI)
    await first.click(SEND.format("do"))

    await expect(first.locator("#errors")).to_contain_text("vahepeal lõppenud")
    await expect(first.locator("tbody tr")).to_have_count(2)
    assert delegated_to(database, JAAN, KATI) == [KATI.code], "nothing was done"
    await expect(first.locator(f"input[name='d-{stays.id}'][value=end]")).to_be_checked()
    await first.click(SEND.format("show"))
    await first.click(SEND.format("do"))
    await expect(first.locator(".notice")).to_contain_text("Otsused on tehtud.")
    assert delegated_to(database, JAAN, KATI) == []


async def test_page_7_who_acts_together_ends_alone_and_proposes_to_keep(site: PagesSite) -> None:
    database = site.front.database
    left = given(database, MARI, ANNA, OFFICE)
    give(database, KATI, OFFICE)
    store_states(database, together(TIIU, JAAN, minute=1))
    page = await site.page_of(JAAN, "Jaan Tamm", java_script_enabled=False)
    await page.goto(PATH)
    await expect(page.locator(".ds-alert")).to_contain_text("ei esinda enam ettevõtet")
    await expect(page.locator("tbody")).to_contain_text("Andja on lahkunud")
    await expect(page.locator("input[value=confirm]")).to_have_count(0)
    await page.check(f"input[name='d-{left.id}'][value=propose]")
    await page.locator("tbody tr:has-text('operaator') input[value=end]").check()
    await page.click(SEND.format("show"))
    await page.click(SEND.format("do"))

    await expect(page.locator(".notice")).to_contain_text("Otsused on tehtud.")
    await expect(page.locator("tbody tr:has-text('operaator')")).to_have_count(0)
    waiting = await site.front.get("/v1/me/confirmations", person_token(TIIU))
    assert [each["kind"] for each in waiting.json()["items"]] == ["delegations_keep"]

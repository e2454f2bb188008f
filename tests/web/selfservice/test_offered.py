"""Access that is given and not in force yet, and offers that are taken back, in a browser."""

from collections.abc import AsyncIterator

import pytest
from playwright.async_api import expect

from storage.database import Database
from tests.builders.approvals import ON
from tests.builders.delegations import (
    OFFICE,
    OTHER,
    accepted,
    given,
    offered,
    renewed,
    set_up_customers,
    terms,
)
from tests.builders.people import ANNA, JAAN, KATI, MARI, TIIU
from tests.builders.proposals import confirmed, proposed
from tests.clients import approving
from tests.clients.api_client import Front, open_front, person_token
from tests.clients.axe import violations_in_variants
from tests.clients.delegating import post
from tests.fixtures.pages_site import PagesSite

UNPROCESSABLE = "status of 422"
PATH = f"/et/c/{OFFICE.id}/people/offered"


@pytest.fixture
async def front(database: Database) -> AsyncIterator[Front]:
    """Tiiu and Jaan represent Tamm together, Mari represents Kuusk alone. Temporal is down."""
    set_up_customers(database)
    async with open_front(database, approvals=ON) as opened:
        yield opened


async def test_page_7_offers_are_seen_and_taken_back(site: PagesSite) -> None:
    database = site.front.database
    new = offered(database, MARI, JAAN, OFFICE)
    later = given(database, MARI, KATI, OFFICE, terms(first=5))
    longer = renewed(database, given(database, MARI, TIIU, OFFICE), MARI, terms(last=90))
    page = await site.page_of(MARI)
    await page.goto(f"/et/c/{OFFICE.id}/people")
    await page.click("#offered")
    await expect(page.locator("main li.panel")).to_have_count(3)
    await expect(page.locator("main")).to_contain_text(f"Isikukood {JAAN.code}")
    await expect(page.locator("main")).to_contain_text("Algab hiljem")
    assert await violations_in_variants(page) == []
    await page.locator(f"#withdraw-{new.id}").focus()
    await page.keyboard.press("Enter")
    await expect(page.locator("#dialog-title")).to_be_focused()
    assert JAAN.code not in page.url
    assert await violations_in_variants(page, widths=[320]) == []
    await page.click("#dialog button[type=submit]")
    await expect(page.locator(".notice")).to_contain_text("Pakkumine on tagasi võetud.")
    await page.click(f"#withdraw-{longer.id}")
    await expect(page.locator("#dialog")).to_contain_text("Senised tingimused kehtivad edasi")
    await page.click("#dialog button[type=submit]")
    await expect(page.locator("main li.panel")).to_have_count(1)
    await page.click(f"#end-{later.id}")
    await page.click("#dialog button[type=submit]")

    await expect(page.locator(".notice")).to_contain_text("Ligipääs on lõppenud.")
    await page.goto(PATH)
    await expect(page.locator("main")).to_contain_text("Midagi ei oota")


async def test_page_7_an_offer_that_was_accepted_meanwhile_is_not_taken_back(
    site: PagesSite,
) -> None:
    new = offered(site.front.database, MARI, JAAN, OFFICE)
    page = await site.page_of(MARI, java_script_enabled=False, expected=(UNPROCESSABLE,))
    await page.goto(PATH)
    await page.click(f"#withdraw-{new.id}")
    accept = f"/v1/delegations/{new.id}/accept"
    assert (await post(site.front, accept, JAAN, {"version": 1})).status_code == 200
    await page.click("main form button[type=submit]")

    await expect(page.locator("#refused")).to_contain_text("Pakkumine või volitus on lõppenud")
    await expect(page.locator("main")).to_contain_text("Midagi ei oota")


async def test_page_7_who_acts_together_with_others_gives_and_changes_by_their_confirmation(
    site: PagesSite,
) -> None:
    database = site.front.database
    old = accepted(database, confirmed(database, proposed(database, TIIU, ANNA, OTHER)), ANNA)
    page = await site.page_of(TIIU, "Tiiu Tamm", java_script_enabled=False)
    people = f"/et/c/{OTHER.id}/people"
    await page.goto(people)
    await page.click("#give")
    await page.fill("#f-code", KATI.code)
    await page.check("input[value=accountant]")
    await page.click("main form button[type=submit]")
    await expect(page.locator(".notice")).to_contain_text("ootab teiste esindajate kinnitust")

    await page.click(f"#change-{old.id}")
    await page.check("#f-may_pass_on")
    await page.click("main button[value=show]")
    await expect(page.locator("#way")).to_contain_text("peavad selle kinnitama teised")
    await page.click("main button[value=do]")
    await expect(page.locator(".notice")).to_contain_text("ootab teiste esindajate kinnitust")
    await page.click("#offered")
    await expect(page.locator("main li.panel")).to_have_count(2)
    await page.click(f"#see-{old.id}")
    await expect(page.locator("#act")).to_contain_text("pakutakse uusi tingimusi")

    approving.call(site.front, JAAN, "JAAN TAMM")
    waiting = await site.front.get("/v1/me/confirmations", person_token(JAAN))
    assert len(waiting.json()["items"]) == 2

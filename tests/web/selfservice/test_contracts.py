"""Contracts, in a browser: started, agreed to, signed, ended, and suspended."""

from collections.abc import AsyncIterator
from uuid import uuid4

import pytest
from playwright.async_api import expect

from domain.catalogue.contract_terms import Party
from storage.database import Database
from tests.builders import catalogue, contracts
from tests.builders.approvals import ON
from tests.builders.contract_ends import mobiil_id, subscription
from tests.builders.delegations import OFFICE, OTHER, PHONE, set_up_customers
from tests.builders.people import JAAN, MARI, PEETER, TIIU
from tests.builders.rows import carry_out
from tests.clients.api_client import Front, open_front
from tests.clients.axe import violations_in_variants
from tests.clients.contracting import FIBRE, MOBILE, offered
from tests.fixtures.pages_site import PagesSite

UNPROCESSABLE, CONFLICT = "status of 422", "status of 409"
HOME = f"/et/c/{OFFICE.id}"


@pytest.fixture
async def front(database: Database) -> AsyncIterator[Front]:
    """Mari represents Kuusk alone, and the catalogue is published. Temporal is down."""
    set_up_customers(database)
    catalogue.publish(database)
    async with open_front(database, approvals=ON) as opened:
        yield opened


async def test_page_9_a_contract_is_started_and_what_is_wrong_is_said(site: PagesSite) -> None:
    page = await site.page_of(MARI, expected=(UNPROCESSABLE,))
    await page.goto(HOME)
    await page.click(f"nav a[href='{HOME}/contracts']")
    await page.click("#new")
    assert await violations_in_variants(page) == []
    await page.click("#choose-mobile-subscription")
    assert await violations_in_variants(page) == []
    await page.fill("#f-number", "123")
    await page.check("input[value=mobile-m]")
    await page.click("main form button[type=submit]")
    await expect(page.locator("#errors")).to_be_focused()
    await page.fill("#f-number", "+372 5551 2345")
    await page.fill("#f-p_iccid", "89372010000000000001")
    await page.click("main form button[type=submit]")

    await expect(page.locator(".notice")).to_contain_text("Leping on koostamisel.")
    await expect(page.locator("#progress")).to_contain_text("Koostamisel")
    assert await violations_in_variants(page, widths=[320]) == []
    await page.goto(f"{HOME}/contracts")
    await expect(page.locator("tbody")).to_contain_text("Mobiilileping")
    assert await violations_in_variants(page) == []


async def test_page_9_an_offer_is_read_in_full_and_agreed_to(site: PagesSite) -> None:
    id_ = await offered(site.front, FIBRE)
    page = await site.page_of(MARI)
    await page.goto(f"{HOME}/contracts/{id_}")
    await expect(page.locator("#act")).to_contain_text("internet", ignore_case=True)
    assert await violations_in_variants(page) == []
    await page.click("#agree-form button")

    await expect(page.locator(".notice")).to_contain_text("Olete nõustunud.")
    await expect(page.locator("#agree-form")).to_have_count(0)
    await expect(page.locator("#progress")).to_contain_text("Sõlmitud")


async def test_page_9_what_is_signed_asks_for_a_method_and_a_phone(site: PagesSite) -> None:
    """The signing itself, with its code on the page: tests/clients/journeys."""
    id_ = await offered(site.front, MOBILE)
    page = await site.page_of(MARI, expected=(UNPROCESSABLE,))
    await page.goto(f"{HOME}/contracts/{id_}")
    await page.click("#agree-form button")
    await expect(page.locator("#f-phone")).to_have_attribute("aria-invalid", "true")
    await page.click("#decline")
    await expect(page.locator("#dialog-title")).to_be_focused()
    await page.click("#dialog button[type=submit]")
    await expect(page.locator(".notice")).to_contain_text("Olete lepingust keeldunud.")


async def test_page_9_an_end_is_previewed_set_as_shown_and_called_off(site: PagesSite) -> None:
    id_ = subscription(site.front.database)
    page = await site.page_of(MARI, expected=(UNPROCESSABLE,))
    await page.goto(f"{HOME}/contracts/{id_}")
    await page.click("#end")
    await expect(page.locator("#also")).to_contain_text("Lõpeb 1 teenus")
    await expect(page.locator("#cost")).to_contain_text("Lõpetamine on tasuta")
    assert await violations_in_variants(page) == []
    await page.fill("#f-on", "31.02.2027")
    await page.click("#preview-form button")
    await expect(page.locator("#f-on")).to_have_attribute("aria-invalid", "true")
    await page.goto(f"{HOME}/contracts/{id_}/end")
    carry_out(
        site.front.database,
        "UPDATE contract SET device_instalments_left_cents = 9000 WHERE id = :id",
        id=id_,
    )
    await page.click("#end-form button")
    await expect(page.locator("#changed")).to_be_visible()
    await expect(page.locator("#cost")).to_contain_text("90,00")
    await page.click("#end-form button")

    await expect(page.locator(".notice")).to_contain_text("Lepingu lõpp on määratud.")
    await expect(page.locator("#progress")).to_contain_text("Kliendi soovil")
    await page.click("#call-off")
    await expect(page.locator("#dialog-title")).to_be_focused()
    await page.click("#dialog button[type=submit]")
    await expect(page.locator(".notice")).to_contain_text("Leping kehtib edasi.")


async def test_page_9_a_lost_phone_is_shut_off_and_opened_without_scripts(
    site: PagesSite,
) -> None:
    id_ = subscription(site.front.database)
    page = await site.page_of(MARI, java_script_enabled=False)
    await page.goto(f"{HOME}/contracts/{id_}")
    await page.click("#suspend")
    await page.check("input[value=stolen]")
    await page.click("main form button[type=submit]")
    await expect(page.locator("#progress")).to_contain_text("Varastatud")
    await page.click("#resume")
    await page.click("main form button[type=submit]")
    await expect(page.locator("#progress")).not_to_contain_text("Varastatud")


async def test_page_9_a_contract_says_who_agreed_and_who_is_still_to(site: PagesSite) -> None:
    """Tiiu and Jaan represent Tamm only together."""
    for who, name in ((JAAN, "JAAN TAMM"), (TIIU, "TIIU TAMM")):
        named = "UPDATE person SET name = :name WHERE code = :code"
        carry_out(site.front.database, named, name=name, code=who.code)
    id_ = await offered(site.front, FIBRE, TIIU, account=OTHER.id)
    page = await site.page_of(JAAN, "Jaan Tamm")
    await page.goto(f"/et/c/{OTHER.id}/contracts/{id_}")
    await expect(page.locator("section[aria-labelledby=missing] li")).to_have_count(1)
    assert await violations_in_variants(page) == []
    await page.click("#agree-form button")

    await expect(page.locator("section[aria-labelledby=agreed]")).to_contain_text("Jaan")
    await expect(page.locator("#agree-form")).to_have_count(0)
    await expect(page.locator("section[aria-labelledby=missing]")).to_contain_text("Tiiu")
    await expect(page.locator("section[aria-labelledby=missing]")).not_to_contain_text("Jaan")


async def test_page_9_a_user_signs_and_ends_an_own_contract_on_anothers_account(
    site: PagesSite,
) -> None:
    """Peeter's Mobiil-ID is on Kuusk's account, to which he has no access."""
    user = site.front.id_of(PEETER)
    new = contracts.new_contract(
        OFFICE.id,
        product="mobiil-id",
        party=Party.USER,
        person_id=user,
        host_service_id=PHONE.id,
    )
    offer = contracts.offered(site.front.database, new)
    page = await site.page_of(PEETER, "Peeter Pihlakas", java_script_enabled=False)
    await page.goto("/et/")
    await page.click("text=1 leping ootab teie allkirja")
    await page.click("tbody a")
    await expect(page.locator("#decline")).to_be_visible()
    await page.click("#decline")
    await page.click("main form button[type=submit]")
    await expect(page.locator(".notice")).to_contain_text("Olete lepingust keeldunud.")
    assert str(offer) in page.url

    mobiil_id(site.front.database, user)
    scripted = await site.page_of(PEETER, "Peeter Pihlakas", expected=("status of 404",))
    await scripted.goto("/et/contracts")
    await expect(scripted.locator("tbody tr")).to_have_count(2)
    assert await violations_in_variants(scripted) == []
    await scripted.locator("tbody a").first.click()
    await expect(scripted.locator("#end")).to_be_visible()
    assert await violations_in_variants(scripted, widths=[320]) == []
    await scripted.click("main a:has-text('Minu lepingud')")
    await expect(scripted.locator("tbody tr")).to_have_count(2)
    assert (await scripted.goto(f"/et/c/{OFFICE.id}/contracts")).status == 404  # type: ignore[union-attr] # a page answered


async def test_page_17_anothers_contracts_answer_like_none(site: PagesSite) -> None:
    id_ = str(contracts.offered(site.front.database, contracts.new_contract(OFFICE.id)))
    acts = ("", "/end", "/end/cancel", "/suspend", "/decline", "/documents/contract")
    theirs = f"/et/c/{OTHER.id}/contracts/{id_}"
    async with site.client_of(JAAN) as http:
        for act in acts:
            assert (await http.get(theirs + act)).status_code == 404, act
        for act in ("/confirm", "/sign", "/end", "/end/cancel", "/suspend", "/resume", "/decline"):
            answer = await http.post(
                theirs + act, data={"method": "smart_id"}, headers={"Sec-Fetch-Site": "same-origin"}
            )
            assert answer.status_code == 404, act
    async with site.client_of(MARI) as http:
        for path in (f"/{uuid4()}", "/new/nothing", f"/{id_}/nothing"):
            assert (await http.get(f"{HOME}/contracts{path}")).status_code == 404, path

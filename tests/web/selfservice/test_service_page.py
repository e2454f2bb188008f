"""What is done from a service's own page: a loss, a Mobiil-ID, an eSIM's code, a number's move."""

from collections.abc import AsyncIterator
from dataclasses import replace
from uuid import UUID

import pytest
from playwright.async_api import expect

from domain.access.permissions import Role
from domain.inventory.secrets import SecretName, SecretPlace
from storage.database import Database
from storage.inventory import secrets
from tests.builders import catalogue
from tests.builders.approvals import ON
from tests.builders.contract_ends import subscription
from tests.builders.delegations import OFFICE, OWN, PHONE, set_up_customers
from tests.builders.people import MARI, PEETER
from tests.builders.rows import carry_out, give, put_service, rows, service
from tests.clients.api_client import Front, open_front
from tests.clients.axe import violations_in_variants
from tests.fixtures import payload_keys
from tests.fixtures.pages_site import PagesSite

HOME = f"/et/c/{OFFICE.id}"
HERE = f"{HOME}/services/{PHONE.id}"
SPARE = replace(service(77, OFFICE, phone="+37255577777"), name="Varunumber")
CODE = "LPA:1$smdp.example$SALAJANE-1"


@pytest.fixture
async def front(database: Database) -> AsyncIterator[Front]:
    """Mari represents Kuusk alone; its telephone has a contract and an eSIM. Temporal is down."""
    set_up_customers(database)
    put_service(database, SPARE)
    told = '{"simType": "esim", "spendingLimit": 2550, "forwardTo": "+37255512345"}'
    carry_out(
        database,
        "UPDATE service SET number = '+37255500001', told = CAST(:told AS jsonb) WHERE id = :id",
        id=PHONE.id,
        told=told,
    )
    catalogue.publish(database)
    subscription(database)
    async with open_front(database, approvals=ON) as opened:
        yield opened


def uses(front: Front, person_id: UUID) -> None:
    """The operator has told that this person has the SIM."""
    carry_out(
        front.database,
        "UPDATE service SET user_id = :person WHERE id = :id",
        person=person_id,
        id=PHONE.id,
    )


async def test_page_9_a_service_shows_what_it_has_and_is_shut_off_at_once(site: PagesSite) -> None:
    page = await site.page_of(MARI)
    await page.goto(HERE)
    await expect(page.locator(".facts").first).to_contain_text("25,50")
    await expect(page.locator(".facts").first).to_contain_text("+372 5551 2345")
    assert await violations_in_variants(page) == []
    await page.click("#suspend")
    await expect(page.locator("#dialog-title")).to_be_focused()
    await page.check("#dialog input[value=stolen]")
    await page.click("#dialog button[type=submit]")

    await expect(page.locator("#suspended")).to_contain_text("Varastatud")
    await expect(page.locator("#suspend")).to_have_count(0)
    await page.click("#contract")
    await expect(page.locator("#resume")).to_be_visible()


async def test_page_9_who_only_uses_a_telephone_shuts_it_off_without_scripts(
    site: PagesSite,
) -> None:
    give(site.front.database, PEETER, OFFICE, Role.USER, on=PHONE)
    page = await site.page_of(PEETER, java_script_enabled=False)
    await page.goto(HERE)
    await expect(page.locator("#contract")).to_have_count(0)
    await page.click("#suspend")
    await page.click("main form button[type=submit]")
    await expect(page.locator("#suspended")).to_contain_text("Kadunud")
    await page.goto(f"{HERE}/suspend")
    await expect(page.locator("main form")).to_have_count(0)


async def test_page_9_a_mobiil_id_is_started_from_the_service_that_holds_its_sim(
    site: PagesSite,
) -> None:
    """Of an employee as well: on the own account, on the employer's telephone."""
    uses(site.front, site.front.id_of(MARI))
    page = await site.page_of(MARI)
    await page.goto(HERE)
    await page.click("#mobiil-id")
    await expect(page.locator(f"input[value='{PHONE.id}']")).to_be_checked()
    assert await violations_in_variants(page, widths=[320]) == []

    uses(site.front, site.front.id_of(PEETER))
    give(site.front.database, PEETER, OFFICE, Role.USER, on=PHONE)
    theirs = await site.page_of(PEETER)
    await theirs.goto(HERE)
    await theirs.click("#mobiil-id")
    await expect(theirs.locator(f"input[value='{PHONE.id}']")).to_be_checked()
    assert str(OWN.id) in theirs.url
    await page.goto(HERE)
    await expect(page.locator("#mobiil-id")).to_have_count(0)


async def test_page_9_the_code_of_an_esim_is_shown_on_request(site: PagesSite) -> None:
    page = await site.page_of(MARI)
    await page.goto(HERE)
    await page.click("#activation-code")
    await page.click("#show")
    await expect(page.locator("#none")).to_be_visible()
    place = SecretPlace(UUID(int=7), 1, SecretName.ACTIVATION_CODE)
    with site.front.database.transaction() as session:
        secrets.keep(session, place, PHONE.id, payload_keys.secrets().seal(CODE, str(place)))
    await page.goto(f"{HERE}/activation-code")
    assert await violations_in_variants(page) == []
    assert rows(site.front.database, "SELECT FROM event WHERE kind LIKE '%code_read'") == []
    await page.click("#show")

    await expect(page.locator(".facts")).to_contain_text(CODE)
    assert await violations_in_variants(page, widths=[320]) == []


async def test_page_9_a_number_is_moved_from_another_service(site: PagesSite) -> None:
    page = await site.page_of(MARI)
    await page.goto(HERE)
    await page.click("#modify-number-move")
    await page.select_option("#f-p_fromService", str(SPARE.id))
    assert await violations_in_variants(page) == []
    await page.click("#place")
    await expect(page.locator("#progress")).to_contain_text("+372 5557 7777")

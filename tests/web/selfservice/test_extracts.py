"""Extracts of call details, in a browser: asked for, followed, downloaded, cancelled, deleted."""

from collections.abc import AsyncIterator
from uuid import UUID

import pytest
from playwright.async_api import Page, expect

from domain.access.permissions import Role
from storage.database import Database
from tests.builders.days import DAY, today
from tests.builders.delegations import OFFICE, PHONE, set_up_customers
from tests.builders.extracts import put_chunk
from tests.builders.people import MARI, PEETER, TIIU
from tests.builders.proofs import prove
from tests.builders.rows import carry_out, give, rows
from tests.clients.api_client import Front
from tests.clients.axe import violations_in_variants
from tests.clients.billing_client import Client
from tests.fixtures.billed_front import NUMBER, open_billed_front
from tests.fixtures.pages_site import PagesSite

UNPROCESSABLE = "status of 422"
HOME = f"/et/c/{OFFICE.id}"
EXTRACTS = f"{HOME}/extracts"
SEND = "#extract-form button[type=submit]"


@pytest.fixture
async def front(database: Database, billing: Client) -> AsyncIterator[Front]:
    """Mari represents Kuusk alone. Temporal is down: nothing is made, but by `put_chunk`."""
    set_up_customers(database)
    carry_out(database, "UPDATE service SET number = :n WHERE id = :id", n=NUMBER, id=PHONE.id)
    async with open_billed_front(database, billing) as opened:
        yield opened


async def asked_for(page: Page) -> None:
    """Ask for the month so far."""
    await page.goto(f"{EXTRACTS}/new")
    await page.click(SEND)
    await expect(page.locator("#progress")).to_contain_text("Koostamisel")


async def test_bill_4_an_extract_is_asked_for_followed_and_downloaded(site: PagesSite) -> None:
    page = await site.page_of(MARI, expected=(UNPROCESSABLE,))
    await page.goto(HOME)
    await page.click(f"nav a[href='{HOME}/usage']")
    await page.click(f".subnav a[href='{EXTRACTS}']")
    assert await violations_in_variants(page, widths=[320]) == []
    await page.click("#new")
    assert await violations_in_variants(page) == []
    await page.fill("#f-from_day", "31.02.2026")
    await page.click("details.why summary")
    await page.fill("#f-min_cost", "viis")
    await page.click(SEND)
    await expect(page.locator("#errors")).to_be_focused()
    await expect(page.locator("#f-from_day")).to_have_attribute("aria-invalid", "true")
    await expect(page.locator("#f-min_cost")).to_have_attribute("aria-invalid", "true")
    assert await violations_in_variants(page, widths=[320]) == []
    await page.fill("#f-from_day", f"{today() - 400 * DAY:%d.%m.%Y}")
    await page.fill("#f-min_cost", "0,05")
    await page.check("input[value=sms]")
    await page.check("input[value=pdf]")
    await page.click(SEND)
    await expect(page.locator("#errors")).to_be_focused()
    await page.fill("#f-from_day", f"{today() - 2 * DAY:%d.%m.%Y}")
    await page.dblclick(SEND)
    await expect(page.locator("#progress")).to_contain_text("Koostamisel")
    await expect(page.locator("#progress")).to_contain_text("0,05")
    assert await violations_in_variants(page) == []
    assert len(rows(site.front.database, "SELECT FROM extract")) == 1, "two clicks are one act"
    put_chunk(site.front.database, "\N{BYTE ORDER MARK}started_at;õ\r\n".encode())

    await expect(page.locator("#csv")).to_be_visible()
    await expect(page.locator("#progress[hx-get]")).to_have_count(0)
    assert await violations_in_variants(page) == []
    async with page.expect_download() as started:
        await page.click("#csv")
    file = await started.value
    assert file.suggested_filename.startswith("call-details-")
    assert "õ" in (await file.path()).read_text("utf-8-sig")


async def test_bill_4_an_extract_is_cancelled_and_deleted(site: PagesSite) -> None:
    page = await site.page_of(MARI)
    await asked_for(page)
    await page.click("#cancel")
    await expect(page.locator("#dialog-title")).to_be_focused()
    await page.click("#dialog button[type=submit]")
    await expect(page.locator(".notice")).to_contain_text("Kõneeristus on tühistatud.")
    await page.click("#delete")
    await page.click("#dialog button[type=submit]")
    await expect(page.locator(".notice")).to_contain_text("Kõneeristus on kustutatud.")

    await expect(page.locator("tbody tr")).to_have_count(0)


async def test_bill_4_it_all_works_without_scripts(site: PagesSite) -> None:
    page = await site.page_of(MARI, java_script_enabled=False)
    await asked_for(page)
    carry_out(site.front.database, "UPDATE extract SET waits_since = now()")
    await page.reload()
    await expect(page.locator("#waits")).to_contain_text("Arveldusest ei saa andmeid alates")
    put_chunk(site.front.database)
    await page.reload()
    await expect(page.locator("#csv")).to_be_visible()
    await expect(page.locator("#waits")).to_have_count(0)
    await page.click("#delete")
    await page.click("main form button[type=submit]")
    await expect(page.locator(".notice")).to_contain_text("Kõneeristus on kustutatud.")


async def test_bill_4_a_period_that_cannot_be_says_which_day_is_wrong_and_why(
    site: PagesSite,
) -> None:
    prove(site.front.database, TIIU, NUMBER)
    page = await site.page_of(TIIU, expected=(UNPROCESSABLE,))
    await page.goto(f"{HOME}/extracts/new")
    day = today()
    tries = (
        (day, day - DAY, "through_day", "Lõpp on enne algust"),
        (day, day + DAY, "through_day", "Päev on tulevikus"),
        (day - 900 * DAY, day, "from_day", "Nii vanu kõneandmeid enam ei ole"),
        (day - 9 * DAY, day, "from_day", f"alates {day:%d.%m.%Y}"),
    )
    for first, last, field, said in tries:
        await page.fill("#f-from_day", f"{first:%d.%m.%Y}")
        await page.fill("#f-through_day", f"{last:%d.%m.%Y}")
        await page.click(SEND)
        await expect(page.locator(f"#f-{field}")).to_have_attribute("aria-invalid", "true")
        await expect(page.locator("#extract-form")).to_contain_text(said)


async def test_bill_5_the_user_of_a_number_has_their_own_calls_whole(site: PagesSite) -> None:
    """Without a choice, and for the days on which it is certainly theirs."""
    prove(site.front.database, TIIU, NUMBER)
    page = await site.page_of(TIIU, expected=(UNPROCESSABLE,))
    await page.goto(f"{HOME}/services/{PHONE.id}")
    await page.click("#extract")
    await expect(page.locator("input[value=own]")).to_be_checked()
    await expect(page.locator("#f-from_day")).to_have_value(f"{today():%d.%m.%Y}")
    await expect(page.locator("#extract-form")).to_contain_text(f"Alates {today():%d.%m.%Y}.")
    await page.click("details.why summary")
    await page.select_option("#f-direction", "incoming")
    await page.check("input[value=masked]")
    await page.click(SEND)
    await expect(page.locator("#f-direction")).to_have_attribute("aria-invalid", "true")
    await page.check("input[value=own]")
    assert await violations_in_variants(page) == []
    await page.click(SEND)
    await expect(page.locator("#progress")).to_contain_text("oma number")


async def test_bill_5_what_is_hidden_and_why_is_said_where_nothing_else_can_be_had(
    site: PagesSite,
) -> None:
    give(site.front.database, PEETER, OFFICE, Role.USER, on=PHONE)
    page = await site.page_of(PEETER)
    await page.goto(f"{EXTRACTS}/new?service={PHONE.id}")
    await expect(page.locator("input[name=level]")).to_have_count(1)
    await expect(page.locator("#extract-form")).to_contain_text("eraelu")
    await expect(page.locator("#f-purpose")).to_have_count(0)
    directions = page.locator("#f-direction option:not([value=''])")
    assert await directions.evaluate_all("all => all.map(each => each.value)") == [
        "outgoing",
        "forwarded",
    ]


async def test_bill_5_of_somebodys_own_calls_others_see_that_there_is_an_extract(
    site: PagesSite,
) -> None:
    """Not how many rows it has: beside one of their own it would say how many called."""
    prove(site.front.database, TIIU, NUMBER)
    page = await site.page_of(TIIU)
    await asked_for(page)
    await expect(page.locator("#progress")).to_contain_text("Teie enda numbri")
    url = page.url
    await page.close()
    put_chunk(site.front.database)
    manager = await site.page_of(MARI)
    await manager.goto(EXTRACTS)
    await expect(manager.locator("tbody tr")).to_contain_text("–")
    await manager.goto(url)
    await expect(manager.locator("#progress")).to_contain_text("Täielikult, oma number")
    await expect(manager.locator("#progress")).not_to_contain_text("Ridu")
    await expect(manager.locator("#progress")).not_to_contain_text("Teie enda numbri")


async def test_bill_5_the_files_of_others_are_not_offered(site: PagesSite) -> None:
    page = await site.page_of(MARI)
    await asked_for(page)
    put_chunk(site.front.database)
    id_ = UUID(page.url.rpartition("/")[2])
    await page.close()  # it asks again and again
    give(site.front.database, PEETER, OFFICE, Role.ADMINISTRATOR)
    other = await site.page_of(PEETER)
    await other.goto(EXTRACTS)
    await other.click("tbody a")
    await expect(other.locator("#progress")).to_contain_text("Valmis")

    await expect(other.locator("#csv")).to_have_count(0)
    answer = await other.request.get(f"{EXTRACTS}/{id_}/file")
    assert answer.status == 404


async def test_bill_5_that_somebody_elses_extract_is_deleted_is_not_said(site: PagesSite) -> None:
    """Peeter's own form is sent for Mari's extract, as a script or an old page may."""
    page = await site.page_of(MARI)
    await asked_for(page)
    put_chunk(site.front.database)
    hers = page.url.rpartition("/")[2]
    await page.close()  # it asks again and again
    give(site.front.database, PEETER, OFFICE, Role.ADMINISTRATOR)
    other = await site.page_of(PEETER, expected=(UNPROCESSABLE,))
    await asked_for(other)
    await other.click("#cancel")
    await other.click("#dialog button[type=submit]")
    await other.goto(f"{other.url.partition('?')[0]}/delete")
    form = other.locator("main form")
    await form.evaluate("(form, path) => { form.action = path; }", f"{EXTRACTS}/{hers}/delete")
    await form.locator("button[type=submit]").click()

    await expect(other.locator("#refused")).to_contain_text("saab kustutada ainult see, kes")
    assert rows(site.front.database, "SELECT FROM extract WHERE id = :id", id=hers)

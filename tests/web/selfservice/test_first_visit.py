"""The first visit: access that is offered, asked for, or proved by a number."""

from playwright.async_api import expect

from tests.builders.delegations import OFFICE, set_up_customers
from tests.builders.people import ANNA, JAAN, MARI
from tests.builders.register_states import KUUSK
from tests.clients.axe import violations_in_variants
from tests.clients.delegating import accountant, code_of, post
from tests.clients.number_verification import sent
from tests.fixtures.pages_site import PagesSite

UNPROCESSABLE, NOT_FOUND = "status of 422", "status of 404"


async def test_page_5_offered_access_is_read_and_accepted_or_declined(site: PagesSite) -> None:
    set_up_customers(site.front.database)
    path = f"/v1/accounts/{OFFICE.id}/delegations"
    wanted = accountant(receiver=code_of(JAAN)) | {"permissions": ["invoice:view"]}
    del wanted["role"]
    assert (await post(site.front, path, MARI, wanted)).status_code == 201
    page = await site.page_of(JAAN, "Jaan Tamm")
    await page.goto("/et/")
    await page.click("text=Teile pakutakse 1 ligipääsu")
    await page.click("main summary")
    await expect(page.locator("main .cards")).to_contain_text("Valitud õigused")
    await expect(page.locator("main .cards")).to_contain_text(OFFICE.name)
    assert await violations_in_variants(page) == []
    await page.locator("a[id^=decline-]").focus()
    await page.keyboard.press("Enter")
    await expect(page.locator("#dialog-title")).to_have_text("Kas keeldute pakkumisest?")
    await expect(page.locator("#dialog-title")).to_be_focused()  # it is open, not only loaded
    await page.keyboard.press("Escape")
    await expect(page.locator("a[id^=decline-]")).to_be_focused()
    await page.click("button[id^=accept-]")

    await expect(page.locator(".notice")).to_contain_text("Olete ligipääsu vastu võtnud.")
    await expect(page.locator("main")).to_contain_text("Teile ei pakuta praegu ligipääsu")
    mari = await site.page_of(MARI)
    await mari.goto(f"/et/c/{OFFICE.id}/people")
    await expect(mari.locator("tbody")).to_contain_text("Valitud õigused")
    for own in (f"/et/c/{OFFICE.id}", "/et/history"):
        await page.goto(own)
        await expect(page.locator("h1")).to_be_visible()


async def test_page_6_access_is_asked_for_and_withdrawn(site: PagesSite) -> None:
    page = await site.page_of(ANNA, "Anna Aas", expected=(UNPROCESSABLE,))
    await page.goto("/et/")
    await page.click("text=Küsi ligipääsu")
    assert await violations_in_variants(page) == []
    await page.click("main form button[type=submit]")
    await expect(page.locator("#errors")).to_be_focused()
    await expect(page.locator("#errors")).to_contain_text("Sisestage kas registrikood")
    await page.fill("#f-company", KUUSK.code)
    await page.check("input[value=accountant]")
    await page.fill("#f-message", "Olen uus raamatupidaja")
    await page.click("main form button[type=submit]")

    await expect(page.locator(".notice")).to_contain_text("Taotlus on saadetud.")
    await expect(page.locator("main")).to_contain_text("Ootab vastust")
    assert await violations_in_variants(page, widths=[320]) == []
    await page.click("a[id^=withdraw-]")
    await page.click("#dialog button[type=submit]")
    await expect(page.locator(".notice")).to_contain_text("Taotlus on tagasi võetud.")


async def test_page_6_a_code_is_typed_for_the_own_number(site: PagesSite) -> None:
    id_ = sent(site.front, "204816")
    stranger = await site.page_of(JAAN, "Jaan Tamm", expected=(NOT_FOUND,))
    answer = await stranger.goto(f"/et/numbers/{id_}")
    assert answer is not None and answer.status == 404  # noqa: PT018 # no answer is no page
    page = await site.page_of(MARI, expected=(UNPROCESSABLE,))
    await page.goto("/et/")
    await page.click("text=Lisa minu number")
    await page.fill("#f-number", "12")
    await page.click("main form button[type=submit]")
    await expect(page.locator("#f-number")).to_have_attribute("aria-invalid", "true")
    assert await violations_in_variants(page, widths=[320]) == []
    await page.goto(f"/et/numbers/{id_}")
    await expect(page.locator("#f-code")).to_have_attribute("autocomplete", "one-time-code")
    await expect(page.locator("#resend")).to_be_visible()
    assert await violations_in_variants(page) == []
    await page.fill("#f-code", "12a")
    await page.click("#code-form button")

    await expect(page.locator("#errors")).to_be_focused()
    await expect(page.locator("#f-code-error")).to_be_visible()

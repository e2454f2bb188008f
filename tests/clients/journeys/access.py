"""Journeys to access: of a representative, of an accountant, of an employee."""

import re
from contextlib import closing

from playwright.async_api import expect
from sqlalchemy import text

from dev.demo.accountant_chapter import ACCOUNTANT, ASSISTANT
from dev.demo.client import Scene
from dev.demo.numbers_chapter import EMPLOYEE
from dev.demo.people import acting_alone, customer, living, phone_of
from storage.database import Database
from tests.clients.web_visitor import logged_in
from tests.fixtures.browser_plugin import NewPage

NUMBER = "+37255512345"


async def a_representative_lets_an_accountant_in(scene: Scene, new_page: NewPage) -> None:
    """Gets in because the register says so, gives access, and it is accepted in two clicks."""
    company = acting_alone(living(scene))[-1]
    account = customer(scene, company, "Esimene OÜ")
    board = await logged_in(scene, new_page, company["holders"][0]["code"])
    await board.click("main a:has-text('Esimene OÜ')")
    await board.click(f"nav a[href='/et/c/{account}/people']")
    await board.click("#give")
    await board.fill("#f-code", ACCOUNTANT)
    await board.check("input[value=accountant]")
    await board.dblclick("main form button[type=submit]")
    await expect(board.locator(".notice")).to_contain_text("Ligipääs on pakutud.")
    await board.go_back()
    await board.go_forward()
    await board.goto(f"/et/c/{account}/people")
    await expect(board.locator("tbody tr")).to_have_count(1)  # offered once, and not accepted yet

    accountant = await logged_in(scene, new_page, ACCOUNTANT)
    await accountant.click("text=Teile pakutakse 1 ligipääsu")
    await expect(accountant.locator("main .cards > li")).to_have_count(1)
    await accountant.click("button[id^=accept-]")
    await accountant.goto("/et/")
    await accountant.click("main a:has-text('Esimene OÜ')")
    await expect(accountant.locator("main")).to_contain_text("Esimene OÜ")
    await board.reload()
    await expect(board.locator("tbody tr")).to_have_count(2)


async def the_first_visit_is_with_a_number(scene: Scene, new_page: NewPage) -> None:
    """An employee without any right proves the company's phone by a code."""
    company = acting_alone(living(scene))[-2]
    account = customer(scene, company, "Teine OÜ")
    phone_of(scene, account, NUMBER)
    page = await logged_in(scene, new_page, EMPLOYEE)
    await page.click("text=Lisa minu number")
    await page.fill("#f-number", NUMBER)
    await page.click("main form button[type=submit]")
    await expect(page.locator("#f-code")).to_be_visible()
    found = re.search(r"\b\d{6}\b", scene.texts_to(NUMBER)[-1])
    assert found is not None
    await page.fill("#f-code", found[0])
    await page.click("#code-form button")
    await expect(page.locator("main")).to_contain_text("on kinnitatud")
    await page.click("main a:has-text('Avalehele')")
    await expect(page.locator("main")).to_contain_text("Teine OÜ")


async def two_tabs_are_two_companies(scene: Scene, new_page: NewPage) -> None:
    """The company stands in the address: what is done in one tab is about that tab's company."""
    first, second = acting_alone(living(scene))[-3], acting_alone(living(scene))[-4]
    holder = first["holders"][0]
    path = f"/_control/companies/{second['code']}"
    scene.register("PUT", path, {"holders": [*second["holders"], holder]})
    accounts = [customer(scene, first, "Kolmas OÜ"), customer(scene, second, "Neljas OÜ")]
    scene.refresh(scene.login(holder["code"]))  # both, before the page is looked at
    left = await logged_in(scene, new_page, holder["code"])
    await expect(left.locator("main .cards > li")).to_have_count(2)
    right = await left.context.new_page()
    for page, account in zip((left, right), accounts, strict=True):
        await page.goto(f"/et/c/{account}/people")
    await left.click("#give")
    await expect(left.locator("body")).to_contain_text("Kolmas OÜ")
    await expect(right.locator("body")).to_contain_text("Neljas OÜ")
    await left.goto(f"/ru/c/{accounts[0]}/people")
    await expect(left.locator("html")).to_have_attribute("lang", "ru")
    await left.click("a[hreflang=en]")
    await expect(left.locator("html")).to_have_attribute("lang", "en")
    assert accounts[0] in left.url


async def a_session_ends_in_the_middle_of_a_form(scene: Scene, new_page: NewPage) -> None:
    """What was typed is there again after the login of the same person."""
    company = acting_alone(living(scene))[-10]
    account = customer(scene, company, "Kaheksas OÜ")
    person = company["holders"][0]["code"]
    scene.refresh(scene.login(person))  # the company's page is asked for at once
    page = await logged_in(scene, new_page, person, f"/et/c/{account}/people/give")
    await page.fill("#f-code", ACCOUNTANT)
    await page.check("input[value=accountant]")
    with closing(
        Database(scene.stack.environment["VOLITUS_WEB_DATABASE_URL"], pool_size=1)
    ) as pages:
        _let_sessions_go_idle(pages)
    async with page.expect_response(lambda answer: "/login/callback" in answer.url):
        await page.click("main form button[type=submit]")  # the provider knows them still
    await expect(page.locator("#f-code")).to_have_value(ACCOUNTANT)
    await expect(page.locator("input[value=accountant]")).to_be_checked()
    await page.click("main form button[type=submit]")
    await expect(page.locator(".notice")).to_contain_text("Ligipääs on pakutud.")


def _let_sessions_go_idle(pages: Database) -> None:
    with pages.transaction() as session:
        session.execute(text("UPDATE web.session SET last_seen_at = now() - interval '20 minutes'"))


async def access_is_asked_for_without_scripts(scene: Scene, new_page: NewPage) -> None:
    """Somebody without any access asks a company for it, and takes the request back."""
    company = acting_alone(living(scene))[-11]
    customer(scene, company, "Üheksas OÜ")
    page = await logged_in(
        scene, new_page, ASSISTANT, "/et/requests/new", java_script_enabled=False
    )
    await page.fill("#f-company", company["code"])
    await page.check("input[value=accountant]")
    await page.click("main form button[type=submit]")
    await expect(page.locator(".notice")).to_contain_text("Taotlus on saadetud.")
    await page.goto("/et/requests")
    await page.click("a[id^=withdraw-]")
    await page.click("main form button[type=submit]")
    await expect(page.locator(".notice")).to_contain_text("Taotlus on tagasi võetud.")

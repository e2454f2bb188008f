"""Access that is changed, ended, given up, and given again, in a browser."""

from typing import Any
from uuid import UUID

from playwright.async_api import Page, expect

from domain.access.permissions import Permission
from tests.builders.days import DAY, today
from tests.builders.delegations import OFFICE, given, set_up_customers, terms
from tests.builders.people import ANNA, JAAN, KATI, MARI, TIIU
from tests.builders.register_states import joint, state
from tests.builders.rows import carry_out, store_states
from tests.clients.api_client import person_token
from tests.clients.axe import violations_in_variants
from tests.clients.delegating import allowed
from tests.fixtures.pages_site import PagesSite

UNPROCESSABLE, NOT_FOUND = "status of 422", "status of 404"
PEOPLE = f"/et/c/{OFFICE.id}/people"
MANAGING = {Permission.ACCESS_MANAGE, Permission.ACCESS_VIEW, Permission.INVOICE_PAY}
SEND = "main form button[value={}]"


def typed(days: int) -> str:
    return f"{today() + days * DAY:%d.%m.%Y}"


async def terms_of(site: PagesSite, id_: UUID) -> Any:
    return (await site.front.get(f"/v1/delegations/{id_}", person_token(MARI))).json()


async def change(page: Page, id_: UUID) -> None:
    await page.goto(PEOPLE)
    await page.click(f"#change-{id_}")


async def test_page_7_access_is_shortened_after_what_changes_was_shown(site: PagesSite) -> None:
    set_up_customers(site.front.database)
    pays = terms(*MANAGING, may_pass_on=True, last=90)
    parent = given(site.front.database, MARI, JAAN, OFFICE, pays)
    child = terms(Permission.INVOICE_PAY, last=60)
    given(site.front.database, JAAN, KATI, OFFICE, child, parent=parent.id)
    page = await site.page_of(MARI, expected=(UNPROCESSABLE,))
    await change(page, parent.id)
    assert await violations_in_variants(page) == []
    await page.click(SEND.format("show"))
    await expect(page.locator("#errors")).to_contain_text("Midagi ei ole muudetud")
    await page.fill("#f-through", typed(-3))
    await page.click(SEND.format("show"))
    await expect(page.locator("#f-through-error")).to_have_text("Viimane päev on enne esimest")
    await page.fill("#f-through", typed(30))
    await page.click(SEND.format("show"))

    await expect(page.locator("h1")).to_contain_text("Kas muuta ligipääsu")
    await expect(page.locator("tbody strong")).to_have_text(typed(30))
    await expect(page.locator("#way")).to_contain_text("Muudatus kehtib kohe")
    await expect(page.locator("#way")).to_contain_text("veel 1 inimesel")
    assert await violations_in_variants(page) == []
    await page.click(SEND.format("edit"))
    await expect(page.locator("#f-through")).to_have_value(typed(30))
    await page.check("input[value=accountant]")
    await page.uncheck("#f-may_pass_on")
    await page.click(SEND.format("show"))
    await expect(page.locator("main")).to_contain_text("Saab lisaks teha")
    await page.click(SEND.format("edit"))
    await page.check("input[value=composed]")
    await page.check("#f-may_pass_on")
    await page.click(SEND.format("show"))
    await page.click(SEND.format("do"))

    await expect(page.locator(".notice")).to_contain_text("Ligipääs on muudetud.")
    now = (await terms_of(site, parent.id))["terms"]
    assert (now["through_day"], len(now["permissions"])) == (str(today() + 30 * DAY), 3)


async def test_page_15_more_access_is_offered_and_what_changed_meanwhile_is_shown_anew(
    site: PagesSite,
) -> None:
    set_up_customers(site.front.database)
    old = given(site.front.database, MARI, JAAN, OFFICE)
    page = await site.page_of(MARI, java_script_enabled=False, expected=(UNPROCESSABLE,))
    await change(page, old.id)
    await page.fill("#f-through", typed(300))
    await page.click(SEND.format("show"))
    await expect(page.locator("#way")).to_contain_text("See annab senisest rohkem")
    other = await site.page_of(MARI, java_script_enabled=False)
    await change(other, old.id)
    await other.fill("#f-through", typed(9))
    await other.click(SEND.format("show"))
    await other.click(SEND.format("do"))
    await page.click(SEND.format("do"))

    await expect(page.locator("#errors")).to_contain_text("Vahepeal on midagi muutunud")
    await expect(page.locator("tbody")).to_contain_text(typed(9))
    await page.click(SEND.format("do"))
    await expect(page.locator(".notice")).to_contain_text("Uued tingimused on pakutud.")
    found = await terms_of(site, old.id)
    assert found["terms"]["through_day"] == str(today() + 9 * DAY)
    assert found["offer"]["terms"]["through_day"] == str(today() + 300 * DAY)


async def test_page_7_a_delegated_administrator_is_offered_only_what_they_may_do(
    site: PagesSite,
) -> None:
    set_up_customers(site.front.database)
    database = site.front.database
    own = given(database, MARI, ANNA, OFFICE, terms(*MANAGING, may_pass_on=True))
    below = terms(Permission.INVOICE_PAY)
    passed_on = given(database, ANNA, KATI, OFFICE, below, parent=own.id)
    other = given(database, MARI, JAAN, OFFICE)
    page = await site.page_of(ANNA, "Anna Aas", java_script_enabled=False)
    await page.goto(PEOPLE)

    await expect(page.locator("#review")).to_have_count(0)
    await expect(page.locator(f"#give-up-{own.id}")).to_have_count(1)
    for id_, count in ((passed_on.id, 1), (other.id, 0), (own.id, 0)):
        await expect(page.locator(f"#end-{id_}")).to_have_count(count)
        await expect(page.locator(f"#change-{id_}")).to_have_count(count)
    await page.click(f"#end-{passed_on.id}")
    await page.click("main form button[type=submit]")
    await expect(page.locator(".notice")).to_contain_text("Ligipääs on lõppenud.")
    assert await allowed(site.front, ANNA), "what she was given herself stays"


async def test_page_7_what_was_passed_on_is_named_before_it_ends_as_well(site: PagesSite) -> None:
    set_up_customers(site.front.database)
    database = site.front.database
    own = given(database, MARI, ANNA, OFFICE, terms(*MANAGING, may_pass_on=True))
    given(database, ANNA, KATI, OFFICE, terms(Permission.INVOICE_PAY), parent=own.id)
    given(database, MARI, JAAN, OFFICE)
    named = "UPDATE person SET name = 'KATI KASK' WHERE code = :code"
    carry_out(database, named, code=KATI.code)
    page = await site.page_of(MARI)
    await page.goto(PEOPLE)
    await page.click(f"#end-{own.id}")

    await expect(page.locator("#dialog-title")).to_be_focused()
    await expect(page.locator("#dialog")).to_contain_text("kaotab ligipääsu veel 1 inimene")
    await expect(page.locator("#dialog #passed-on li")).to_have_text(["Kati Kask: Valitud õigused"])
    assert await violations_in_variants(page, widths=[320]) == []


async def test_page_7_the_last_who_manages_access_is_asked_once_more(site: PagesSite) -> None:
    set_up_customers(site.front.database)
    own = given(site.front.database, MARI, ANNA, OFFICE, terms(*MANAGING, may_pass_on=True))
    store_states(site.front.database, state(joint(MARI), minute=1))
    page = await site.page_of(ANNA, "Anna Aas", expected=(UNPROCESSABLE,))
    await page.goto(f"/et/c/{OFFICE.id}")
    await page.click(f"#give-up-{own.id}")
    await expect(page.locator("#dialog-title")).to_be_focused()
    await expect(page.locator("#dialog #warnings")).to_contain_text("ei saa keegi")
    await expect(page.locator("#dialog #warnings")).to_contain_text("ei saa Te enam")
    assert await violations_in_variants(page, widths=[320]) == []
    await page.click("#dialog button[type=submit]")

    await expect(page.locator("#errors")).to_be_focused()
    await expect(page.locator("#f-understood")).to_have_attribute("aria-invalid", "true")
    assert await violations_in_variants(page) == []
    assert await allowed(site.front, ANNA)
    await page.check("#f-understood")
    await page.click("main form button[type=submit]")
    await expect(page.locator(".notice")).to_contain_text("Olete ligipääsust loobunud.")
    assert not await allowed(site.front, ANNA)


async def test_page_7_what_has_ended_is_given_again_from_the_history(site: PagesSite) -> None:
    set_up_customers(site.front.database)
    old = given(site.front.database, MARI, JAAN, OFFICE)
    page = await site.page_of(MARI, java_script_enabled=False)
    await page.goto(f"/et/c/{OFFICE.id}/access/{old.id}/end")
    await page.click("main form button[type=submit]")
    await page.goto(f"/et/c/{OFFICE.id}/history")
    await page.click(".timeline a:has-text('Anna uuesti')")
    await expect(page.locator("main")).to_contain_text("Annate uuesti ligipääsu")
    await expect(page.locator("input[value=composed]")).to_be_checked()
    await page.fill("#f-code", JAAN.code)
    await page.click("main form button[type=submit]")

    await expect(page.locator(".notice")).to_contain_text("Ligipääs on pakutud.")
    offered = await site.front.get("/v1/me/delegations", person_token(JAAN))
    (again,) = offered.json()["items"]
    assert again["terms"]["permissions"] == ["invoice:pay", "invoice:view"]


async def test_page_17_access_on_anothers_account_answers_like_none(site: PagesSite) -> None:
    set_up_customers(site.front.database)
    old = given(site.front.database, MARI, JAAN, OFFICE)
    path = f"/et/c/{OFFICE.id}"
    async with site.client_of(TIIU) as http:
        pages = [f"access/{old.id}/{act}" for act in ("change", "end", "give-up")]
        pages += ["people/offered", f"people/offered/{old.id}/withdraw", "review"]
        found = [(await http.get(f"{path}/{each}")).status_code for each in pages]

    assert found == [404] * 6

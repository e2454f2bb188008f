"""Paper mandates: one officer enters, another one confirms; nobody does both."""

from playwright.async_api import expect

from api.auth.principals import StaffRole
from tests.builders.days import DAY, today
from tests.builders.delegations import OFFICE, PHONE, set_up_customers
from tests.builders.mandates import recorded
from tests.builders.people import ANNA, JAAN
from tests.builders.register_states import KUUSK
from tests.builders.rows import carry_out, rows
from tests.clients.axe import violations_in_variants
from tests.fixtures.pages_site import PagesSite

UNPROCESSABLE = "status of 422"
MANDATES = "/et/console/mandates"
SAME = {"Sec-Fetch-Site": "same-origin"}


async def test_page_13_a_mandate_is_entered_by_one_officer_and_confirmed_by_another(
    site: PagesSite,
) -> None:
    set_up_customers(site.front.database)
    named = "UPDATE company SET name = 'Kuusk OÜ' WHERE code = :code"
    carry_out(site.front.database, named, code=KUUSK.code)
    page = await site.page_of_staff(StaffRole.MANDATE_OFFICER, expected=(UNPROCESSABLE,))
    await page.goto("/et/console")
    await page.click(f"nav a[href='{MANDATES}']")
    await page.click("#enter")
    await page.fill("#f-which", KUUSK.code)
    await page.click("main form button")
    await expect(page.locator("main .facts")).to_contain_text("Kuusk OÜ")
    assert await violations_in_variants(page) == []
    await page.click("main form button[type=submit]")
    await expect(page.locator("#errors")).to_be_focused()
    await page.fill("#f-code", "38001010001")
    await page.check("input[value=accountant]")
    await page.fill("#f-from", f"{today():%d.%m.%Y}")
    await page.fill("#f-through", f"{today() + 30 * DAY:%d.%m.%Y}")
    await page.select_option("#f-kind", "power_of_attorney")
    await page.fill("#f-description", "Volikiri: arved")
    await page.fill("#f-reference", "toimik 7/2026")
    await page.click("main form button[type=submit]")
    await expect(page.locator("#f-code-error")).to_be_visible()
    assert await violations_in_variants(page, widths=[320]) == []
    await page.fill("#f-code", ANNA.code)
    await page.click("main form button[type=submit]")

    await expect(page.locator("main")).to_contain_text("sisestasite Teie")
    await expect(page.locator("#ask-confirm")).to_have_count(0)
    assert ANNA.code not in page.url + await page.title()
    assert await violations_in_variants(page) == []
    mandate = page.url.removeprefix(site.url)
    other = await site.page_of_staff(StaffRole.MANDATE_OFFICER, subject="ben")
    await other.goto(f"{MANDATES}?state=proposed")
    await other.click("tbody a")
    await other.click("#ask-confirm")
    await expect(other.locator("#dialog-title")).to_be_focused()
    await expect(other.locator("#dialog")).to_contain_text(ANNA.code)
    await expect(other.locator("#dialog")).to_contain_text("Arvete vaatamine")
    await other.fill("#dialog #f-reason", "compared with the original")
    await other.click("#dialog button[type=submit]")
    await expect(other.locator(".notice")).to_contain_text("Volitus on kinnitatud.")
    await other.goto(MANDATES)
    await expect(other.locator("tbody tr")).to_contain_text("Kehtib")
    assert await violations_in_variants(other) == []

    async with site.client_of_staff(StaffRole.OPS, subject="eve") as ops:
        read = await ops.get(mandate)
    assert read.status_code == 200
    assert ANNA.code not in read.text
    assert "ask-end" not in read.text
    looked = rows(
        site.front.database, "SELECT after FROM event WHERE kind = 'person:looked_up' ORDER BY id"
    )
    assert {row.after["by"] for row in looked} == {"mandate"}


async def test_page_13_whoever_entered_a_mandate_cannot_confirm_it_and_is_told_so(
    site: PagesSite,
) -> None:
    set_up_customers(site.front.database)
    page = await site.page_of_staff(
        StaffRole.MANDATE_OFFICER, java_script_enabled=False, expected=(UNPROCESSABLE,)
    )
    await page.goto(f"{MANDATES}/new?account={OFFICE.id}")
    await page.fill("#f-code", JAAN.code)
    await page.check("input[value=user]")
    await page.check("input[value=services]")
    await page.check(f"input[value='{PHONE.id}']")
    await page.fill("#f-from", f"{today():%d.%m.%Y}")
    await page.fill("#f-through", f"{today() + DAY:%d.%m.%Y}")
    await page.select_option("#f-kind", "decision")
    await page.fill("#f-description", "Juhatuse otsus")
    await page.fill("#f-reference", "toimik 8")
    await page.click("main form button[type=submit]")
    mandate = page.url
    await expect(page.locator("main")).to_contain_text("1 teenus")
    await page.goto(f"{mandate}/confirm")
    await page.fill("#f-reason", "myself")
    await page.click("main form button[type=submit]")
    await expect(page.locator("#errors")).to_contain_text("vaja on teist töötajat")
    await page.goto(mandate)
    await page.click("#ask-withdraw")
    await page.fill("#f-reason", "the wrong paper")
    await page.click("main form button[type=submit]")

    await expect(page.locator("main")).to_contain_text("Tagasi võetud")
    await expect(page.locator("main")).to_contain_text("Unustatud")


async def test_page_13_others_than_officers_read_mandates_and_enter_none(site: PagesSite) -> None:
    set_up_customers(site.front.database)
    id_ = recorded(site.front.database, JAAN, OFFICE)
    async with site.client_of_staff(StaffRole.SUPPORT) as support:
        listed, one = await support.get(MANDATES), await support.get(f"{MANDATES}/{id_}")
        entered = await support.post(
            f"{MANDATES}/new?account={OFFICE.id}", data={"code": JAAN.code}, headers=SAME
        )
        confirmed = await support.post(
            f"{MANDATES}/{id_}/confirm", data={"reason": "I may not"}, headers=SAME
        )
        nothing = await support.get(f"{MANDATES}/{OFFICE.id}")
    async with site.client_of_staff(StaffRole.MANDATE_OFFICER) as officer:
        unknown = await officer.get(f"{MANDATES}/new?account={id_}")
        search = await officer.post(f"{MANDATES}/find", data={"which": "Kuu"}, headers=SAME)
        by_number = await officer.post(
            f"{MANDATES}/find", data={"which": "+37255512345"}, headers=SAME
        )

    assert (listed.status_code, one.status_code) == (200, 200)
    assert 'id="enter"' not in listed.text
    assert "ask-confirm" not in one.text
    assert (entered.status_code, confirmed.status_code, nothing.status_code) == (403, 403, 404)
    assert unknown.headers["location"] == f"{MANDATES}/find"
    assert search.status_code == 200
    assert by_number.status_code == 403

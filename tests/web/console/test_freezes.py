"""Staff freeze a person or an account, and two of them lift that."""

from playwright.async_api import expect

from api.auth.principals import StaffRole
from tests.builders.delegations import OFFICE, set_up_customers
from tests.builders.freezes import freeze
from tests.builders.people import JAAN, MARI
from tests.builders.rows import carry_out
from tests.clients.axe import violations_in_variants
from tests.fixtures.pages_site import PagesSite

UNPROCESSABLE = "status of 422"
FREEZES = "/et/console/freezes"
SUPPORT = "/et/console/support"


def customers(site: PagesSite) -> str:
    """Let there be a company that Mari represents; return Mari's id."""
    set_up_customers(site.front.database)
    named = "UPDATE person SET name = 'MARI MAASIKAS' WHERE code = :code"
    carry_out(site.front.database, named, code=MARI.code)
    return str(site.front.id_of(MARI))


async def test_page_13_a_person_is_frozen_from_their_page_and_two_members_of_staff_lift_it(
    site: PagesSite,
) -> None:
    mari = customers(site)
    page = await site.page_of_staff(StaffRole.OPS, expected=(UNPROCESSABLE,))
    await page.goto(f"{SUPPORT}/people/{mari}")
    await page.click("#freeze")
    await expect(page.locator("#dialog-title")).to_be_focused()
    await expect(page.locator("#dialog")).to_contain_text("Mari Maasikas")
    assert await violations_in_variants(page) == []
    await page.click("#dialog button[type=submit]")
    await expect(page.locator("#errors")).to_be_focused()
    assert await violations_in_variants(page, widths=[320]) == []
    await page.check("main input[value=credential_stolen]")
    await page.fill("main #f-reason", "the card was stolen")
    await page.click("main form button[type=submit]")

    await expect(page.locator(".notice")).to_contain_text("Ligipääs on külmutatud.")
    await expect(page.locator("h1")).to_contain_text("Mari Maasikas")
    await page.click("#ask-request_lift")
    await page.fill("#dialog #f-reason", "a new card")
    await page.click("#dialog button[type=submit]")
    await expect(page.locator("main .ds-alert:not(.notice)")).to_contain_text(
        "lõpetab teine töötaja"
    )
    await expect(page.locator("#ask-lift")).to_have_count(0)
    assert await violations_in_variants(page) == []
    await page.click("main a >> text=Külmutamised")
    await expect(page.locator("tbody tr")).to_contain_text("Lõpetamist on palutud")
    assert await violations_in_variants(page) == []

    other = await site.page_of_staff(StaffRole.OPS, subject="ben")
    await other.goto(f"{SUPPORT}/people/{mari}")
    await other.click("main .ds-alert a[id^=freeze-]")
    await other.click("#ask-lift")
    await expect(other.locator("#dialog")).to_contain_text("a new card")
    await other.fill("#dialog #f-reason", "seen the new card")
    await other.click("#dialog button[type=submit]")
    await expect(other.locator(".notice")).to_contain_text("Külmutamine on lõpetatud.")
    await other.goto(FREEZES)
    await expect(other.locator("main")).to_contain_text("Midagi ei ole külmutatud")
    await other.goto(f"{FREEZES}?state=all")
    await expect(other.locator("tbody tr")).to_contain_text("Mari Maasikas")


async def test_page_13_an_account_is_frozen_without_scripts_and_whoever_asked_does_not_lift(
    site: PagesSite,
) -> None:
    customers(site)
    page = await site.page_of_staff(
        StaffRole.OPS, java_script_enabled=False, expected=(UNPROCESSABLE,)
    )
    await page.goto(f"{SUPPORT}/accounts/{OFFICE.id}")
    await page.click("#freeze")
    await page.check("input[value=dispute]")
    await page.fill("#f-reason", "two boards")
    await page.click("main form button[type=submit]")
    await page.click("#ask-request_lift")
    await page.fill("#f-reason", "settled")
    await page.click("main form button[type=submit]")
    await page.goto(f"{page.url}/lift")
    await page.fill("#f-reason", "myself")
    await page.click("main form button[type=submit]")

    await expect(page.locator("#errors")).to_contain_text("vaja on teist töötajat")
    await page.goto(f"{SUPPORT}/accounts/{OFFICE.id}")
    await expect(page.locator("main .ds-alert")).to_contain_text("vaidlus")
    await expect(page.locator("#freeze")).to_have_count(0)


async def test_page_13_support_sees_freezes_and_cannot_freeze(site: PagesSite) -> None:
    mari = customers(site)
    frozen = freeze(site.front.database, JAAN)
    async with site.client_of_staff(StaffRole.SUPPORT) as support:
        one = await support.get(f"{FREEZES}/{frozen.id}")
        person = await support.get(f"{SUPPORT}/people/{mari}")
        sent = await support.post(
            f"{FREEZES}/new?person={mari}",
            data={"code": "dispute", "reason": "I may not"},
            headers={"Sec-Fetch-Site": "same-origin"},
        )
        nobody = await support.get(f"{FREEZES}/{OFFICE.id}")
        neither = await support.get(f"{FREEZES}/new")
    async with site.client_of_staff(StaffRole.MANDATE_OFFICER) as officer:
        refused = await officer.get(FREEZES)
        home = await officer.get("/et/console")

    assert one.status_code == 200
    assert "ask-request_lift" not in one.text
    assert 'id="freeze"' not in person.text
    assert (sent.status_code, nobody.status_code, refused.status_code) == (403, 404, 403)
    assert neither.headers["location"] == SUPPORT
    assert FREEZES not in home.text

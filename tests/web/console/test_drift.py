"""What networks have and services should not: listed, repaired, accepted, checked."""

from playwright.async_api import expect

from api.auth.principals import StaffRole
from tests.builders.drift import checked, opened, phones, read, shown
from tests.clients.axe import violations_in_variants
from tests.fixtures.pages_site import PagesSite

UNPROCESSABLE = "status of 422"
DRIFT = "/et/console/drift"


def drifting(site: PagesSite) -> None:
    """Three telephones with another package and number than they should have."""
    made = phones(site.front.database, 3, package="mobile-m", spendingLimit=5000)
    checked(
        site.front.database,
        *(
            shown(each, package="mobile-l", msisdn="+37255199999", spendingLimit=900)
            for each in made
        ),
    )


async def test_page_13_a_difference_is_found_by_filters_and_repaired(site: PagesSite) -> None:
    drifting(site)
    page = await site.page_of_staff(StaffRole.OPS, expected=(UNPROCESSABLE,))
    await page.goto("/et/console")
    await page.click(f"nav a[href='{DRIFT}']")
    await expect(page.locator("h1")).to_have_text("Lahknevused")
    assert await violations_in_variants(page) == []
    await page.select_option("#f-characteristic", "package")
    await page.click("main form.search button")
    await expect(page.locator("main form.stack tbody tr")).to_have_count(3)
    assert "characteristic=package" in page.url
    await page.click("main form.stack tbody a >> nth=0")

    values = page.locator("section[aria-labelledby=values]")
    await expect(values).to_contain_text("Mobiilipakett M")
    await expect(values).to_contain_text("Mobiilipakett L")
    assert await violations_in_variants(page) == []
    await page.click("#decide-repair")
    await expect(page.locator("#dialog-title")).to_be_focused()
    await expect(page.locator("#dialog")).to_contain_text("tervikuna")
    await page.click("#dialog button[type=submit]")
    await expect(page.locator("#errors")).to_be_focused()
    await page.fill("main #f-reason", "the order counts")
    await page.click("main form button[type=submit]")
    await expect(page.locator(".notice")).to_contain_text("minuti jooksul")
    await expect(page.locator("main")).to_contain_text("the order counts")
    await expect(page.locator("#decide-repair")).to_have_count(0)


async def test_page_13_several_are_kept_without_scripts_and_what_is_decided_stays(
    site: PagesSite,
) -> None:
    drifting(site)
    page = await site.page_of_staff(
        StaffRole.OPS, java_script_enabled=False, expected=(UNPROCESSABLE,)
    )
    await page.goto(f"{DRIFT}?characteristic=package")
    for box in await page.locator("input[name=ids]").all():
        await box.check()
    await page.click("#accept-chosen")
    await expect(page.locator("main .facts")).to_contain_text("3 kirjet")
    asked = page.url
    await page.fill("#f-reason", "sold in the shop")
    await page.click("main form button[type=submit]")
    await expect(page.locator("main")).to_contain_text("Number")
    await page.goto(asked)
    await page.fill("#f-reason", "once more")
    await page.click("main form button[type=submit]")

    await expect(page.locator("#errors")).to_contain_text("keegi on juba otsustanud")
    async with site.client_of_staff(StaffRole.SUPPORT) as support:
        refused = [(await support.get(f"{DRIFT}{path}")).status_code for path in ("", "/checks")]
        home = await support.get("/et/console")
    async with site.client_of_staff(StaffRole.OPS) as http:
        nothing = await http.get(f"{DRIFT}/decide/repair")
        wrong = await http.get(f"{DRIFT}?network=A%20B")
    assert refused == [403, 403]
    assert DRIFT not in home.text
    assert nothing.headers["location"] == DRIFT
    assert wrong.status_code == 404


async def test_page_13_a_check_is_started_and_shows_how_far_it_has_read(site: PagesSite) -> None:
    made = phones(site.front.database, 2, package="mobile-m")
    page = await site.page_of_staff(StaffRole.OPS)
    await page.goto(DRIFT)
    await page.click("#check")
    await expect(page.locator("#dialog-title")).to_be_focused()
    await page.click("#dialog button[type=submit]")

    await expect(page.locator("#progress")).to_contain_text("Lugemine ei ole veel alanud")
    database = site.front.database
    going = opened(database)
    read(database, going, shown(made[0]), following=1)
    await page.goto(f"{DRIFT}/checks/{going}")
    await expect(page.locator("#progress tbody")).to_contain_text("Loetakse")
    assert await violations_in_variants(page) == []
    await page.goto(f"{DRIFT}/checks")
    await expect(page.locator("tbody tr")).to_have_count(1)
    assert await violations_in_variants(page) == []
    async with site.client_of_staff(StaffRole.OPS) as http:
        assert (await http.get(f"{DRIFT}/checks/{made[0].id}")).status_code == 404

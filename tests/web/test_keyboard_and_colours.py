"""Both sites by the keyboard alone, and in the colours that a reader has forced on them."""

import pytest
from playwright.async_api import Page, expect

from api.auth.principals import StaffRole
from tests.builders.delegations import OFFICE, set_up_customers
from tests.builders.people import JAAN, MARI
from tests.builders.stuck_items import REFUSED, services, stick
from tests.fixtures.pages_site import PagesSite

_TABS = 60
_CONTROLS = "main :is(input, select, textarea, button, a.ds-button)"
_UNSEEN = f"""() => [...document.querySelectorAll("{_CONTROLS}")].filter(e => {{
  if (!e.checkVisibility() || e.type === "hidden") return false;
  const style = getComputedStyle(e);
  return style.appearance === "none" && parseFloat(style.borderTopWidth) === 0;
}}).map(e => e.outerHTML.slice(0, 100))"""
"""In forced colours a ground is the page's own: what has no border is no more seen as a control."""


async def tab_to(page: Page, selector: str) -> None:
    """Press Tab until this has the focus, which is seen on each element on the way."""
    wanted = page.locator(selector).first
    for _ in range(_TABS):
        await page.keyboard.press("Tab")
        seen = await page.evaluate("""() => {
            const focused = document.activeElement;
            if (focused.matches(".ds-skip-link")) return true;  // it appears
            return [focused, focused.parentElement, focused.closest("fieldset")].some(each => {
                const style = each && getComputedStyle(each);
                return style && (style.outlineStyle !== "none" || style.boxShadow !== "none");
            });
        }""")
        assert seen, await page.evaluate("document.activeElement.outerHTML.slice(0, 120)")
        if await wanted.evaluate("each => each === document.activeElement"):
            return
    pytest.fail(f"{selector} is not reached by the keyboard")


async def test_page_15_access_is_given_by_the_keyboard_alone(site: PagesSite) -> None:
    set_up_customers(site.front.database)
    page = await site.page_of(MARI)
    await page.goto("/et/")
    for link in (f"main a[href='/et/c/{OFFICE.id}']", f"a[href='/et/c/{OFFICE.id}/people']"):
        await tab_to(page, link)
        await page.keyboard.press("Enter")
        await page.wait_for_url("**" + link.partition("'")[2].partition("'")[0])
    await tab_to(page, "#give")
    await page.keyboard.press("Enter")
    await page.wait_for_url("**/people/give")
    await tab_to(page, "#f-code")
    await page.keyboard.type(JAAN.code)
    await tab_to(page, "input[name=role]")
    await page.keyboard.press("Space")
    await tab_to(page, "main form button[type=submit]")
    await page.keyboard.press("Enter")

    await expect(page.locator(".notice")).to_contain_text("Ligipääs on pakutud.")


async def test_page_15_a_stuck_step_is_decided_by_the_keyboard_alone(site: PagesSite) -> None:
    row = stick(site.front.database, services(site.front.database, 1)[0], REFUSED)
    page = await site.page_of_staff(StaffRole.OPS)
    await page.goto(f"/et/console/stuck/{row.id}")
    await tab_to(page, "#decide-retry")
    await page.keyboard.press("Enter")
    await expect(page.locator("#dialog-title")).to_be_focused()
    await page.keyboard.press("Escape")
    await expect(page.locator("#decide-retry")).to_be_focused()
    await page.keyboard.press("Enter")
    await expect(page.locator("#dialog-title")).to_be_focused()
    await tab_to(page, "#dialog [name=reason]")
    await page.keyboard.type("the network is mended")
    await tab_to(page, "#dialog button[type=submit]")
    await page.keyboard.press("Enter")

    await expect(page.locator(".notice")).to_contain_text("Otsus on tehtud.")


async def test_page_15_controls_are_seen_in_forced_colours(site: PagesSite) -> None:
    set_up_customers(site.front.database)
    row = stick(site.front.database, services(site.front.database, 1, of=7)[0], REFUSED)
    home, unseen = f"/et/c/{OFFICE.id}", dict[str, list[str]]()
    mari, staff = await site.page_of(MARI), await site.page_of_staff(StaffRole.OPS)
    for page, paths in (
        (mari, ["/et/", home, f"{home}/people", f"{home}/people/give", "/et/requests/new"]),
        (staff, ["/et/console", "/et/console/stuck", f"/et/console/stuck/{row.id}"]),
    ):
        await page.emulate_media(forced_colors="active")
        for path in paths:
            await page.goto(path)
            if found := await page.evaluate(_UNSEEN):
                unseen[path] = found

    assert unseen == {}

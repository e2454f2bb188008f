"""Every component in Chromium: readable, by keyboard, without scripts, under a strict CSP."""

from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Page, expect

from runtime.http_server import serving
from tests.builders.gallery.app import Gallery
from tests.clients.axe import violations_in_variants, wider_than_page
from tests.fixtures.browser_plugin import NewPage
from tests.fixtures.ports import free_port

UNPROCESSABLE = "status of 422"
"""What the console says of a form that was not accepted."""


class Served:
    """A gallery and where it is."""

    def __init__(self, gallery: Gallery, url: str) -> None:
        self.gallery, self.url = gallery, url


@pytest.fixture(params=["volitus"])
async def served(request: pytest.FixtureRequest, http_servers: None) -> AsyncIterator[Served]:
    gallery, port = Gallery.of(request.param), free_port()
    async with serving(gallery.app(), "127.0.0.1", port):
        yield Served(gallery, f"http://127.0.0.1:{port}")


async def focused(page: Page) -> str:
    return str(await page.evaluate("document.activeElement.id || document.activeElement.tagName"))


@pytest.mark.parametrize("served", ["volitus", "kanarbik"], indirect=True)
async def test_page_15_every_component_can_be_read_in_every_variant(
    served: Served, new_page: NewPage
) -> None:
    page = await new_page(served.url, expected=(UNPROCESSABLE, "status of 403"))
    found = []
    for path in ("/et/gallery?status=Ligip%C3%A4%C3%A4s+anti", "/ru/end", "/en/refused"):
        await page.goto(path)
        found += [f"{path} {each}" for each in await violations_in_variants(page)]
    await page.goto("/et/gallery")
    await page.click("#give-form button")
    await page.wait_for_selector("#errors")
    found += await violations_in_variants(page, widths=[320])
    await page.click("#end-1")
    await page.wait_for_selector("#dialog-title")
    found += await violations_in_variants(page, widths=[320])

    assert found == []


async def test_page_15_text_of_twice_the_size_fits(served: Served, new_page: NewPage) -> None:
    page = await new_page(served.url, viewport={"width": 1280, "height": 800})
    await page.goto("/et/gallery")
    await page.evaluate("document.documentElement.style.fontSize = '200%'")

    assert await wider_than_page(page) == []


async def test_page_15_the_order_of_the_keyboard_is_that_of_the_page(
    served: Served, new_page: NewPage
) -> None:
    page = await new_page(served.url)
    await page.goto("/et/gallery")
    passed = []
    for _ in range(15):
        await page.keyboard.press("Tab")
        passed.append(
            await page.evaluate("document.activeElement.textContent.trim().split(/\\s{2,}/)[0]")
        )

    assert passed == [
        *("Põhisisu juurde", "Volitus Ärikliendi iseteenindus", "Puhkeb OÜ", "Algus"),
        *("Inimesed ja ligipääs", "Kinnitamine3 3 ootab", "Teenused", "Lepingud", "Ajalugu"),
        *("Minu seansid", "Logi välja", "Eesti", "Русский", "English", "Anna ligipääs"),
    ]


async def test_page_15_the_skip_link_leads_to_the_content(
    served: Served, new_page: NewPage
) -> None:
    page = await new_page(served.url)
    await page.goto("/et/gallery")
    await page.keyboard.press("Tab")
    await page.keyboard.press("Enter")

    assert await focused(page) == "main"


async def test_page_15_search_keeps_focus_and_says_how_many(
    served: Served, new_page: NewPage
) -> None:
    page = await new_page(served.url)
    await page.goto("/et/gallery")
    await page.locator("#f-search").press_sequentially("šil")

    await expect(page.locator("#people tbody tr")).to_have_count(1)
    await expect(page.locator("#announcer")).to_have_text("Leiti 1")
    assert await focused(page) == "f-search"
    assert page.url.endswith("/et/gallery?q=%C5%A1il")


async def test_page_15_errors_take_focus_and_lead_to_their_fields(
    served: Served, new_page: NewPage
) -> None:
    page = await new_page(served.url, expected=(UNPROCESSABLE,))
    await page.goto("/et/gallery")
    await page.fill("#f-note", "palun")
    await page.click("#give-form button")

    await expect(page.locator("#errors")).to_be_focused()
    await page.click("#errors a")
    field = page.locator("#f-until")
    await expect(field).to_be_focused()
    await expect(field).to_have_attribute("aria-invalid", "true")
    described = await field.get_attribute("aria-describedby")
    assert described == "f-until-about f-until-error"


async def test_page_15_a_confirmation_opens_by_keyboard_and_gives_focus_back(
    served: Served, new_page: NewPage
) -> None:
    page = await new_page(served.url)
    await page.goto("/et/gallery")
    await page.focus("#end-2")
    await page.keyboard.press("Enter")

    await expect(page.locator("#dialog-title")).to_be_focused()
    await page.keyboard.press("Escape")
    await expect(page.locator("#end-2")).to_be_focused()

    await page.keyboard.press("Enter")
    await page.click("#dialog [data-closes]")
    await expect(page.locator("#end-2")).to_be_focused()
    assert served.gallery.sent == []


async def test_page_7_what_has_happened_is_said(served: Served, new_page: NewPage) -> None:
    page = await new_page(served.url)
    await page.goto("/et/gallery")
    await page.click("#end-2")
    await page.click("#dialog button[type=submit]")

    await expect(page.locator("#announcer")).to_have_text("Ligipääs lõppes Anna uuesti")
    assert served.gallery.sent == [{"ended": "yes"}]


async def test_page_6_progress_is_followed_until_it_is_done(
    served: Served, new_page: NewPage
) -> None:
    page = await new_page(served.url)
    await page.goto("/et/gallery")

    await expect(page.locator("#refresh")).to_contain_text("100 / 100")
    await expect(page.locator("#refresh[hx-get]")).to_have_count(0)


async def test_page_15_the_menu_of_a_narrow_page_is_a_keyboards_too(
    served: Served, new_page: NewPage
) -> None:
    page = await new_page(served.url, viewport={"width": 320, "height": 640})
    await page.goto("/et/gallery")
    link = page.get_by_role("link", name="Teenused")
    await expect(link).to_be_hidden()

    await page.focus(".menu-button")
    await page.keyboard.press("Enter")
    await expect(link).to_be_visible()
    await page.keyboard.press("Escape")
    await expect(link).to_be_hidden()
    await expect(page.locator(".menu-button")).to_be_focused()


async def test_page_1_everything_works_without_scripts(served: Served, new_page: NewPage) -> None:
    page = await new_page(served.url, java_script_enabled=False, expected=(UNPROCESSABLE,))
    await page.goto("/et/gallery")
    await page.fill("#f-search", "jüri")
    await page.click(".search button")
    await expect(page.locator("#people tbody tr")).to_have_count(1)

    await page.click("#give-form button")
    await expect(page).to_have_title("Viga: Inimesed ja ligipääs – Volitus")
    await expect(page.locator("#errors")).to_be_focused()
    await page.fill("#f-until", "30.06.2027")
    await page.click("#give-form button")
    await expect(page.locator(".notice")).to_contain_text("Ligipääs anti")

    await page.click("#end-2")
    await expect(page.locator("h1")).to_have_text("Lõpetada Jüri Õunapuu ligipääs?")
    await page.click("main button[type=submit]")
    await expect(page.locator(".notice")).to_contain_text("Ligipääs lõppes")
    assert [form.get("until") for form in served.gallery.sent] == ["30.06.2027", None]

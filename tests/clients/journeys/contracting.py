"""A journey of a representative: a contract is signed on a phone, ordered for, and ended."""

from playwright.async_api import Page, expect

from dev.demo.client import Scene
from dev.demo.people import acting_alone, customer, living
from dev.demo.subscription import Phones
from tests.clients.web_visitor import logged_in
from tests.fixtures.browser_plugin import NewPage

_NUMBER, _SIM = "+37255512571", "8937201234567890271"
_PHONE = "+372 5550 0071"


async def a_contract_is_signed_ordered_for_and_ended(scene: Scene, new_page: NewPage) -> None:
    """The code on the page is the one on the phone; the service works, and ends as previewed."""
    company = acting_alone(living(scene))[-9]
    account = customer(scene, company, "Kuues OÜ")
    page = await logged_in(scene, new_page, company["holders"][0]["code"])
    phones = Phones(scene)
    phones.by_hand()
    await _started(page, account)
    contract = page.url
    await _sign(page)
    await expect(page.locator("#code")).to_have_text(phones.asked()["code"])
    phones.answer(confirmed=False)
    await expect(page.locator("#state")).to_contain_text("Telefonis keelduti")
    await page.goto(contract)
    await _sign(page)
    await expect(page.locator("#code")).to_have_text(phones.asked()["code"])
    phones.answer(confirmed=True)
    await expect(page.locator("#state")).to_contain_text("Leping on allkirjastatud.")
    phones.by_themselves()
    await page.click("main a:has-text('Lepingu juurde')")
    await expect(page.locator("#progress")).to_contain_text("Kehtib")
    await expect(page.locator("section[aria-labelledby=documents] li")).to_have_count(3)
    await _downloaded(page)
    await _ordered(page, account)
    await page.goto(f"{contract}/end")
    await page.click("#end-form button")
    await expect(page.locator(".notice")).to_contain_text("Lepingu lõpp on määratud.")


async def _started(page: Page, account: str) -> None:
    await page.goto(f"/et/c/{account}/contracts/new/mobile-subscription")
    await page.fill("#f-number", _NUMBER)
    await page.check("input[value=mobile-m]")
    await page.fill("#f-p_iccid", _SIM)
    await page.dblclick("main form button[type=submit]")
    await expect(page.locator("#agree-form")).to_be_visible()


async def _sign(page: Page) -> None:
    await page.check("input[value=mobile_id]")
    await page.fill("#f-phone", _PHONE)
    await page.click("#agree-form button")
    await expect(page.locator("#code")).to_be_visible()


async def _downloaded(page: Page) -> None:
    async with page.expect_download() as started:
        await page.click("section[aria-labelledby=documents] a >> nth=0")
    assert (await started.value).suggested_filename.endswith(".pdf")


async def _ordered(page: Page, account: str) -> None:
    """A spending limit for the new number, confirmed on the order's page and carried out."""
    await page.goto(f"/et/c/{account}/services")
    await page.click("tbody a:has-text('+372 5551 2571')")
    await page.click("#modify-spending-limit")
    await page.fill("#f-p_spendingLimit", "30,00")
    await page.click("#place")
    await page.click("#confirm button")
    await expect(page.locator("#progress")).to_contain_text("Täidetud")

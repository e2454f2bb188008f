"""A journey of a representative: an invoice is paid at a bank, and call details are made."""

from playwright.async_api import Page, expect

from dev.demo.client import Scene
from dev.demo.people import acting_alone, customer, living, phone_of
from tests.clients.web_visitor import logged_in
from tests.fixtures.browser_plugin import NewPage

_NUMBER = "+37255512581"
_NO_ICON = "status of 404"
"""The bank's pages have no favicon."""


async def an_invoice_is_paid_and_call_details_are_made(scene: Scene, new_page: NewPage) -> None:
    """The bank leads back to the payment, its statement settles it; the file has the month."""
    company = acting_alone(living(scene))[-12]
    account = customer(scene, company, "Arvete OÜ")
    phone = {"service": phone_of(scene, account, _NUMBER), "number": _NUMBER, "records": 150}
    ledger = {"account": account, "numbers": [phone], "months": 3, "unpaid": 1}
    scene.billing("PUT", "/_control/ledgers", ledger)
    code = company["holders"][0]["code"]
    page = await logged_in(scene, new_page, code, expected=(_NO_ICON,))
    await page.goto(f"/et/c/{account}/invoices")
    await page.get_by_role("link", name="Maksa").click()
    await page.check("input[value=kuusk]")
    await page.dblclick("#pay-form button")
    await page.click("button[value=pay]")
    await page.get_by_role("button", name="Back to the merchant").click()
    await expect(page.locator("#state")).to_contain_text("Makse on teel")
    payment = page.url
    await _call_details(page, account)
    scene.post("/v1/ops/bank-statements", scene.staff("ops")).raise_for_status()
    await page.goto(payment)
    await expect(page.locator("#state")).to_contain_text("Makstud")  # the page asks again by itself
    await page.click("#invoice")
    await expect(page.locator("main")).to_contain_text("Tasutud")
    await expect(page.locator("#pay-form")).to_have_count(0)


async def _call_details(page: Page, account: str) -> None:
    await page.goto(f"/et/c/{account}/usage")
    await page.click(f".subnav a[href='/et/c/{account}/extracts']")
    await page.click("#new")
    await page.click("#extract-form button[type=submit]")
    await expect(page.locator("#progress")).to_contain_text("Valmis")
    async with page.expect_download() as started:
        await page.click("#csv")
    text = (await (await started.value).path()).read_text("utf-8-sig")
    assert text.startswith("started_at;service")

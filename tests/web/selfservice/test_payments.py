"""An invoice is paid at a simulated bank, in a browser, and what becomes of the payment is said."""

from collections.abc import AsyncIterator
from uuid import uuid4

import pytest
from playwright.async_api import Page, expect

from domain.access.permissions import Role
from domain.payments.states import PaymentState
from storage.database import Database
from tests.builders.delegations import OFFICE, set_up_customers
from tests.builders.people import KATI, MARI, PEETER
from tests.builders.rows import carry_out, give, rows
from tests.clients.axe import violations_in_variants
from tests.clients.bank_client import Client as Bank
from tests.clients.billing_client import Client as Billing
from tests.fixtures.banked_site import Outside, open_banked_site
from tests.fixtures.browser_plugin import NewPage
from tests.fixtures.pages_site import PagesSite
from web.http.security_headers import content_policy

HOME = f"/et/c/{OFFICE.id}"
INVOICES = f"{HOME}/invoices"
SAME = {"Sec-Fetch-Site": "same-origin"}
NO_ICON = "status of 404"
"""The banks' pages have no favicon."""
WORDS = {
    PaymentState.CREATED: "Makse ootab panka minekut",
    PaymentState.SENT: "Kinnitage makse pangas",
    PaymentState.AUTHORISING: "Makset kinnitatakse pangas",
    PaymentState.WAITING_SECOND_SIGNER: "Ootab teist allkirjastajat",
    PaymentState.ACCEPTED: "Makse on teel",
    PaymentState.SETTLED: "Makstud",
    PaymentState.RETURNED: "Pank tagastas raha",
    PaymentState.REFUSED: "Pank keeldus maksest",
    PaymentState.CANCELLED: "Makse on tühistatud",
    PaymentState.EXPIRED: "Makset ei kinnitatud õigel ajal",
    PaymentState.UNKNOWN: "Me ei tea veel, kas makse õnnestus",
    PaymentState.MISMATCH: "Makse vajab meie kontrolli",
}


@pytest.fixture
async def site(
    database: Database, billing: Billing, simulated_bank: Bank, new_page: NewPage
) -> AsyncIterator[PagesSite]:
    """Mari represents Kuusk alone, and Kati is its accountant; an invoice is to be paid."""
    set_up_customers(database)
    give(database, KATI, OFFICE, Role.ACCOUNTANT)
    simulated_bank.reset()
    outside = Outside(billing, simulated_bank)
    async with open_banked_site(database, outside, new_page) as opened:
        yield opened


_NOTICES = ("server", "browser")


def _fault(source: str, kind: str) -> dict[str, str]:
    return {"source": source, "kind": kind}


async def at_the_bank(page: Page, bank: str) -> None:
    """Pay the first invoice, and wait for the bank's page."""
    await page.goto(INVOICES)
    await page.get_by_role("link", name="Maksa").first.click()
    await page.check(f"input[value={bank}]")
    await page.click("#pay-form button")
    await expect(page.locator("button[value=pay]")).to_be_visible()


@pytest.mark.parametrize("bank", ["kuusk", "tamm"])
async def test_bill_3_an_accountant_pays_an_invoice_at_a_bank(site: PagesSite, bank: str) -> None:
    """With a browser's own form, in the encoding of the bank; the portal knows the payer again."""
    page = await site.page_of(KATI, "Kati Kõiv", expected=(NO_ICON,))
    await page.goto(INVOICES)
    await page.get_by_role("link", name="Maksa").first.click()
    assert await violations_in_variants(page) == []
    await at_the_bank(page, bank)
    await page.click("button[value=pay]")
    await page.get_by_role("button", name="Back to the merchant").click()

    await expect(page.locator("#state")).to_contain_text("Makse on teel")
    assert page.url.startswith(f"{site.url}/et/payments/")
    assert await violations_in_variants(page) == []
    await page.goto(INVOICES)
    await expect(page.get_by_role("link", name="Makse on teel")).to_be_visible()
    await expect(page.get_by_role("link", name="Maksa", exact=False)).to_have_count(0)


async def test_bill_3_a_payment_that_was_left_is_gone_on_with_or_cancelled(
    site: PagesSite,
) -> None:
    page = await site.page_of(MARI, expected=(NO_ICON,))
    await at_the_bank(page, "kuusk")
    await page.goto(INVOICES)
    await page.get_by_role("link", name="Kinnitage makse pangas").click()
    await expect(page.locator("#state")).to_contain_text("Kinnitage makse pangas")
    assert await violations_in_variants(page, widths=[320]) == []
    await page.click("#go")
    await expect(page.locator("button[value=pay]")).to_be_visible()
    await page.goto(INVOICES)
    await page.get_by_role("link", name="Kinnitage makse pangas").click()
    await page.click("#cancel")
    await expect(page.locator("#dialog-title")).to_be_focused()
    await page.click("#dialog button[type=submit]")

    await expect(page.locator(".notice")).to_contain_text("Makse on tühistatud.")
    await page.click("#again")
    await expect(page.locator("#pay-form")).to_be_visible()


async def test_bill_3_what_the_bank_brings_back_is_said_in_the_language_of_the_payer(
    site: PagesSite, simulated_bank: Bank
) -> None:
    """Also that it could not be read: forged, it is no answer of a program and says no state."""
    page = await site.page_of(MARI, expected=(NO_ICON,))
    invoices = INVOICES.replace("/et/", "/ru/")
    simulated_bank.control("PUT", "/faults", [_fault(at, "wrong_key") for at in _NOTICES])
    await page.goto(invoices)
    await page.get_by_role("link", name="Оплатить").first.click()
    await page.click("#pay-form button")
    await page.click("button[value=pay]")
    await page.get_by_role("button", name="Back to the merchant").click()
    await expect(page.locator("#look")).to_be_visible()
    assert page.url.endswith("/payments/unread")
    assert await violations_in_variants(page, widths=[320]) == []

    simulated_bank.control("DELETE", "/faults")
    await page.goto(invoices)
    await page.get_by_role("link", name="Подтвердите платёж в банке").click()
    await page.click("#go")
    await page.get_by_role("button", name="Back to the merchant").click()
    await expect(page.locator("#state")).to_contain_text("Платёж в пути")
    assert page.url.startswith(f"{site.url}/ru/payments/")


async def test_bill_3_the_page_between_can_be_read_where_the_bank_is_slow(
    site: PagesSite, simulated_bank: Bank
) -> None:
    page = await site.page_of(MARI)
    await page.route(f"{simulated_bank.url}/**", lambda route: route.fulfill(status=204))
    await page.goto(INVOICES)
    await page.locator("tbody a").first.click()
    await page.click("#pay-form button")
    await expect(page.locator("#go")).to_be_visible()
    assert await violations_in_variants(page) == []


async def test_bill_3_it_is_paid_without_scripts(site: PagesSite) -> None:
    page = await site.page_of(MARI, java_script_enabled=False, expected=(NO_ICON,))
    await page.goto(INVOICES)
    await page.locator("tbody a").first.click()
    await page.check("input[value=tamm]")
    await page.click("#pay-form button")
    await page.click("#go")
    await page.click("button[value=cancel]")
    await page.get_by_role("button", name="Back to the merchant").click()

    await expect(page.locator("#state")).to_contain_text("Makse on tühistatud")


async def test_bill_3_a_form_goes_to_the_bank_from_one_page_only(
    site: PagesSite, simulated_bank: Bank
) -> None:
    async with site.client_of(MARI) as http:
        found = await http.get(INVOICES)
        invoice = found.text.partition(f'href="{INVOICES}/')[2][:36]
        data = {"key": str(uuid4()), "bank": "kuusk"}
        sent = await http.post(f"{INVOICES}/{invoice}/pay", data=data, headers=SAME)
        again = await http.post(f"{INVOICES}/{invoice}/pay", data=data, headers=SAME)
        leads = await http.get(sent.headers["location"])
        shown = await http.get(sent.headers["location"].removesuffix("/bank"))

        other = {"key": str(uuid4()), "bank": "tamm"}
        refused = await http.post(f"{INVOICES}/{invoice}/pay", data=other, headers=SAME)

    assert again.headers["location"] == sent.headers["location"], "one open payment"
    assert (refused.status_code, 'id="errors"' in refused.text) == (422, True)
    own = content_policy(site.parts.form_targets)
    to_bank = content_policy([*site.parts.form_targets, simulated_bank.url])
    assert [each.headers["content-security-policy"] for each in (found, shown)] == [own, own]
    assert leads.headers["content-security-policy"] == to_bank


async def test_bill_3_every_state_of_a_payment_is_said_in_words(site: PagesSite) -> None:
    async with site.client_of(MARI) as http:
        invoice = (await http.get(INVOICES)).text.partition(f'href="{INVOICES}/')[2][:36]
        data = {"key": str(uuid4()), "bank": "kuusk"}
        await http.post(f"{INVOICES}/{invoice}/pay", data=data, headers=SAME)
        (payment,) = rows(site.front.database, "SELECT id FROM payment")
        said = dict[PaymentState, bool]()
        for state, words in WORDS.items():
            carry_out(site.front.database, "UPDATE payment SET state = :state", state=state)
            answer = await http.get(f"/et/payments/{payment.id}")
            said[state] = answer.status_code == 200 and words in answer.text

    assert said == dict.fromkeys(PaymentState, True)


async def test_bill_3_what_is_too_much_is_said_beside_the_payment_on_the_invoice(
    site: PagesSite,
) -> None:
    async with site.client_of(MARI) as http:
        invoice = (await http.get(INVOICES)).text.partition(f'href="{INVOICES}/')[2][:36]
        data = {"key": str(uuid4()), "bank": "kuusk"}
        await http.post(f"{INVOICES}/{invoice}/pay", data=data, headers=SAME)
        paid = "UPDATE payment SET state = 'settled', booked_at = now(), unapplied = 2.50"
        carry_out(site.front.database, paid)
        shown = (await http.get(f"{INVOICES}/{invoice}")).text

    assert "Üle makstud, tagastatakse" in shown
    assert "2,50" in shown


async def test_bill_3_a_payment_is_no_strangers(site: PagesSite) -> None:
    async with site.client_of(MARI) as http:
        invoice = (await http.get(INVOICES)).text.partition(f'href="{INVOICES}/')[2][:36]
        data = {"key": str(uuid4()), "bank": "kuusk"}
        sent = await http.post(f"{INVOICES}/{invoice}/pay", data=data, headers=SAME)
    async with site.client_of(PEETER) as http:
        seen = [
            (await http.get(sent.headers["location"].removesuffix("/bank") + part)).status_code
            for part in ("", "/bank", "/cancel")
        ]

    assert seen == [404, 404, 404]

"""Everyone with access, access that is given and access that ends, in a browser."""

from typing import Any
from uuid import uuid4

from playwright.async_api import expect

from tests.builders import days
from tests.builders.people import JAAN, MARI, TIIU
from tests.builders.register_states import KUUSK, entry, state
from tests.builders.rows import account, put, store_states
from tests.clients.api_client import person_token
from tests.clients.axe import violations_in_variants
from tests.fixtures.pages_site import PagesSite

UNPROCESSABLE, NOT_FOUND = "status of 422", "status of 404"
"""What the console says of such answers."""


def company_of_mari(site: PagesSite) -> str:
    """Let Mari represent a company alone; return the path of its people."""
    ours = account(KUUSK, 1, name="Kuusk OÜ")
    put(site.front.database, ours)
    store_states(site.front.database, state(entry(MARI, name="MARI MAASIKAS")))
    return f"/et/c/{ours.id}/people"


async def given_to_jaan(site: PagesSite, path: str, **more: Any) -> None:
    """Let Jaan have accepted access, of an accountant unless something else is named."""
    account_id = path.split("/")[3]
    wanted = {
        "receiver": {"country": "EE", "code": JAAN.code},
        "role": "accountant",
        "from_day": days.today().isoformat(),
        "may_pass_on": False,
    } | more
    offered = await site.front.post(
        f"/v1/accounts/{account_id}/delegations",
        person_token(MARI),
        wanted,
        idempotency_key=str(uuid4()),
    )
    accept = f"/v1/delegations/{offered.json()['id']}/accept"
    taken = await site.front.post(
        accept, person_token(JAAN), {"version": 1}, idempotency_key=str(uuid4())
    )
    assert taken.status_code == 200, taken.text


async def test_page_7_everyone_is_listed_with_why_and_found_by_name(site: PagesSite) -> None:
    path = company_of_mari(site)
    await given_to_jaan(site, path)
    page = await site.page_of(MARI)
    await page.goto("/et/")
    await page.click("main a:has-text('Kuusk OÜ')")
    await page.click(f"nav a[href='{path}']")

    await expect(page.locator("tbody tr")).to_have_count(2)
    await page.locator("summary").first.click()
    assert await violations_in_variants(page) == []

    await page.locator("#f-search").press_sequentially("maasi")
    await expect(page.locator("tbody tr")).to_have_count(1)
    await expect(page.locator("tbody")).to_contain_text("Mari Maasikas")
    await expect(page.locator("tbody")).to_contain_text("üksi esindamise õigus")
    await expect(page.locator("#f-search")).to_be_focused()
    await expect(page.locator("#announcer")).to_have_text("1 inimene")


async def test_page_7_the_file_has_the_words_of_the_page(site: PagesSite) -> None:
    path = company_of_mari(site)
    await given_to_jaan(site, path)
    page = await site.page_of(MARI)
    await page.goto(path)
    async with page.expect_download() as started:
        await page.click("a[download]")
    download = await started.value
    text = (await download.path()).read_text(encoding="utf-8-sig")

    first, *rest = text.splitlines()
    assert first == "Nimi;Ligipääs;Alates;Kuni;Põhjus;Viimati kasutatud"
    assert len(rest) == 2
    assert "Raamatupidaja: kogu kliendikonto" in text
    assert MARI.code not in text and JAAN.code not in text  # noqa: PT018 # nobody's is in it


async def test_page_7_access_is_given_and_what_is_wrong_is_said(site: PagesSite) -> None:
    path = company_of_mari(site)
    page = await site.page_of(MARI, expected=(UNPROCESSABLE,))
    await page.goto(path)
    await page.click("#give")
    assert await violations_in_variants(page) == []
    await page.fill("#f-code", "123")
    await page.fill("#f-through", "31.02.2027")
    await page.check("input[value=accountant]")
    await page.click("main form button[type=submit]")

    await expect(page.locator("#errors")).to_be_focused()
    await expect(page.locator("#f-through-error")).to_have_text(
        "Sisestage kuupäev kujul pp.kk.aaaa"
    )
    await expect(page.locator("#f-code")).to_have_value("123")
    await page.fill("#f-through", "")
    await page.click("main form button[type=submit]")
    await expect(page.locator("#f-code")).to_have_attribute("aria-invalid", "true")

    await page.fill("#f-code", JAAN.code)
    await page.click("main form button[type=submit]")
    await expect(page.locator(".notice")).to_contain_text("Ligipääs on pakutud.")
    assert JAAN.code not in page.url
    await page.reload()
    await expect(page.locator(".notice")).to_have_count(0)


async def test_page_7_access_ends_after_what_goes_with_it_is_shown(site: PagesSite) -> None:
    path = company_of_mari(site)
    await given_to_jaan(site, path)
    page = await site.page_of(MARI)
    await page.goto(path)
    await page.locator("a[id^=end-]").focus()
    await page.keyboard.press("Enter")
    await expect(page.locator("#dialog")).to_contain_text("Ligipääs lõpeb kohe")
    assert await violations_in_variants(page, widths=[320]) == []
    await page.click("#dialog button[type=submit]")

    await expect(page.locator(".notice")).to_contain_text("Ligipääs on lõppenud.")
    await expect(page.locator("tbody tr")).to_have_count(1)
    await page.click(".notice a")
    await expect(page.locator("input[value=accountant]")).to_be_checked()
    await expect(page.locator("#f-code")).to_have_value("")


async def test_page_15_access_ends_without_scripts(site: PagesSite) -> None:
    path = company_of_mari(site)
    await given_to_jaan(site, path)
    page = await site.page_of(MARI, java_script_enabled=False)
    await page.goto(path)
    await page.click("a[id^=end-]")
    await expect(page.locator("h1")).to_contain_text("Kas lõpetada ligipääs")
    await page.click("main form button[type=submit]")

    await expect(page.locator(".notice")).to_contain_text("Ligipääs on lõppenud.")


async def test_page_17_anothers_account_answers_like_none(site: PagesSite) -> None:
    path = company_of_mari(site)
    page = await site.page_of(TIIU, "Tiiu Tamm", expected=(NOT_FOUND,))
    seen = []
    for each in (path, f"/et/c/{uuid4()}/people", f"{path}/give", f"{path}.csv", "/et/nothing"):
        answer = await page.goto(each)
        assert answer is not None
        seen.append((answer.status, await page.locator("h1").inner_text()))

    assert set(seen) == {(404, "Seda lehte ei ole")}


async def test_bill_5_call_details_in_full_are_given_with_what_for(site: PagesSite) -> None:
    path = company_of_mari(site)
    page = await site.page_of(MARI, expected=(UNPROCESSABLE,))
    await page.goto(f"{path}/give")
    assert await violations_in_variants(page) == []
    await page.fill("#f-code", JAAN.code)
    await page.check("input[value=call_details]")
    await page.click("main form button[type=submit]")
    await expect(page.locator("#f-purpose-error")).to_have_text("Täitke see väli")
    await page.fill("#f-purpose", "Vaidlus arve üle")
    await page.click("main form button[type=submit]")
    await expect(page.locator(".notice")).to_contain_text("Ligipääs on pakutud.")

    offered = await site.page_of(JAAN)
    await offered.goto("/et/offers")
    await expect(offered.locator("main")).to_contain_text("täisnumbritega")
    await expect(offered.locator("main")).to_contain_text("Vaidlus arve üle")


async def test_bill_5_who_was_given_access_is_not_offered_to_give_it(site: PagesSite) -> None:
    path = company_of_mari(site)
    account_id = path.split("/")[3]
    await given_to_jaan(site, path, role="administrator", may_pass_on=True)
    page = await site.page_of(JAAN)
    await page.goto(f"/et/c/{account_id}/people/give")

    await expect(page.locator("input[value=accountant]")).to_have_count(1)
    await expect(page.locator("input[value=call_details]")).to_have_count(0)
    await expect(page.locator("#f-purpose")).to_have_count(0)

"""Support finds a person and an account, and explains why access is there, or is not."""

import httpx
import pytest
from playwright.async_api import expect

from api.auth.principals import StaffRole
from tests.builders.delegations import OFFICE, given, set_up_customers
from tests.builders.people import JAAN, MARI, TIIU
from tests.builders.register_states import KUUSK
from tests.builders.rows import carry_out, rows
from tests.clients.axe import violations_in_variants
from tests.fixtures.pages_site import PagesSite

UNPROCESSABLE = "status of 422"
SUPPORT = "/et/console/support"
SAME_SITE = {"Sec-Fetch-Site": "same-origin"}


def employed(site: PagesSite) -> str:
    """Let Mari, who represents the company, have given Jaan access; return Jaan's id."""
    set_up_customers(site.front.database)
    given(site.front.database, MARI, JAAN, OFFICE)
    named = "UPDATE person SET name = :name WHERE code = :code"
    for person, name in ((MARI, "MARI MAASIKAS"), (JAAN, "JAAN TAMM")):
        carry_out(site.front.database, named, name=name, code=person.code)
    return str(site.front.id_of(JAAN))


async def test_page_14_support_explains_why_somebody_sees_it_and_what_misses_another(
    site: PagesSite,
) -> None:
    jaan = employed(site)
    page = await site.page_of_staff(StaffRole.SUPPORT, expected=(UNPROCESSABLE,))
    await page.goto("/et/console")
    await page.click(f"nav a[href='{SUPPORT}']")
    assert await violations_in_variants(page) == []
    await page.fill("#f-who", "49001010")
    await page.click("#find-who")
    await expect(page.locator("#errors")).to_be_focused()
    await page.fill("#f-who", JAAN.code)
    await page.keyboard.press("Enter")

    await expect(page.locator("h1")).to_have_text("Jaan Tamm")
    assert page.url.endswith(f"{SUPPORT}/people/{jaan}")
    await page.locator("main summary").first.click()
    assert await violations_in_variants(page) == []
    await page.click("tbody a >> text=Selgita")
    await expect(page.locator("#answer")).to_contain_text("Jah, tohib")
    steps = page.locator("#main .timeline").first.locator("li")
    await expect(steps).to_have_count(4)
    await expect(steps.nth(0)).to_contain_text("Mari Maasikas (juhatuse liige, üksi esindamise")
    await expect(steps.nth(1)).to_contain_text("Mari Maasikas andis ligipääsu")
    await expect(steps.nth(3)).to_contain_text("rollis on õigus «Arvete vaatamine»")
    assert await violations_in_variants(page) == []

    await page.select_option("#f-permission", "access:manage")
    await page.click("#explain")
    await expect(page.locator("#answer")).to_contain_text("Ei tohi")
    await expect(page.locator("#missing li").first).to_contain_text("Mis seda muudaks")
    await expect(page.locator("#main .timeline li").last).to_contain_text("rollis ei ole õigust")
    assert await violations_in_variants(page, widths=[320]) == []

    await page.click(f"main .facts a[href$='/accounts/{OFFICE.id}']")
    await expect(page.locator("tbody tr")).to_have_count(2)
    assert await violations_in_variants(page) == []


async def test_page_14_an_account_shows_staff_its_people_and_each_is_looked_up(
    site: PagesSite,
) -> None:
    jaan = employed(site)
    page = await site.page_of_staff(StaffRole.OPS, java_script_enabled=False)
    await page.goto(SUPPORT)
    await page.fill("#f-which", OFFICE.reference)
    await page.click("#find-which")

    await expect(page.locator("h1")).to_have_text(OFFICE.name or OFFICE.reference)
    await expect(page.locator("tbody tr")).to_have_count(2)
    await page.fill("#f-name", "tamm")
    await page.click("main form[role=search] button")
    await expect(page.locator("tbody tr")).to_have_count(1)
    await page.click("#choose-person")
    await page.fill("#f-who", TIIU.code)
    await page.click("#find-who")
    await expect(page.locator("#answer")).to_contain_text("Ei tohi")
    await expect(page.locator("#missing")).to_contain_text("Mis seda muudaks")
    assert f"account={OFFICE.id}" in page.url

    looked = "SELECT after FROM event WHERE kind = 'person:looked_up' AND person_id = :id"
    seen = [row.after["by"] for row in rows(site.front.database, looked, id=jaan)]
    assert seen == ["account", "account"]


@pytest.mark.parametrize(
    ("words", "leads_to"),
    [
        ({"who": JAAN.code}, "people"),
        ({"who": "+37255512345"}, None),
        ({"which": OFFICE.reference}, "accounts"),
        ({"which": KUUSK.code}, "accounts"),
        ({"which": "Kuusk"}, "accounts"),
        ({"which": "12345678"}, None),
        ({"which": "a"}, None),
        ({"which": "+37255512345"}, None),
    ],
)
async def test_page_17_what_is_looked_for_is_in_no_address_and_no_title(
    site: PagesSite, words: dict[str, str], leads_to: str | None
) -> None:
    employed(site)
    named = "UPDATE company SET name = 'Kuusk OÜ' WHERE code = :code"
    carry_out(site.front.database, named, code=KUUSK.code)
    async with site.client_of_staff(StaffRole.SUPPORT) as client:
        answer = await client.post(SUPPORT, data=words, headers=SAME_SITE)

    if leads_to is None:
        assert answer.status_code == 200
        assert 'role="status"' in answer.text
    else:
        assert answer.status_code == 303
        assert answer.headers["location"].startswith(f"{SUPPORT}/{leads_to}/")
    (word,) = words.values()
    assert word not in answer.headers.get("location", "") + title(answer)


def title(answer: httpx.Response) -> str:
    return answer.text.partition("<title>")[2].partition("</title>")[0]


async def test_page_14_whoever_may_not_look_people_up_is_shown_nobody(site: PagesSite) -> None:
    jaan = employed(site)
    paths = [
        f"{SUPPORT}/people/{jaan}",
        f"{SUPPORT}/accounts/{OFFICE.id}",
        f"{SUPPORT}/explanation?person={jaan}&account={OFFICE.id}",
    ]
    async with site.client_of_staff(StaffRole.MANDATE_OFFICER) as officer:
        found = [(await officer.get(path)).status_code for path in paths]
        home = await officer.get("/et/console")
        search = await officer.get(SUPPORT)
    async with site.client_of(MARI) as customer:
        as_customer = [(await customer.get(path)).status_code for path in paths]

    assert found == [403, 403, 403]
    assert SUPPORT not in home.text
    assert "f-who" not in search.text
    assert set(as_customer) == {303}, "a login of staff is asked for"
    assert rows(site.front.database, "SELECT FROM event WHERE kind = 'person:looked_up'") == []


async def test_page_17_ids_that_name_nobody_answer_as_nothing(site: PagesSite) -> None:
    jaan, nobody = employed(site), OFFICE.id
    paths = [
        f"{SUPPORT}/people/{nobody}",
        f"{SUPPORT}/accounts/{jaan}",
        f"{SUPPORT}/explanation?person={nobody}&account={OFFICE.id}",
        f"{SUPPORT}/explanation?person={jaan}",
        f"{SUPPORT}/people/x",
    ]
    async with site.client_of_staff(StaffRole.SUPPORT) as client:
        assert [(await client.get(path)).status_code for path in paths] == [404] * 5

"""Staff search the history, and read one event of it."""

import re

import pytest
from playwright.async_api import expect

from api.auth.principals import StaffRole
from tests.builders.audited import happened
from tests.builders.delegations import OFFICE
from tests.builders.people import JAAN, MARI
from tests.builders.rows import account, put, rows
from tests.builders.stuck_items import BUSY, services, stick
from tests.clients.axe import violations_in_variants
from tests.fixtures.pages_site import PagesSite

UNPROCESSABLE = "status of 422"
AUDIT = "/et/console/audit"
SAME_SITE = {"Sec-Fetch-Site": "same-origin"}


async def test_page_14_the_history_is_searched_and_an_event_says_who_what_when_and_why(
    site: PagesSite,
) -> None:
    jaan = happened(site.front)
    page = await site.page_of_staff(StaffRole.OPS, expected=(UNPROCESSABLE,))
    await page.goto("/et/console")
    await page.click(f"nav a[href='{AUDIT}']")
    await expect(page.locator("tbody tr").first).to_be_visible()
    assert await violations_in_variants(page) == []

    await page.click("#narrow summary")
    await page.fill("#f-who", "49001010")
    await page.click("#find-who")
    await expect(page.locator("#errors")).to_be_focused()
    assert await violations_in_variants(page, widths=[320]) == []
    await page.fill("#f-who", JAAN.code)
    await page.click("#find-who")
    await expect(page.locator("#drop-person")).to_be_visible()
    assert page.url.endswith(f"{AUDIT}?person={jaan}")
    await page.select_option("#f-kind", "delegation:accepted")
    await page.click("#show")

    row = page.locator("tbody tr")
    await expect(row).to_have_count(1)
    await expect(row).to_contain_text("Ligipääs võeti vastu")
    await expect(row).to_contain_text(OFFICE.reference)
    await page.click("tbody th a")
    await expect(page.locator("h1")).to_have_text("Ligipääs võeti vastu")
    facts = page.locator("#main .facts")
    await expect(facts.first).to_contain_text("Jaan Tamm")
    (sealed,) = rows(
        site.front.database,
        "SELECT s.position, s.hash, b.hash AS previous FROM event_seal s"
        " JOIN event_seal b ON b.position = s.position - 1 JOIN event e ON e.id = s.event_id"
        " WHERE e.kind = 'delegation:accepted'",
    )
    await expect(facts.last).to_contain_text(sealed.hash)
    await expect(facts.last).to_contain_text(sealed.previous)
    await expect(page.locator("tbody tr").first).to_contain_text("Seis")
    assert await violations_in_variants(page) == []
    await page.click("#same-subject")
    await expect(page.locator("tbody tr").last).to_contain_text("Pakuti ligipääsu")


async def test_page_14_without_scripts_the_history_is_narrowed_and_leads_to_what_is_stuck(
    site: PagesSite,
) -> None:
    database = site.front.database
    service = services(database, 1)[0]
    item = stick(database, service, BUSY)
    page = await site.page_of_staff(StaffRole.OPS, java_script_enabled=False)
    await page.goto(f"{AUDIT}?actor=engine&kind=stuck:opened")
    await page.click("tbody th a")

    await expect(page.locator("h1")).to_have_text("Jäi kinni")
    await page.click("#stuck-item")
    assert page.url.endswith(f"/et/console/stuck/{item.id}")

    put(database, *(account(JAAN, number) for number in range(100, 152)))
    await page.goto(AUDIT)
    await expect(page.locator("tbody tr")).to_have_count(50)
    first = await page.locator("tbody th a").first.get_attribute("href")
    await page.click("a[rel=next]")
    await expect(page.locator("a[rel=first]")).to_be_visible()
    assert await page.locator(f"tbody th a[href='{first}']").count() == 0
    await page.fill("#f-about", str(item.id))
    await page.fill("#f-since", "01.01.2020")
    await page.click("#show")
    await expect(page.locator("tbody tr")).to_have_count(1)


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("since=31.02.2026", "since"),
        ("since=02.03.2026&through=01.03.2026", "through"),
        ("since=01.01.2020", "since"),
        ("about=7", "about"),
        ("actor=x", "actor"),
        ("kind=x", "kind"),
    ],
)
async def test_page_14_a_search_that_cannot_be_says_at_its_field_what_is_wrong(
    site: PagesSite, query: str, field: str
) -> None:
    async with site.client_of_staff(StaffRole.SUPPORT) as client:
        answer = await client.get(f"{AUDIT}?{query}")

    assert answer.status_code == 422
    assert f'href="#f-{field}"' in answer.text


async def test_page_17_whom_an_audit_is_about_is_in_no_address_title_or_log(
    site: PagesSite, caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    jaan = happened(site.front)
    async with site.client_of_staff(StaffRole.SUPPORT) as client:
        found = await client.post(AUDIT, data={"who": JAAN.code}, headers=SAME_SITE)
        assert found.headers["location"] == f"{AUDIT}?person={jaan}"
        listed = await client.get(found.headers["location"])
        event = re.search(rf'href="({AUDIT}/events/\d+)"', listed.text)
        assert event is not None
        shown = await client.get(event[1])
        await client.post(AUDIT, data={"which": "Kuusk"}, headers=SAME_SITE)

    said = caplog.text + capsys.readouterr().out
    for answer in (listed, shown):
        assert answer.headers["cache-control"] == "no-store"
        links = " ".join(re.findall(r'(?:href|action)="([^"]*)"', answer.text))
        title = answer.text.partition("<title>")[2].partition("</title>")[0]
        for word in (JAAN.code, "tamm", "maasikas", "kuusk"):
            assert word not in f"{links} {title} {said}".lower()
    looked = (
        "SELECT after FROM event WHERE kind = 'person:looked_up' AND person_id = :id ORDER BY id"
    )
    seen = [row.after["by"] for row in rows(site.front.database, looked, id=jaan)]
    assert seen == ["code", "history"], "once as they are looked for, once as they are shown"


async def test_page_17_whoever_may_not_read_the_history_is_shown_nothing_of_it(
    site: PagesSite,
) -> None:
    happened(site.front)
    (last,) = rows(site.front.database, "SELECT max(id) AS id FROM event")
    paths = [AUDIT, f"{AUDIT}/events/{last.id}"]
    async with site.client_of_staff(StaffRole.MANDATE_OFFICER) as officer:
        as_officer = [(await officer.get(path)).status_code for path in paths]
        home = await officer.get("/et/console")
    async with site.client_of(MARI) as customer:
        as_customer = [(await customer.get(path)).status_code for path in paths]
    async with site.client_of_staff(StaffRole.SUPPORT) as support:
        missing = [f"{AUDIT}/events/{last.id + 1}", f"{AUDIT}?account={OFFICE.id}&person=x"]
        as_nothing = [(await support.get(path)).status_code for path in missing]

    assert as_officer == [403, 403]
    assert AUDIT not in home.text
    assert as_customer == [303, 303], "a login of staff is asked for"
    assert as_nothing == [404, 404]

"""Rejected records: found by cause, each with what becomes of it, and tried again."""

from uuid import uuid4

from playwright.async_api import expect

from api.auth.principals import StaffRole
from domain.registry.register import Defect
from storage.registry import rejected_records
from storage.registry.rejected_records import QUERY_ANSWERS
from tests.builders.register_states import KUUSK
from tests.builders.rows import account, carry_out, put, rows
from tests.builders.sync_runs import put_run
from tests.clients.axe import violations_in_variants
from tests.fixtures.pages_site import PagesSite

REJECTED = "/et/console/rejected"


def reject(site: PagesSite) -> None:
    """Reject a company's answer, and two lines of a file."""
    database = site.front.database
    put(database, account(KUUSK, 1))
    carry_out(database, "UPDATE company SET name = 'Kuusk OÜ'")
    ((company,),) = rows(database, "SELECT id FROM company WHERE code = :code", code=KUUSK.code)
    put_run(database, "1")
    ((run_id,),) = rows(database, "SELECT id FROM sync_run")
    absent = Defect(KUUSK.code, "company_absent", "only one source says so")
    lines = [Defect("a.csv:7", "duplicate", "line 3"), Defect("a.csv:9", "to_yourself", "")]
    with database.transaction() as session:
        rejected_records.reject(session, QUERY_ANSWERS, absent, company_id=company, run_id=run_id)
        rejected_records.reject_lines(session, "import:delegations", lines)


async def test_page_13_a_record_is_found_by_its_cause_and_tried_again(site: PagesSite) -> None:
    reject(site)
    page = await site.page_of_staff(StaffRole.OPS)
    await page.goto("/et/console")
    await page.click(f"nav a[href='{REJECTED}']")

    await expect(page.locator("#groups-region tbody tr")).to_have_count(3)
    await expect(page.locator("#records-region")).to_contain_text("Volituste import")
    assert await violations_in_variants(page) == []
    await page.click("#groups-region a >> text=Register ei tunne ettevõtet")
    await expect(page.locator("#f-code")).to_have_value("company_absent")
    assert "code=company_absent" in page.url
    await expect(page.locator("#records-region tbody tr")).to_have_count(1)
    await expect(page.locator("#records-region")).to_contain_text("Kuusk OÜ")

    await page.click("#records-region a")
    await expect(page.locator("h1")).to_contain_text("Register ei tunne ettevõtet")
    await expect(page.locator("main")).to_contain_text("only one source says so")
    await expect(page.locator("#run")).to_be_visible()
    assert await violations_in_variants(page) == []
    await page.click("#retry")

    await expect(page.locator(".notice")).to_contain_text("on alanud")
    await expect(page.locator("h1")).to_have_text("Üks ettevõte")
    await expect(page.locator("#run .facts").first).to_contain_text("Kuusk OÜ")


async def test_page_13_without_scripts_a_line_of_an_import_says_that_it_is_imported_again(
    site: PagesSite,
) -> None:
    reject(site)
    page = await site.page_of_staff(StaffRole.OPS, java_script_enabled=False)
    await page.goto(REJECTED)
    await page.select_option("#f-found_in", "import:delegations")
    await page.click("#show")
    await expect(page.locator("#records-region tbody tr")).to_have_count(2)
    await page.click("#records-region a >> text=a.csv:7")

    await expect(page.locator("main")).to_contain_text("importige fail uuesti")
    await expect(page.locator("#retry")).to_have_count(0)


async def test_page_13_who_may_not_read_rejected_records_does_not_reach_them(
    site: PagesSite,
) -> None:
    reject(site)
    ((record,), *_) = rows(site.front.database, "SELECT id FROM rejected_record")
    async with site.client_of_staff(StaffRole.SUPPORT) as http:
        refused = [
            (await http.get(path)).status_code for path in (REJECTED, f"{REJECTED}/{record}")
        ]
    async with site.client_of_staff(StaffRole.OPS) as http:
        unknown = await http.get(f"{REJECTED}/{uuid4()}")

    assert refused == [403] * 2
    assert unknown.status_code == 404

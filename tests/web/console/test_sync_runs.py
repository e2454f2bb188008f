"""Runs of the sync: found, followed, and decided about with who would lose what in sight."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

from playwright.async_api import expect

from api.auth.principals import StaffRole
from domain.reasons import Reason
from domain.registry.sync import (
    PreviewedGrant,
    PreviewedGrants,
    SyncPreview,
    SyncSource,
    SyncState,
    login_subject,
)
from storage.registry import sync_decisions, sync_runs
from tests.builders.people import JAAN, MARI, TIIU
from tests.builders.register_states import KUUSK
from tests.builders.rows import account, carry_out, put, rows
from tests.builders.sync_runs import put_run
from tests.clients.api_client import OPS, staff_token
from tests.clients.axe import violations_in_variants
from tests.fixtures.pages_site import PagesSite

UNPROCESSABLE = "status of 422"
RUNS = "/et/console/sync"
OFFICE = account(KUUSK, 1, name="Kontor")
NAMES = {MARI: "MARI MAASIKAS", JAAN: "JAAN TAMM", TIIU: "TIIU KASK"}
HELD = Reason("too_much_would_end", "Would end 60 of 90")
ENDED = {
    SyncState.REFUSED: Reason("register_credentials_refused", ""),
    SyncState.FAILED: Reason("internal", "TimeoutError"),
}
WHY = Reason("not_in_register", "The register does not name this person")


def hold(site: PagesSite) -> str:
    """Hold a run that would end sixty grants, of three persons in turns."""
    database = site.front.database
    put(database, OFFICE)
    people = []
    for person, name in NAMES.items():
        people.append(site.front.id_of(person))
        named = "UPDATE person SET name = :name WHERE id = :id"
        carry_out(database, named, name=name, id=people[-1])
    grants = tuple(
        PreviewedGrant(OFFICE.id, people[number % 3], "administrator", WHY.as_json())
        for number in range(60)
    )
    preview = SyncPreview(90, ending=PreviewedGrants(60, grants), starting=PreviewedGrants(0))
    with database.transaction() as session:
        run_id, _ = sync_runs.open_run(session, SyncSource.FILE, "1")
        sync_runs.set_counts(session, run_id, to_query=4, answered=4)
        sync_decisions.hold(session, run_id, preview, HELD)
    return str(run_id)


async def test_page_13_a_held_run_shows_who_would_lose_what_and_is_released_with_a_reason(
    site: PagesSite,
) -> None:
    held = hold(site)
    put_run(site.front.database, "2")
    page = await site.page_of_staff(StaffRole.OPS, expected=(UNPROCESSABLE,))
    await page.goto("/et/console")
    await page.click("#held-runs")

    await expect(page.locator("tbody tr")).to_have_count(1)
    await expect(page.locator("#f-state")).to_have_value("held")
    assert await violations_in_variants(page) == []
    await page.click(f"#run-{held}")
    await expect(page.locator("#run")).to_contain_text("Ootab, kuni keegi selle lubab")
    await expect(page.locator("#preview-region")).to_contain_text("60 (kokku on 90)")
    assert await violations_in_variants(page) == []

    await page.click("#who-ending")
    await expect(page.locator("tbody tr")).to_have_count(50)
    assert await violations_in_variants(page) == []
    await page.fill("#f-words", "tamm")
    await page.click("#search")
    await expect(page.locator("tbody tr")).to_have_count(20)
    await expect(page.locator("tbody tr").first).to_contain_text("Jaan Tamm")
    assert "tamm" not in page.url

    await page.click(f"main a[href='{RUNS}/{held}']")
    await page.click("#release")
    await expect(page.locator("#dialog-title")).to_be_focused()
    await expect(page.locator("#dialog")).to_contain_text("60 (kokku on 90)")
    assert await violations_in_variants(page, widths=[320]) == []
    await page.click("#dialog button[type=submit]")
    await expect(page.locator("#errors")).to_be_focused()
    await page.fill("#f-reason", "the register was asked")
    await page.click("main form button[type=submit]")

    await expect(page.locator(".notice")).to_contain_text("on lubatud")
    await expect(page.locator("#decided")).to_contain_text("the register was asked")
    await expect(page.locator("#release")).to_have_count(0)


async def test_page_13_a_run_is_followed_while_it_is_open(site: PagesSite) -> None:
    database = site.front.database
    put(database, OFFICE)
    with database.transaction() as session:
        run_id, _ = sync_runs.open_run(session, SyncSource.CHECK, "1")
        sync_runs.set_counts(session, run_id, to_query=200)
    page = await site.page_of_staff(StaffRole.OPS)
    await page.goto(f"{RUNS}/{run_id}")
    await expect(page.locator("#run")).to_contain_text("Ootab registri vastuseid")

    with database.transaction() as session:
        sync_runs.add_counts(session, run_id, answered=90)
        sync_runs.wait_until(session, run_id, datetime.now(UTC) + timedelta(hours=5))
    await expect(page.locator("#far-queried-bar")).to_have_js_property("value", 90)
    await expect(page.locator("#run")).to_contain_text("Päeva päringud registrisse on otsas")
    assert await violations_in_variants(page) == []

    put_run(database, "1", "finished", SyncSource.CHECK)
    await expect(page.locator("#run .ds-tag")).to_have_text("Tehtud")
    await expect(page.locator("#run[hx-get]")).to_have_count(0)


async def test_page_13_without_scripts_an_operator_is_told_that_another_has_decided(
    site: PagesSite,
) -> None:
    held = hold(site)
    page = await site.page_of_staff(
        StaffRole.OPS, java_script_enabled=False, expected=(UNPROCESSABLE,)
    )
    await page.goto(f"{RUNS}/{held}/preview?effect=ending")
    await page.click("#next")
    await expect(page.locator("tbody tr")).to_have_count(10)
    await page.goto(f"{RUNS}/{held}/reject")
    ben = staff_token(StaffRole.OPS, subject="ben", name="Ben Birk")
    path, made = f"/v1/sync/runs/{held}/release", {"reason": "another was first"}
    await site.front.post(path, ben, made, idempotency_key=str(uuid4()))
    await page.fill("#f-reason", "I am late")
    await page.click("main form button[type=submit]")

    await expect(page.locator("#errors")).to_contain_text("otsustas selle kohta keegi teine")
    await expect(page.locator("main")).to_contain_text("Ben Birk")
    await expect(page.locator("main")).to_contain_text("another was first")
    await expect(page.locator("main form")).to_have_count(0)


async def test_page_13_what_logins_opened_is_released_together_and_a_source_is_read_now(
    site: PagesSite,
) -> None:
    database = site.front.database
    put(database, OFFICE)
    ((company,),) = rows(database, "SELECT id FROM company WHERE code = :code", code=KUUSK.code)
    subject = login_subject(company, datetime.now(UTC))
    put_run(database, subject, "held", SyncSource.COMPANY)
    page = await site.page_of_staff(
        StaffRole.OPS, java_script_enabled=False, expected=(UNPROCESSABLE,)
    )
    await page.goto(RUNS)
    await expect(page.locator("#logins")).to_contain_text("1 sisselogimise muudatus")
    await expect(page.locator("tbody tr")).to_contain_text(KUUSK.code)
    await page.click("#release-logins")
    put_run(database, login_subject(uuid4(), datetime.now(UTC)), "held", SyncSource.COMPANY)
    await page.fill("#f-reason", "the register was asked")
    await page.click("main form button[type=submit]")
    await expect(page.locator("#errors")).to_contain_text("rohkem, kui näidati")
    await page.click("main form button[type=submit]")

    await expect(page.locator(".notice")).to_contain_text("Lubatud")
    await expect(page.locator("#logins")).to_have_count(0)
    await page.click("#start-run")
    await page.check("input[value=check]")
    await page.click("main form button[type=submit]")
    await expect(page.locator(".notice")).to_contain_text("on alanud")
    await expect(page.locator("h1")).to_have_text("Kõigi klientide kontroll")
    runs = (await site.front.get("/v1/sync/runs?source=check", OPS)).json()["items"]
    assert [run["waits_for"] for run in runs] == ["source"]


async def test_page_13_a_run_that_was_refused_says_why_in_words(site: PagesSite) -> None:
    database = site.front.database
    with database.transaction() as session:
        for number, (state, why) in enumerate(ENDED.items()):
            run_id, _ = sync_runs.open_run(session, SyncSource.FILE, str(number))
            sync_runs.end_run(session, run_id, state, why)
    async with site.client_of_staff(StaffRole.OPS) as http:
        listed = (await http.get(RUNS)).text
        overview = (await http.get("/et/console")).text

    for page in (listed, overview):
        assert "Register ei võta meie lepingut vastu" in page
        assert "Meie oma viga: TimeoutError" in page


async def test_page_13_who_may_not_read_runs_does_not_reach_them(site: PagesSite) -> None:
    held = hold(site)
    paths = ("", f"/{held}", f"/{held}/preview", f"/{held}/release", "/logins/release")
    async with site.client_of_staff(StaffRole.SUPPORT) as http:
        refused = [(await http.get(f"{RUNS}{path}")).status_code for path in paths]
    async with site.client_of_staff(StaffRole.OPS) as http:
        unknown = [
            (await http.get(f"{RUNS}/{path}")).status_code
            for path in (uuid4(), f"{uuid4()}/preview", f"{held}/forget", "nothing")
        ]

    assert refused == [403] * len(paths)
    assert unknown == [404] * 4

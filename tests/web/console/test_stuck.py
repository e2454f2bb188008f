"""What is stuck, its story, and decisions about it."""

from datetime import timedelta
from uuid import UUID, uuid4

from playwright.async_api import expect

from api.auth.principals import StaffRole
from tests.builders.rows import carry_out
from tests.builders.stuck_items import BUSY, REFUSED, services, stick
from tests.builders.stuck_rows import put_stuck
from tests.builders.web_settings import TEMPORAL_UI
from tests.clients.api_client import ANN, OPS, staff_token
from tests.clients.axe import violations_in_variants
from tests.fixtures.pages_site import PagesSite

SAME = {"Sec-Fetch-Site": "same-origin"}
UNPROCESSABLE = "status of 422"


async def test_page_12_a_stuck_step_is_found_by_filters_and_aborted_with_what_goes_with_it(
    site: PagesSite,
) -> None:
    database = site.front.database
    first, second = services(database, 2)
    row = stick(database, first, REFUSED, ago=timedelta(hours=5))
    stick(database, second, BUSY)
    page = await site.page_of_staff(StaffRole.OPS, expected=(UNPROCESSABLE,))
    await page.goto("/et/console")
    await page.click("#stuck-region a >> text=Võrk ei tunne teenust")

    await expect(page.locator("tbody tr")).to_have_count(1)
    await expect(page.locator("#f-reason")).to_have_value("service_unknown")
    assert "reason=service_unknown" in page.url
    assert await violations_in_variants(page) == []
    await page.click("tbody a")
    await expect(page.locator("h1")).to_contain_text("Võrk ei tunne teenust (60)")
    await expect(page.locator("main")).to_contain_text("a test")
    assert await violations_in_variants(page) == []

    await page.click("#decide-abort")
    await expect(page.locator("#dialog")).to_contain_text("Kas lõpetada kogu protsess?")
    await expect(page.locator("#dialog-title")).to_be_focused()
    assert await violations_in_variants(page, widths=[320]) == []
    await page.click("#dialog button[type=submit]")
    await expect(page.locator("#errors")).to_be_focused()
    await page.fill("#f-reason", "the service is gone")
    await page.click("main form button[type=submit]")

    await expect(page.locator(".notice")).to_contain_text("Otsus on tehtud.")
    await expect(page.locator("main")).to_contain_text("the service is gone")
    found = (await site.front.get(f"/v1/ops/stuck/{row.id}", OPS)).json()
    assert found["decision"]["decision"] == "abort"


async def test_page_12_an_operator_sees_what_another_has_decided(site: PagesSite) -> None:
    row = stick(site.front.database, services(site.front.database, 1)[0])
    page = await site.page_of_staff(
        StaffRole.OPS, java_script_enabled=False, expected=(UNPROCESSABLE,)
    )
    await page.goto(f"/et/console/stuck/{row.id}/decide/retry")
    made = {"version": 1, "reason": "another was first"}
    path = f"/v1/ops/stuck/{row.id}/retry"
    decided = await site.front.post(path, OPS, made, idempotency_key=str(uuid4()))
    assert decided.status_code == 200, decided.text
    await page.fill("#f-reason", "I am late")
    await page.click("main form button[type=submit]")

    await expect(page.locator("#errors")).to_contain_text("otsustas keegi teine")
    await expect(page.locator("#errors")).not_to_contain_text(ANN)
    await expect(page.locator(".ds-alert")).to_contain_text("another was first")


async def test_page_12_a_story_that_is_open_shows_what_another_decides_and_when(
    site: PagesSite,
) -> None:
    row = stick(site.front.database, services(site.front.database, 1)[0])
    page = await site.page_of_staff(StaffRole.OPS)
    await page.clock.install()
    await page.goto(f"/et/console/stuck/{row.id}")
    workflow = page.locator("#story a[rel=noreferrer]")
    link = f"{TEMPORAL_UI}/workflows/resend%2F{row.process_id}"
    await expect(workflow).to_have_attribute("href", link)
    await expect(page.locator("#story")).to_contain_text("Teenuse uuesti saatmine")
    await page.focus("#decide-abort")

    made = {"version": 1, "reason": "the network is mended"}
    path = f"/v1/ops/stuck/{row.id}/retry"
    await site.front.post(
        path,
        staff_token(StaffRole.OPS, subject="ben", name="Ben Birk"),
        made,
        idempotency_key=str(uuid4()),
    )
    await page.clock.run_for(10_500)

    decided = page.locator("#story .ds-alert")
    await expect(decided).to_contain_text("the network is mended")
    await expect(decided).to_contain_text("Ben Birk")
    await expect(decided.locator("time")).to_have_count(1)
    await expect(page.locator(".timeline")).to_contain_text("Otsustati")


async def test_page_12_a_broken_process_is_repaired_in_a_way_that_fits(site: PagesSite) -> None:
    database = site.front.database
    broken = stick(database, services(database, 1)[0]).id
    carry_out(
        database,
        "UPDATE stuck SET kind = 'broken', code = 'workflow_missing', detail = '',"
        " allowed_decisions = '{restart,close}', correctable_inputs = '{}' WHERE id = :id",
        id=broken,
    )
    async with site.client_of_staff(StaffRole.OPS) as http:
        story = (await http.get(f"/en/console/stuck/{broken}")).text
        form = {"key": str(uuid4()), "version": "1", "reason": "lost in a restore"}
        path = f"/en/console/stuck/{broken}/decide"
        done = await http.post(f"{path}/restart", data=form, headers=SAME)
        other = await http.get(f"{path}/reset")

    assert "starts again from the database" in story
    assert "decide-reset" not in story
    assert done.status_code == 503, "Temporal is down: nothing is done"
    assert "cannot be decided now" in other.text


async def test_page_12_many_are_retried_after_their_count_and_samples_were_shown(
    site: PagesSite,
) -> None:
    database = site.front.database
    put_stuck(database, 12)
    put_stuck(database, 2, kind="doubt", code="answer_lost")
    page = await site.page_of_staff(StaffRole.OPS, expected=(UNPROCESSABLE,))
    await page.goto("/et/console/stuck?target=network")
    await page.click("#retry-many")

    facts = page.locator("main .facts")
    await expect(facts).to_contain_text("Võrk")
    await expect(facts).to_contain_text("14")
    await expect(facts).to_contain_text("12")
    assert await violations_in_variants(page) == []
    await page.fill("#f-reason", "the network answers again")
    put_stuck(database, 1)
    await page.click("main form button")
    await expect(page.locator("#errors")).to_contain_text("rohkem, kui näidati")

    await page.click("main form button:has-text('13')")
    await expect(page.locator(".notice")).to_contain_text("algas")
    await expect(page.locator("tbody tr")).to_have_count(15)
    await expect(page.locator("tbody tr").first).to_contain_text("Ei ole veel järg käes")
    operation = UUID(page.url.rpartition("/")[2])
    carry_out(
        database,
        "UPDATE bulk_retry SET result = 'retried', at = now()"
        " WHERE operation_id = :id AND position <= 3",
        id=operation,
    )
    await expect(page.locator("tbody tr:has-text('Korratud')")).to_have_count(3)
    assert await violations_in_variants(page) == []

    await page.click("#cancel")
    await page.fill("#dialog #f-reason", "enough")
    await page.click("#dialog button[type=submit]")
    await expect(page.locator("#progress")).to_contain_text("Tühistatud")
    await expect(page.locator("#cancel")).to_have_count(0)


async def test_page_12_who_may_retry_nothing_is_offered_nothing(site: PagesSite) -> None:
    put_stuck(site.front.database, 1)
    async with site.client_of_staff(StaffRole.SUPPORT) as http:
        many = await http.get("/et/console/stuck/retries/new")

    assert many.status_code == 403

"""What is the person's own: notices, history and sessions, in a browser."""

from playwright.async_api import expect

from domain.messages.notices import NoticeKind
from tests.builders.notices import tell
from tests.builders.people import JAAN, MARI
from tests.builders.register_states import KUUSK, entry, state
from tests.builders.rows import account, put, store_states
from tests.clients.axe import violations_in_variants
from tests.fixtures.pages_site import PagesSite


async def test_page_8_notices_are_read_one_by_one_and_all_at_once(site: PagesSite) -> None:
    ours = account(KUUSK, 1, name="Kuusk OÜ")
    put(site.front.database, ours)
    for number in range(3):
        kind = NoticeKind.DELEGATION_ENDS_SOON
        tell(site.front.database, MARI, kind, number, account_id=ours.id)
    tell(site.front.database, JAAN, account_id=ours.id)
    page = await site.page_of(MARI, java_script_enabled=False)
    await page.goto("/et/")
    await page.click("text=3 lugemata teadet")
    await expect(page.locator("main li.panel")).to_have_count(3)
    await page.locator("main li button").first.click()
    await expect(page.locator(".notice")).to_contain_text("Teade on loetuks märgitud.")
    await page.click("text=Lugemata")
    await expect(page.locator("main li.panel")).to_have_count(2)
    await page.click("#read-all")

    await expect(page.locator("main li button")).to_have_count(0)
    scripted = await site.page_of(MARI)
    tell(site.front.database, MARI, number=9, account_id=ours.id)
    await scripted.goto("/et/notices")
    assert await violations_in_variants(scripted) == []


async def test_page_8_history_is_in_plain_sentences(site: PagesSite) -> None:
    ours = account(KUUSK, 1, name="Kuusk OÜ")
    put(site.front.database, ours)
    store_states(site.front.database, state(entry(MARI, name="MARI MAASIKAS")))
    page = await site.page_of(MARI)
    await page.goto("/et/history")
    await expect(page.locator(".timeline")).to_contain_text("Ligipääs algas")
    assert await violations_in_variants(page) == []
    await page.goto(f"/et/c/{ours.id}/history")

    await expect(page.locator(".timeline")).to_contain_text("Ligipääs algas: Mari Maasikas")
    assert "Muu muudatus" not in await page.locator("main").inner_text()
    assert MARI.code not in await page.content()


async def test_page_3_other_sessions_are_seen_and_ended(site: PagesSite) -> None:
    await (await site.page_of(MARI)).goto("/et/")
    jaan = await site.page_of(JAAN, "Jaan Tamm")
    page = await site.page_of(MARI)
    await page.goto("/et/sessions")
    shown = page.locator("tbody tr")
    assert await shown.count() >= 2, "hers of other tests are there too"
    await expect(page.locator("tbody")).to_contain_text("See brauser")
    assert await violations_in_variants(page) == []
    await page.click("#end-others button")

    await expect(page.locator(".notice")).to_contain_text("Teised sisselogimised on lõpetatud.")
    await expect(shown).to_have_count(1)
    await expect(page.locator("#end-others")).to_have_count(0)
    await jaan.goto("/et/sessions")
    await expect(jaan.locator("tbody")).to_contain_text("See brauser")

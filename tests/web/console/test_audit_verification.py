"""Operations verify the hash chain, and compare published heads with it."""

import pytest
from playwright.async_api import expect

from api.auth.principals import StaffRole
from services.audit.head_signatures import as_pem
from storage.audit import hash_chain
from tests.builders.published_heads import KEY, OTHER, line
from tests.builders.rows import behind_its_back, rows, write
from tests.clients.axe import violations_in_variants
from tests.fixtures.pages_site import PagesSite
from web.console.audit import verification

UNPROCESSABLE = "status of 422"
VERIFY = "/et/console/audit/verification"


def sealed(site: PagesSite, number: int) -> str:
    """Write and seal this many events; return the hash of the last."""
    write(site.front.database, number)
    hash_chain.seal_all(site.front.database)
    (last,) = rows(
        site.front.database, "SELECT hash FROM event_seal ORDER BY position DESC LIMIT 1"
    )
    return str(last.hash)


async def test_page_14_the_chain_is_verified_to_its_end_and_heads_are_compared(
    site: PagesSite, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(verification, "_PART", 2)
    digest = sealed(site, 5)
    page = await site.page_of_staff(StaffRole.OPS, expected=(UNPROCESSABLE,))
    await page.goto("/et/console/audit")
    await page.click("#verify")
    assert await violations_in_variants(page) == []
    await page.click("#start")
    await expect(page.locator("#verifying .ds-alert")).to_contain_text("Ahel on terve")
    await expect(page.locator("#verifying")).to_contain_text(digest)
    assert page.url.endswith(f"{VERIFY}/run"), "loaded again, it begins from the start"
    assert await violations_in_variants(page) == []

    await page.click("#to-heads")
    with site.front.database.reading() as connection:
        head = hash_chain.head(connection)
    await page.fill("#f-lines", f"{line(head)}\n{line(head, OTHER)}")
    await page.click("#compare")
    await expect(page.locator("#errors")).to_be_focused()
    await page.fill("#f-keys", as_pem(KEY.public_key()))
    await page.click("#compare")
    alert = page.locator("main .ds-alert")
    await expect(alert).to_contain_text("Rida 2: Allkirja võti ei ole antud võtmete hulgas")
    await expect(page.locator("tbody tr")).to_contain_text("Klapib")
    assert await violations_in_variants(page) == []
    await page.fill("#f-lines", line(head))
    await page.click("#compare")
    await expect(alert).to_contain_text("Kõik avaldatud ahelapead klapivad")


async def test_page_14_a_broken_chain_says_where_it_breaks_without_scripts_too(
    site: PagesSite, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(verification, "_PART", 2)
    sealed(site, 5)
    where = "id = (SELECT event_id FROM event_seal WHERE position = 4)"
    behind_its_back(site.front.database, f"UPDATE event SET kind = 'grant:ended' WHERE {where}")
    page = await site.page_of_staff(StaffRole.OPS, java_script_enabled=False)
    await page.goto(f"{VERIFY}/run")

    alert = page.locator("#verifying .ds-alert")
    await expect(alert).to_contain_text("Ahel katkeb kohal 4")
    await expect(alert).to_contain_text("ei ole see, mis ahelasse pandi")
    await expect(page.locator("#verifying .facts")).to_contain_text("3")
    await page.click("#broken-event")
    await expect(page.locator("h1")).to_have_text("Ligipääs lõppes")


async def test_page_17_only_operations_verify(site: PagesSite) -> None:
    sealed(site, 1)
    async with site.client_of_staff(StaffRole.SUPPORT) as support:
        found = [(await support.get(path)).status_code for path in (VERIFY, f"{VERIFY}/run")]
        shown = await support.get("/et/console/audit")
    async with site.client_of_staff(StaffRole.OPS) as ops:
        beyond = await ops.get(f"{VERIFY}/run?after=7")

    assert found == [403, 403]
    assert VERIFY not in shown.text
    assert beyond.status_code == 404

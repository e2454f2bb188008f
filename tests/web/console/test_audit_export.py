"""Staff take what a search of the history found out of here, as a file."""

import asyncio
import csv
import io
import json
from pathlib import Path

import httpx
import pytest
from playwright.async_api import expect

from api.auth.principals import StaffRole
from storage.audit import event_search
from tests.builders.audited import happened
from tests.builders.rows import carry_out, rows
from tests.fixtures.pages_site import PagesSite

AUDIT = "/et/console/audit"
EXPORT = f"{AUDIT}/export"
SAME_SITE = {"Sec-Fetch-Site": "same-origin"}
_MANY = """INSERT INTO event (at, kind, actor, reason, after)
SELECT clock_timestamp(), 'sync:held', '{"kind": "engine", "id": "=1+1"}', NULL,
  '{"state": "held", "ok": true, "parts": {"at": "2026-03-01"}}'
FROM generate_series(1, :many)"""
_HOW_MANY = 700


def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8-sig")


def downloaded(text: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(text), delimiter=";"))


async def test_page_14_a_table_in_the_words_of_the_page_is_downloaded_without_scripts(
    site: PagesSite,
) -> None:
    happened(site.front)
    page = await site.page_of_staff(StaffRole.OPS, java_script_enabled=False)
    await page.goto(f"{AUDIT}?kind=delegation:accepted")
    row = await page.locator("tbody tr").inner_text()
    async with page.expect_download() as download:
        await page.click("#download")
    file = await download.value
    heads, line = downloaded(await asyncio.to_thread(_text, await file.path()))

    assert file.suggested_filename == "events.csv"
    told = dict(zip(heads, line, strict=True))
    for column in ("Mis toimus", "Kliendikonto", "Miks"):
        assert told[column] in row
    assert told["Mis toimus"] == "Ligipääs võeti vastu"
    assert told["Pärast"] == "Seis: Kehtiv; Versioon: 1"
    assert told["Sündmuse liik"] == "delegation:accepted"
    await page.goto(AUDIT)
    await expect(page.locator("tbody tr").first).to_contain_text("laadis alla sündmusi")


async def test_page_14_a_file_has_every_event_and_no_cell_that_a_spreadsheet_calculates(
    site: PagesSite,
) -> None:
    carry_out(site.front.database, _MANY, many=_HOW_MANY)
    async with site.client_of_staff(StaffRole.OPS) as client:
        asked = f"{EXPORT}?kind=sync:held"
        table = await client.post(asked, data={"format": "csv"}, headers=SAME_SITE)
        lines = await client.post(asked, data={"format": "jsonl"}, headers=SAME_SITE)
        wrong = await client.post(f"{EXPORT}?since=01.01.2020", data={}, headers=SAME_SITE)

    heads, *found = downloaded(table.text)
    assert len(found) == _HOW_MANY
    told = dict(zip(heads, found[0], strict=True))
    assert told["Kes tegi"] == "'=1+1"
    assert told["Pärast"] == "ok: jah; parts.at: 01.03.2026; Seis: held"
    kinds = [json.loads(line)["kind"] for line in lines.text.splitlines()]
    assert kinds == ["sync:held"] * _HOW_MANY
    assert wrong.status_code == 422
    assert 'href="#f-since"' in wrong.text


async def test_page_14_an_export_that_breaks_off_ends_as_no_whole_file(
    site: PagesSite, monkeypatch: pytest.MonkeyPatch
) -> None:
    happened(site.front)
    monkeypatch.setattr(event_search, "count", lambda *_: 1_000_000)  # more than can be read
    async with site.client_of_staff(StaffRole.OPS) as client:
        with pytest.raises(httpx.RemoteProtocolError):
            await client.post(EXPORT, data={"format": "csv"}, headers=SAME_SITE)


async def test_page_17_whoever_may_not_export_is_offered_none_and_gets_none(
    site: PagesSite,
) -> None:
    happened(site.front)
    async with site.client_of_staff(StaffRole.SUPPORT) as support:
        shown = await support.get(AUDIT)
        answer = await support.post(EXPORT, data={"format": "csv"}, headers=SAME_SITE)
    async with site.client_of_staff(StaffRole.OPS) as ops:
        foreign = await ops.post(EXPORT, headers={"Sec-Fetch-Site": "cross-site"})

    assert "/console/audit/export" not in shown.text
    assert (answer.status_code, foreign.status_code) == (403, 403)
    assert rows(site.front.database, "SELECT FROM event WHERE kind = 'events:exported'") == []

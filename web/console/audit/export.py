"""Export: every event of a search as a file, in the words of the page, or as the API has them."""

import json
from collections.abc import AsyncIterator
from datetime import datetime

from fastapi import APIRouter
from fastapi.responses import Response, StreamingResponse

from runtime.csv_lines import BEGINNING, MEDIA_TYPE, csv_line
from web.api_client import ApiProblem, Json
from web.console.audit.filters import NAMES, SEARCH, Asked, wanted
from web.console.audit.search import TO_MEND, page_of
from web.console.audit.words import changes, plain
from web.console.visit import ConsoleVisit, StaffVisit

router = APIRouter()
_COLUMNS = ("when", "what", "account", "person", "actor", "actor_kind", "why", "note")
_AFTER = ("before", "after", "kind", "about", "event")


@router.post(f"{SEARCH}/export")
async def export(visit: StaffVisit, which: Asked) -> Response:
    """Send the file as it is read: it is never cut, and one that breaks off is no whole file."""
    as_csv = (await visit.sent())["format"] != "jsonl"
    form = which.form(visit)
    asked = wanted(visit, form)
    if form.errors:
        return await page_of(visit, which, form)
    try:
        lines = await visit.api.stream("/v1/ops/events/export", **asked)
    except ApiProblem as problem:
        if problem.status not in TO_MEND:
            raise
        return await page_of(visit, which, form.refused(problem, NAMES))
    name = "events.csv" if as_csv else "events.jsonl"
    return StreamingResponse(
        _table(visit, lines) if as_csv else _as_they_are(lines),
        media_type=MEDIA_TYPE if as_csv else "application/jsonl",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


async def _as_they_are(lines: AsyncIterator[str]) -> AsyncIterator[str]:
    async for line in lines:
        yield f"{line}\n"


async def _table(visit: ConsoleVisit, lines: AsyncIterator[str]) -> AsyncIterator[str]:
    columns = [*_COLUMNS, *_AFTER]
    yield BEGINNING + csv_line(plain(visit.text(f"page.audit.csv.{each}")) for each in columns)
    async for line in lines:
        yield csv_line(_cells(visit, json.loads(line)))


def _cells(visit: ConsoleVisit, event: Json) -> list[str]:
    actor = event["actor"]
    moment = datetime.fromisoformat(event["at"]).astimezone(visit.parts.zone)
    rows = changes(visit, event)
    return [
        f"{visit.formats.day(moment)} {moment:%H:%M:%S}",
        plain(visit.event(event["kind"])),
        event["account_reference"] or "",
        event["person_name"] or event["person_id"] or "",
        actor["name"] or actor["id"],
        plain(visit.text(f"page.audit.actor.{actor['kind']}")),
        event["sentence"] or visit.reason(event["reason"]),
        event["note"] or "",
        "; ".join(f"{plain(row.field)}: {plain(row.before)}" for row in rows if row.before),
        "; ".join(f"{plain(row.field)}: {plain(row.after)}" for row in rows if row.after),
        event["kind"],
        event["subject_id"] or "",
        str(event["id"]),
    ]

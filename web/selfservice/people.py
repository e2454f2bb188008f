"""Everyone with access to an account, whatever it comes from: on a page, and as a file."""

from collections.abc import AsyncIterator
from datetime import datetime

from fastapi import APIRouter
from fastapi.responses import Response, StreamingResponse

from runtime.csv_lines import BEGINNING, MEDIA_TYPE, csv_line
from web.api_client import Json
from web.queries import Cursor, Words
from web.selfservice.account import ACCOUNT, AccountVisit, OfAccount

router = APIRouter(prefix=ACCOUNT)
_SHOWN = 50
ORIGINS = ("register", "delegation", "number_verification", "operator")
_COLUMNS = ("name", "access", "since", "until", "why", "last_used")


def _search(q: str, origin: str) -> Json:
    """Return the search as the API takes it; what is left out is not asked for."""
    asked = {"name": q.strip() or None, "origin": origin or None}
    return {name: value for name, value in asked.items() if value is not None}


@router.get("/people")
async def people(
    visit: OfAccount, q: Words = "", origin: Words = "", after: Cursor = None
) -> Response:
    """Show everyone, found by name, and what each may do and why."""
    if origin and origin not in ORIGINS:
        origin = ""
    path = f"{visit.api_path}/people/search"
    found = await visit.api.search(path, _search(q, origin), after=after, limit=_SHOWN)
    about: Json = {"people": found, "q": q, "origin": origin, "origins": ORIGINS}
    if visit.is_part:
        return visit.part("selfservice/people.html", "people", **about)
    return visit.page("selfservice/people.html", **about)


@router.get("/people.csv")
async def people_as_csv(visit: OfAccount, q: Words = "", origin: Words = "") -> Response:
    """Download everyone, in the words of the page. One line for each grant."""
    asked = _search(q, origin if origin in ORIGINS else "")
    headers = {"Content-Disposition": 'attachment; filename="people.csv"'}
    first = await visit.api.search(f"{visit.api_path}/people/search", asked, limit=500)
    return StreamingResponse(_lines(visit, asked, first), media_type=MEDIA_TYPE, headers=headers)


async def _lines(visit: AccountVisit, asked: Json, page: Json) -> AsyncIterator[str]:
    """Yield the file's lines, page by page of the API's list."""
    yield BEGINNING + csv_line([visit.text(f"page.people.{each}") for each in _COLUMNS])
    while True:
        for person in page["items"]:
            for grant in person["grants"]:
                yield csv_line(_cells(visit, person, grant))
        if page["next"] is None:
            return
        path = f"{visit.api_path}/people/search"
        page = await visit.api.search(path, asked, limit=500, after=page["next"])


def _cells(visit: AccountVisit, person: Json, grant: Json) -> list[str]:
    return [
        person["name"] or person["number"] or visit.text("page.people.nameless"),
        f"{visit.role(grant['role'])}: {_on(visit, grant)}",
        _day(visit, grant["since"]),
        _last_day(visit, grant["until"]),
        grant["sentence"],
        _day(visit, person["last_used"]),
    ]


def _on(visit: AccountVisit, grant: Json) -> str:
    service = grant["service"]
    if service is None:
        hidden = grant["service_id"] is not None
        return visit.text(f"page.people.{'hidden_service' if hidden else 'whole_account'}")
    kind = visit.text(f"state.service_kind.{service['kind']}")
    return str(service["name"] or service["number"] or kind)


def _day(visit: AccountVisit, moment: str | None) -> str:
    if moment is None:
        return ""
    return visit.formats.day(moment if len(moment) == 10 else datetime.fromisoformat(moment))


def _last_day(visit: AccountVisit, until: str | None) -> str:
    """Return the last day on which there is access; ``until`` is when it is over."""
    return "" if until is None else visit.formats.day(visit.formats.last_day(until))

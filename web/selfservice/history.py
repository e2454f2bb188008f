"""What has happened, in plain sentences: to this person, and on one account."""

from dataclasses import dataclass

from fastapi import APIRouter
from fastapi.responses import Response

from web.api_client import Json
from web.queries import Cursor
from web.selfservice.account import ACCOUNT, OfAccount
from web.selfservice.visit import SelfserviceVisit
from web.theme.formats import name
from web.visit import Visit

router = APIRouter()
_SHOWN = 50


@dataclass(frozen=True, slots=True)
class Told:
    """An event as people read it."""

    at: str
    what: str
    who: str
    """Whose doing it was; empty where that is not told."""
    whom: str
    """About whom; empty: about nobody else than who reads."""
    why: str


@router.get("/history")
async def my_history(visit: SelfserviceVisit, after: Cursor = None) -> Response:
    """Show what happened to this person's own access and data, the newest first."""
    found = await visit.api.get("/v1/me/history", after=after, limit=_SHOWN)
    return _page(visit, found, "/history", is_mine=True)


@router.get(f"{ACCOUNT}/history")
async def account_history(visit: OfAccount, after: Cursor = None) -> Response:
    """Show what happened on an account, the newest first."""
    found = await visit.api.get(f"{visit.api_path}/history", after=after, limit=_SHOWN)
    return _page(visit, found, visit.of_account("/history"), is_mine=False)


def _page(visit: Visit, found: Json, path: str, *, is_mine: bool) -> Response:
    told = [_told(visit, each, is_mine=is_mine) for each in found["items"]]
    return visit.page(
        "selfservice/history.html", told=told, path=path, next=found["next"], is_mine=is_mine
    )


def _told(visit: Visit, event: Json, *, is_mine: bool) -> Told:
    return Told(
        event["happened_at"],
        visit.event(event["kind"]),
        _who(visit, event["actor"]),
        "" if is_mine else name(event["person_name"] or ""),
        event["sentence"] or visit.reason(event["reason"]),
    )


def _who(visit: Visit, actor: Json) -> str:
    if actor["name"]:
        return name(actor["name"])
    return visit.text(f"page.history.by_{actor['kind']}")

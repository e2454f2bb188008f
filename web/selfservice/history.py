"""What has happened, in plain sentences: to this person, and on one account."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from fastapi import APIRouter
from fastapi.responses import Response

from web.api_client import Json
from web.queries import Cursor
from web.selfservice.account import ACCOUNT, AccountVisit, OfAccount
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
    again: str = ""
    """Path of the page that gives again what has ended; empty: nothing has, or not by who reads."""


@router.get("/history")
async def my_history(visit: SelfserviceVisit, after: Cursor = None) -> Response:
    """Show what happened to this person's own access and data, the newest first."""
    found = await visit.api.get("/v1/me/history", after=after, limit=_SHOWN)
    told = [_told(visit, each, is_mine=True) for each in found["items"]]
    return _page(visit, told, found["next"], "/history", is_mine=True)


@router.get(f"{ACCOUNT}/history")
async def account_history(visit: OfAccount, after: Cursor = None) -> Response:
    """Show what happened on an account, the newest first."""
    found = await visit.api.get(f"{visit.api_path}/history", after=after, limit=_SHOWN)
    told = [
        replace(_told(visit, each, is_mine=False), again=_again(visit, each))
        for each in found["items"]
    ]
    return _page(visit, told, found["next"], visit.of_account("/history"), is_mine=False)


def _again(visit: AccountVisit, event: Json) -> str:
    if event["kind"] != "delegation:ended" or not (event["person_id"] and visit.may_give):
        return ""
    return visit.of_account(f"/people/give?again={event['subject_id']}")


def _page(
    visit: Visit, told: Sequence[Told], following: str | None, path: str, *, is_mine: bool
) -> Response:
    about: Json = {"told": told, "path": path, "next": following, "is_mine": is_mine}
    return visit.page("selfservice/history.html", **about)


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

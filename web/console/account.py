"""One account, as support sees it: whose it is, and everyone with access to it."""

from uuid import UUID

from fastapi import APIRouter
from fastapi.responses import Response

from web.api_client import Json
from web.console.support import SUPPORT
from web.console.visit import ConsoleVisit, StaffVisit
from web.forms import Form

router = APIRouter(prefix=f"{SUPPORT}/accounts/{{account_id}}")
_SHOWN = 50


@router.get("")
async def account(visit: StaffVisit, account_id: UUID) -> Response:
    """Show the account and its people. Whom staff are shown is an event, as the API does."""
    return await _page(visit, account_id, await visit.form())


@router.post("")
async def search(visit: StaffVisit, account_id: UUID) -> Response:
    """Show those of its people whose name has this in it, or more of them. It changes nothing."""
    return await _page(visit, account_id, await visit.sent())


async def _page(visit: ConsoleVisit, account_id: UUID, form: Form) -> Response:
    path = f"/v1/accounts/{account_id}"
    asked: Json = {"name": form["name"]} if form["name"] else {}
    found, people, frozen = await visit.with_staff(
        visit.api.get(path),
        visit.api.search(f"{path}/people/search", asked, after=form["after"], limit=_SHOWN),
        visit.api.get("/v1/ops/freezes", account_id=account_id),
    )
    about: Json = {"account": found, "people": people, "frozen": frozen}
    return visit.page("console/account.html", form=form, **about)

"""Invoices of one account, as staff see them: what is open, and the payment of each."""

from uuid import UUID

from fastapi import APIRouter
from fastapi.responses import Response

from web.console.support import SUPPORT
from web.console.visit import StaffVisit
from web.queries import Cursor

router = APIRouter(prefix=f"{SUPPORT}/accounts/{{account_id}}/invoices")
_SHOWN = 50


@router.get("")
async def listed(visit: StaffVisit, account_id: UUID, after: Cursor = None) -> Response:
    """List them, the newest first."""
    path = f"/v1/accounts/{account_id}"
    account, found = await visit.with_staff(
        visit.api.get(path),
        visit.api.get(f"{path}/invoices", after=after, limit=_SHOWN),
    )
    return visit.page("console/account_invoices.html", account=account, found=found)

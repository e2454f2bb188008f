"""The address of an account: leads to the first of its pages that this person may see."""

from fastapi import APIRouter
from fastapi.responses import Response

from web.selfservice.account import ACCOUNT, OfAccount
from web.selfservice.navigation import account_links

router = APIRouter(prefix=ACCOUNT)


@router.get("")
async def account(visit: OfAccount) -> Response:
    """Lead on; to the list of accounts where there is nothing to see."""
    _, *pages = account_links(visit)
    return visit.go(pages[0].path if pages else "/")

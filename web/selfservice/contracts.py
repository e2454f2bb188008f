"""The contracts of an account: a list, and each with its terms and documents."""

import asyncio
from uuid import UUID

from fastapi import APIRouter
from fastapi.responses import Response

from web.api_client import ApiProblem, Json
from web.forms import Form
from web.queries import Cursor, Words
from web.selfservice.account import ACCOUNT, AccountVisit, OfAccount, OfContract

router = APIRouter(prefix=f"{ACCOUNT}/contracts")
_SHOWN = 25
_SECONDS = 5
STATES = ("open", "all")
_MOVING = {"draft", "signed", "activating"}
"""States that end by themselves, soon."""
_KEPT = ("content-disposition", "content-language", "content-type", "etag")


@router.get("")
async def contracts(visit: OfAccount, state: Words = "open", after: Cursor = None) -> Response:
    """List the contracts, the newest first."""
    state = state if state in STATES else "open"
    asked = {"state": state, "after": after, "limit": _SHOWN}
    found = await visit.api.get(f"{visit.api_path}/contracts", **asked)
    return visit.page("selfservice/contracts.html", found=found, state=state)


@router.get("/{contract_id}")
@router.get("/{contract_id}/confirm")
@router.get("/{contract_id}/sign")
async def one(visit: OfContract, contract_id: UUID) -> Response:
    """Show one contract. While it is being made or set up the page asks again."""
    return await contract_page(visit, contract_id, await visit.form())


async def contract_page(
    visit: AccountVisit, contract_id: UUID, form: Form, *, status: int = 200, error: str = ""
) -> Response:
    """Return the page of a contract. ``error``: why what was asked for was not done."""
    contract, documents = await asyncio.gather(
        own_contract(visit, contract_id), _documents(visit, contract_id)
    )
    moves = contract["state"] in _MOVING
    about: Json = {"contract": contract, "documents": documents, "moves": moves, "error": error}
    if visit.is_part and not error:
        return visit.part("selfservice/contract.html", "progress", form=form, **about)
    visit.around.refresh = _SECONDS if moves else None
    return visit.page("selfservice/contract.html", status=status, form=form, **about)


async def own_contract(visit: AccountVisit, contract_id: UUID) -> Json:
    """Return a contract of the account that the path names; any other is none (404)."""
    contract = await visit.api.get(f"/v1/contracts/{contract_id}")
    visit.require_own(contract)
    return contract


async def _documents(visit: AccountVisit, contract_id: UUID) -> list[Json]:
    """Return its documents, the newest of each kind; none where they are another's to read."""
    try:
        found = await visit.api.get(f"/v1/contracts/{contract_id}/documents")
    except ApiProblem as problem:
        if problem.status != 404:
            raise
        return []
    return list({each["kind"]: each for each in found["items"]}.values())


@router.get("/{contract_id}/documents/{kind}")
async def document(visit: OfContract, contract_id: UUID, kind: str) -> Response:
    """Download a document, byte for byte as it was made."""
    found = await visit.api.file(f"/v1/contracts/{contract_id}/document", kind=kind)
    headers = {name: found.headers[name] for name in _KEPT if name in found.headers}
    return Response(found.content, headers=headers)

"""Extracts of call details: those that were made, and each with its files and how far it is."""

from uuid import UUID

from fastapi import APIRouter
from fastapi.responses import Response, StreamingResponse

from web.api_client import ApiProblem, Json, file_bytes
from web.forms import Form
from web.notices import Done
from web.queries import Cursor, Words
from web.selfservice.account import ACCOUNT, AccountVisit, OfAccount

router = APIRouter(prefix=f"{ACCOUNT}/extracts")
_SHOWN = 25
_SECONDS = 3
_KEPT = ("content-disposition", "content-length", "content-type")
_TO_MEND = {403, 409, 410, 422}
FORMATS = ("csv", "pdf")


@router.get("")
async def extracts(visit: OfAccount, after: Cursor = None) -> Response:
    """List the extracts that the reader sees, the newest first."""
    found = await visit.api.get(f"{visit.api_path}/extracts", after=after, limit=_SHOWN)
    return visit.page("selfservice/extracts.html", found=found)


@router.get("/{extract_id}")
async def one(visit: OfAccount, extract_id: UUID) -> Response:
    """Show one extract. While it is made the page asks again."""
    return await extract_page(visit, extract_id, await visit.form())


async def extract_page(
    visit: AccountVisit, extract_id: UUID, form: Form, *, status: int = 200, error: str = ""
) -> Response:
    """Return the page of an extract. ``error``: why what was asked for was not done."""
    extract = await visit.api.get(_api(visit, extract_id))
    moves = extract["state"] == "making"
    about: Json = {"extract": extract, "moves": moves, "form": form, "error": error}
    if visit.is_part and not error:
        return visit.part("selfservice/extract.html", "progress", **about)
    visit.around.refresh = _SECONDS if moves else None
    return visit.page("selfservice/extract.html", status=status, **about)


@router.get("/{extract_id}/file")
async def file(visit: OfAccount, extract_id: UUID, which: Words = "csv") -> Response:
    """Download a file of it, however long: its bytes are handed on as they come."""
    kind = which if which in FORMATS else FORMATS[0]
    try:
        found = await visit.api.large_file(f"{_api(visit, extract_id)}/file", format=kind)
    except ApiProblem as problem:
        if problem.status not in _TO_MEND:
            raise
        form = await visit.form()
        return await extract_page(visit, extract_id, form, status=422, error=problem.text)
    headers = {name: found.headers[name] for name in _KEPT if name in found.headers}
    return StreamingResponse(file_bytes(found), headers=headers)


@router.get("/{extract_id}/cancel")
@router.get("/{extract_id}/delete")
async def ask_to_end(visit: OfAccount, extract_id: UUID) -> Response:
    """Ask whether it is to be cancelled, or deleted; who may not is led to its page."""
    extract = await visit.api.get(_api(visit, extract_id))
    act = visit.request.url.path.rpartition("/")[2]
    if not extract[f"may_{act}"]:
        return visit.go(visit.of_account(f"/extracts/{extract_id}"))
    about: Json = {"extract": extract, "act": act, "form": await visit.form()}
    if visit.is_part:
        return visit.part("selfservice/end_extract.html", "main", **about)
    return visit.page("selfservice/end_extract.html", **about)


@router.post("/{extract_id}/cancel")
async def cancel(visit: OfAccount, extract_id: UUID) -> Response:
    """Cancel it while it is made."""
    form = await visit.sent()
    try:
        await visit.api.post(f"{_api(visit, extract_id)}/cancel", key=form.id)
    except ApiProblem as problem:
        if problem.status not in _TO_MEND:
            raise
        return await extract_page(visit, extract_id, form, status=422, error=problem.text)
    path = visit.of_account(f"/extracts/{extract_id}")
    return visit.go(path, Done("page.done.extract_cancelled"))


@router.post("/{extract_id}/delete")
async def delete(visit: OfAccount, extract_id: UUID) -> Response:
    """Delete it with its files. Of one that is somebody else's, or not there, that is said."""
    form = await visit.sent()
    try:
        await visit.api.delete(_api(visit, extract_id))
    except ApiProblem as problem:
        if problem.status == 404:
            return await _not_deleted(visit, extract_id, form)
        if problem.status not in _TO_MEND:
            raise
        return await extract_page(visit, extract_id, form, status=422, error=problem.text)
    return visit.go(visit.of_account("/extracts"), Done("page.done.extract_deleted"))


async def _not_deleted(visit: AccountVisit, extract_id: UUID, form: Form) -> Response:
    why = visit.text("page.extract.of_another")
    try:
        return await extract_page(visit, extract_id, form, status=422, error=why)
    except ApiProblem as problem:
        if problem.status != 404:
            raise
        return visit.go(visit.of_account("/extracts"), Done("page.done.extract_gone"))


def _api(visit: AccountVisit, extract_id: UUID) -> str:
    return f"{visit.api_path}/extracts/{extract_id}"

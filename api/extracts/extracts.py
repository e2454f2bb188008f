"""/v1/accounts/{id}/extracts/{id}: one extract, its files, and its end."""

from collections.abc import AsyncIterator
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import StreamingResponse
from starlette.concurrency import iterate_in_threadpool, run_in_threadpool

from api.delegations.requester import Acting, Requester
from api.extracts.schemas import Extract
from api.http import idempotency, problems
from api.http.broken_off import BrokenOff
from api.http.idempotency import Done, OnceOnly
from api.http.routes import GuardedRoute
from domain.call_details.extracts import FileFormat
from domain.documents.kinds import PDF
from runtime.csv_lines import MEDIA_TYPE
from services.extracts import acts
from services.extracts.acts import File, Own
from services.extracts.reads import seen_extract
from storage.extracts.extract_queries import Incomplete

router = APIRouter(
    prefix="/v1/accounts/{account_id}/extracts/{extract_id}",
    tags=["extracts"],
    route_class=GuardedRoute,
)
_CACHING = b"private, no-store"
_NOT_FOUND = problems.documented("not_found")
_TYPES = {FileFormat.CSV: MEDIA_TYPE, FileFormat.PDF: PDF}
_BYTES: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "The file. One that breaks off, as a transfer that is not complete, is not"
        " all of it.",
        "content": {
            each: {"schema": {"type": "string", "format": "binary"}} for each in ("text/csv", PDF)
        },
    }
}


@router.get("", operation_id="getExtract", responses=_NOT_FOUND)
async def get_extract(account_id: UUID, extract_id: UUID, who: Acting) -> Extract:
    """Return an extract, without its files. For whom: see the list."""
    found = await who.engine.read(
        lambda c: seen_extract(c, account_id, extract_id, who.person_id, who.approvals.zone)
    )
    return Extract.of(found)


@router.get(
    "/file",
    operation_id="getExtractFile",
    response_class=StreamingResponse,
    responses=_BYTES | problems.documented("extract_expired", "extract_not_ready", "not_found"),
)
async def get_extract_file(
    account_id: UUID,
    extract_id: UUID,
    who: Acting,
    request: Request,
    *,
    format_: Annotated[FileFormat, Query(alias="format")] = FileFormat.CSV,
) -> StreamingResponse:
    """Return a file of an extract. That it was handed over is an event of the account.

    For whoever made it, while they may see what it shows. Anyone else gets 404, as for a PDF that
    was not made. A CSV is UTF-8 with a byte order mark and `;` between cells. It has no formulas:
    text that a spreadsheet would calculate begins with `'`.
    """
    database = who.engine.database
    file = await run_in_threadpool(
        lambda: acts.open_file(
            database, _own(account_id, extract_id, who), format_, actor=who.actor
        )
    )
    request.state.cache_control = _CACHING
    terms = file.extract.terms
    name = f"call-details-{terms.from_day}-{terms.through_day}.{file.format}"
    headers = {
        "Content-Disposition": f'attachment; filename="{name}"',
        "Content-Length": str(file.size),
        "X-Content-Type-Options": "nosniff",
    }
    return StreamingResponse(_content(file), media_type=_TYPES[file.format], headers=headers)


@router.post(
    "/cancel",
    operation_id="cancelExtract",
    response_model=Extract,
    responses=problems.together(
        idempotency.RESPONSES, problems.documented("not_cancellable", "not_found")
    ),
)
async def cancel_extract(
    account_id: UUID, extract_id: UUID, who: Acting, once: OnceOnly
) -> Response:
    """Cancel an extract of one's own while it is made: what it has read is deleted."""

    async def carry_out(_: UUID) -> Done:
        await who.engine.write(
            lambda s: acts.cancel(s, _own(account_id, extract_id, who), actor=who.actor)
        )
        found = await who.engine.read(
            lambda c: seen_extract(c, account_id, extract_id, who.person_id, who.approvals.zone)
        )
        return Done(200, Extract.of(found).to_keep())

    return await once(who.admitted, carry_out, who.person_id)


@router.delete(
    "",
    operation_id="deleteExtract",
    status_code=204,
    responses=problems.documented("extract_not_ready", "not_found"),
)
async def delete_extract(account_id: UUID, extract_id: UUID, who: Acting) -> None:
    """Delete an extract of one's own, with its files. One that is being made: cancel it first."""
    await who.engine.write(
        lambda s: acts.delete(s, _own(account_id, extract_id, who), actor=who.actor)
    )


def _own(account_id: UUID, extract_id: UUID, who: Requester) -> Own:
    return Own(account_id, who.person_id, extract_id, who.approvals.zone)


async def _content(file: File) -> AsyncIterator[bytes]:
    try:
        async for chunk in iterate_in_threadpool(file.chunks):
            yield chunk
    except Incomplete:
        raise BrokenOff from None  # it was deleted, or fell due, meanwhile

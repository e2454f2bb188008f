"""/v1/accounts/{id}/extracts: the extracts of an account, a new one, and what may be asked for."""

from datetime import datetime
from uuid import UUID

from fastapi import APIRouter, Response

from api.delegations.requester import Acting
from api.extracts.inputs import ExtractInput
from api.extracts.schemas import Extract, ExtractChoice, ExtractChoices, ExtractPage
from api.http import accepted, pagination, problems
from api.http.idempotency import Done, OnceOnly
from api.http.routes import GuardedRoute
from api.requests.operations import Operation
from domain.call_details import extracts as limits
from services.extracts import reads
from services.extracts.ask import Asker, ask
from services.extracts.choices import read_choices
from storage.requests import operation_queries

router = APIRouter(
    prefix="/v1/accounts/{account_id}/extracts", tags=["extracts"], route_class=GuardedRoute
)
_Place = tuple[datetime, UUID]
_NOT_FOUND = problems.documented("not_found")
_ASKED = problems.together(
    accepted.RESPONSES,
    problems.documented(
        *("extract_level_refused", "extract_period_refused", "not_found", "not_permitted"),
        *("purpose_needed", "too_many_extracts"),
    ),
)


@router.get(
    "",
    operation_id="listExtracts",
    responses=pagination.RESPONSES | _NOT_FOUND,
)
async def list_extracts(account_id: UUID, who: Acting, *, page: pagination.Asked) -> ExtractPage:
    """List the extracts of an account, the newest first, without their files.

    One's own; with `call_details:view` on the account everybody's. Anyone without access to the
    account gets 404.
    """
    before = page.place("extracts", _Place)
    found = await who.engine.read(
        lambda c: reads.list_extracts(
            c,
            account_id,
            who.person_id,
            who.approvals.zone,
            before=before,
            limit=page.limit + 1,
        )
    )
    shown, following = page.cut(
        "extracts", found, lambda each: (each.extract.requested_at, each.extract.id)
    )
    return ExtractPage(items=[Extract.of(each) for each in shown], next=following)


@router.post(
    "",
    operation_id="createExtract",
    status_code=202,
    response_model=Operation,
    responses=_ASKED,
)
async def create_extract(
    account_id: UUID, wanted: ExtractInput, who: Acting, *, once: OnceOnly
) -> Response:
    """Ask for a file of call details; the operation's id is the extract's.

    Needs `call_details:request` on each service, or its number is your own. While it is made,
    `progress.done` of the operation are its rows so far. Only whoever asked may have the files,
    for a week, and while they may still see what these show. How many are made and kept at once is
    limited. Accepted also while Temporal is unavailable: a worker starts it later.
    """
    zone = who.approvals.zone

    async def carry_out(extract_id: UUID) -> Done:
        asker = Asker(account_id, who.person_id, who.actor)
        await ask(who.engine, extract_id, asker, wanted.asked(who.language), zone)
        shown = await who.engine.read(lambda c: operation_queries.get(c, extract_id))
        return accepted.accepted(f"/v1/operations/{extract_id}", Operation.of(shown))

    return await once(who.admitted, carry_out, who.person_id)


@router.get(
    "/choices",
    operation_id="getExtractChoices",
    responses=problems.documented("not_found", "not_permitted"),
)
async def get_extract_choices(account_id: UUID, who: Acting) -> ExtractChoices:
    """Say of which services the caller may ask for call details, how much of them, and the limits.

    Anyone without access to the account gets 404.
    """
    zone = who.approvals.zone
    found = await who.engine.read(lambda c: read_choices(c, account_id, who.person_id, zone))
    return ExtractChoices(
        services=[ExtractChoice.of(each) for each in found.services],
        more=found.has_more,
        levels=list(found.levels),
        today=found.today,
        oldest_day=limits.oldest_day(found.today),
        longest_days=limits.LONGEST.days,
        most_rows=limits.MOST_ROWS,
        pdf_most_rows=limits.PDF_MOST_ROWS,
    )

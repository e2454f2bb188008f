"""GET /v1/me/contracts: the caller's own contracts, such as a Mobiil-ID, on whichever account."""

from fastapi import APIRouter, Request
from starlette.concurrency import run_in_threadpool

from api.accounts.me import NOT_KNOWN, Acting
from api.contracts.account_contracts import Place
from api.contracts.schemas import Contract, ContractPage
from api.http import pagination
from api.http.dependencies import EngineDep, acting_person
from api.http.languages import negotiated
from api.http.routes import GuardedRoute
from services.contracts.reads import list_own_contracts

router = APIRouter(prefix="/v1/me", tags=["me"], route_class=GuardedRoute)


@router.get(
    "/contracts", operation_id="listMyContracts", responses=pagination.RESPONSES | NOT_KNOWN
)
async def list_my_contracts(
    request: Request, admitted: Acting, engine: EngineDep, page: pagination.Asked
) -> ContractPage:
    """List the contracts to which the calling person is party as a user, the newest first.

    Ended ones too, and also where they have no access to the account.
    """
    name = "my-contracts"
    person_id = await run_in_threadpool(acting_person, engine.database, admitted)
    found = await list_own_contracts(
        engine, person_id, before=page.place(name, Place), limit=page.limit + 1
    )
    shown, following = page.cut(
        name, found, lambda each: (each.contract.created_at, each.contract.id)
    )
    language = negotiated(request.headers.get("accept-language"))
    return ContractPage(items=[Contract.of(each, language) for each in shown], next=following)

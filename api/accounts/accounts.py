"""Accounts, as the operator's own systems tell of them."""

from datetime import UTC, datetime
from typing import Annotated, Literal
from uuid import UUID

import structlog
from fastapi import APIRouter, Depends, Response
from pydantic import Field
from starlette.concurrency import run_in_threadpool

from activities.registry.sync_runs import SyncRequest
from api.accounts.upsert import take_in
from api.auth.authorization import Allow, Authorized
from api.auth.principals import Scope
from api.http import problems
from api.http.accepted import Starter
from api.http.dependencies import Store
from api.http.problems import Problem, Responses
from api.http.routes import GuardedRoute
from api.http.schemas import RequestModel, ResponseModel, SingleLine
from api.http.validation_errors import ValidationIssue
from domain.audit import Actor
from domain.identifiers import CompanyKey, InvalidIdentifier, PersonKey
from services.temporal import StartWorkflow, TemporalUnavailable
from storage.accounts import queries
from storage.accounts.accounts import AccountFacts, put_accounts
from storage.database import Database
from workflows.registry.register_sync import RegisterSync, sync_id

log = structlog.get_logger(__name__)

router = APIRouter(prefix="/v1/accounts", tags=["accounts"], route_class=GuardedRoute)

SYSTEMS = Allow(scopes=(Scope.ACCOUNTS,))
REGISTER_CHECK = "Volitus-Register-Check"


class AccountOwner(RequestModel):
    """Whose account it is: a company by its registry code, a person by the personal code."""

    kind: Literal["company", "person"]
    country: str = Field(pattern="^[A-Z]{2}$", description="ISO 3166-1 alpha-2.")
    code: str = Field(min_length=1, max_length=256)

    def key(self) -> CompanyKey | PersonKey:
        """Validated. Raises Problem."""
        try:
            if self.kind == "company":
                return CompanyKey.of(self.country, self.code)
            return PersonKey.of(self.country, self.code, today=datetime.now(UTC).date())
        except InvalidIdentifier as error:
            raise Problem("invalid", errors=[ValidationIssue("/owner/code", str(error))]) from None


class AccountInput(RequestModel):
    """An account, as it is now."""

    reference: SingleLine = Field(
        min_length=1, max_length=100, description="The customer number that people know."
    )
    name: SingleLine = Field("", max_length=300)
    owner: AccountOwner
    status: Literal["active", "closed"] = "active"


class Account(ResponseModel):
    """An account, as it was taken in."""

    id: UUID
    reference: str
    name: str
    kind: str = Field(description="`private` or `business`.")
    status: str


_HEADERS = {
    REGISTER_CHECK: {
        "description": "`started`: the register was never asked about this company, and is now."
        " `postponed`: it will be, by the nightly check. Absent: there is no need to.",
        "schema": {"type": "string", "enum": ["started", "postponed"]},
    }
}


_RESPONSES: Responses = {
    200: {"description": "It was known; it is as told now.", "headers": _HEADERS},
    201: {"description": "It is new.", "model": Account, "headers": _HEADERS},
    **problems.documented("reference_taken"),
}


@router.put(
    "/{account_id}",
    operation_id="putAccount",
    responses=_RESPONSES,
)
async def put_account(
    account_id: UUID,
    told: AccountInput,
    admitted: Annotated[Authorized, Depends(SYSTEMS)],
    *,
    database: Store,
    starter: Starter,
    response: Response,
) -> Account:
    """Make an account be as told, and access to it follow at once. Repeating changes nothing.

    The whole of it: what is left out becomes empty.
    """
    facts = AccountFacts(account_id, told.reference, told.name, told.owner.key(), told.status)
    created, company_id = await run_in_threadpool(_put, database, facts, admitted.actor)
    if created:
        response.status_code = 201
    if company_id is not None:
        response.headers[REGISTER_CHECK] = await _check(starter, company_id)
    kind = "business" if told.owner.kind == "company" else "private"
    return Account(
        id=account_id, reference=told.reference, name=told.name, kind=kind, status=told.status
    )


def _put(database: Database, facts: AccountFacts, actor: Actor) -> tuple[bool, UUID | None]:
    created = take_in(database, lambda s: put_accounts(s, [facts], actor=actor), facts.id)
    with database.reading() as connection:
        return created, queries.company_never_asked_about(connection, facts.id)


async def _check(starter: StartWorkflow, company_id: UUID) -> str:
    """Let the register be asked about a new customer; once an hour is enough."""
    subject = f"{company_id}:{datetime.now(UTC):%Y-%m-%dT%HZ}"
    request = SyncRequest(source="company", subject=subject, company_ids=(company_id,))
    try:
        await starter(RegisterSync.run, request, sync_id(request.source, subject))
    except TemporalUnavailable:
        log.warning("register_check_postponed", company_id=str(company_id))
        return "postponed"
    return "started"

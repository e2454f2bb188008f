"""PUT /v1/accounts: the operator's systems create and update customer accounts."""

from datetime import UTC, datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Request, Response
from pydantic import Field

from api.auth.authorization import Allow, Authorized
from api.auth.principals import Scope
from api.http import problems
from api.http.problems import Problem, Responses
from api.http.routes import GuardedRoute
from api.http.schemas import RequestModel, ResponseModel, SingleLine
from api.http.validation_errors import ValidationIssue
from api.parts import parts_of
from domain.accounts import AccountKind, AccountStatus, OwnerKind
from domain.identifiers import CompanyKey, InvalidIdentifier, PersonKey
from services.accounts import put_records
from services.registry.start_sync import RegisterCheck
from storage.accounts.accounts import AccountFacts

router = APIRouter(prefix="/v1/accounts", tags=["accounts"], route_class=GuardedRoute)

SYSTEMS = Allow(scopes=(Scope.ACCOUNTS,))
REGISTER_CHECK = "Volitus-Register-Check"


class AccountOwner(RequestModel):
    """A company by its registry code, or a person by their personal code."""

    kind: OwnerKind
    country: str = Field(pattern="^[A-Z]{2}$", description="ISO 3166-1 alpha-2.")
    code: str = Field(
        min_length=1,
        max_length=256,
        description="Registry code of the company, or personal code of the person.",
    )

    def key(self) -> CompanyKey | PersonKey:
        """Return the validated key. Raises Problem."""
        try:
            if self.kind is OwnerKind.COMPANY:
                return CompanyKey.of(self.country, self.code)
            return PersonKey.of(self.country, self.code, today=datetime.now(UTC).date())
        except InvalidIdentifier as error:
            raise Problem("invalid", errors=[ValidationIssue("/owner/code", str(error))]) from None


class AccountInput(RequestModel):
    """An account as the operator has it."""

    reference: SingleLine = Field(
        min_length=1, max_length=100, description="The customer number that people know."
    )
    name: SingleLine = Field(
        "",
        max_length=300,
        description="Name of the account, for people.",
    )
    owner: AccountOwner = Field(description="Who owns the account.")
    status: AccountStatus = Field(
        AccountStatus.ACTIVE,
        description="Whether the account is in use.",
    )


class Account(ResponseModel):
    """An account as it is stored."""

    id: UUID
    reference: str
    name: str
    kind: AccountKind
    status: AccountStatus


_HEADERS = {
    REGISTER_CHECK: {
        "description": "`started`: the register is queried about this company, for the first time."
        " `postponed`: Temporal is unavailable, and a worker starts the query later. Absent: not"
        " needed.",
        "schema": {"type": "string", "enum": list(RegisterCheck)},
    }
}


_RESPONSES: Responses = {
    200: {"description": "The account exists and is up to date.", "headers": _HEADERS},
    201: {"description": "The account was created.", "model": Account, "headers": _HEADERS},
    **problems.documented("reference_taken"),
}


@router.put(
    "/{account_id}",
    operation_id="putAccount",
    responses=_RESPONSES,
)
async def put_account(
    account_id: UUID,
    account: AccountInput,
    admitted: Annotated[Authorized, Depends(SYSTEMS)],
    request: Request,
    response: Response,
) -> Account:
    """Create or update an account; access to it follows at once. Idempotent.

    Replaces the whole account: a field that is left out becomes empty.
    """
    owner = account.owner.key()
    facts = AccountFacts(account_id, account.reference, account.name, owner, account.status)
    parts, actor = parts_of(request), admitted.actor
    put = await put_records.put_account(parts.engine, facts, parts.departures, actor=actor)
    if put.created:
        response.status_code = 201
    if put.register_check is not None:
        response.headers[REGISTER_CHECK] = put.register_check
    return Account(
        id=account_id,
        reference=account.reference,
        name=account.name,
        kind=AccountKind.of_owner(owner),
        status=account.status,
    )

"""POST /v1/ops/accounts/lookups: staff find many accounts at once, by id or customer number."""

from typing import Annotated, Self
from uuid import UUID

from fastapi import APIRouter, Depends, Request
from pydantic import Field, model_validator

from api.auth.authorization import Allow, Authorized
from api.auth.principals import StaffRole
from api.http.dependencies import Store
from api.http.routes import GuardedRoute
from api.http.schemas import RequestModel, ResponseModel, SingleLine
from api.ops.searches import AccountFound
from api.parts import parts_of
from services.accounts import look_up

router = APIRouter(prefix="/v1/ops/accounts", tags=["support"], route_class=GuardedRoute)

_ROLES = (StaffRole.SUPPORT, StaffRole.OPS, StaffRole.MANDATE_OFFICER)
_LookingUp = Annotated[Authorized, Depends(Allow(roles=_ROLES, acts=True))]


class AccountNamed(RequestModel):
    """An account, by its id or its customer number. Exactly one."""

    id: UUID | None = Field(None, description="Id of the account.")
    reference: SingleLine | None = Field(
        None, min_length=1, max_length=40, description="The customer number."
    )

    @model_validator(mode="after")
    def _one(self) -> Self:
        if (self.id is None) is (self.reference is None):
            raise ValueError("Takes exactly one of its fields")
        return self


class AccountsNamed(RequestModel):
    """Several accounts, each by its id or its customer number."""

    accounts: list[AccountNamed] = Field(
        min_length=1, max_length=100, description="The accounts, in the order of the answers."
    )


class AccountLookedUp(ResponseModel):
    """What was found of one account."""

    account: AccountFound | None = Field(description="Null: there is none.")


class AccountsLookedUp(ResponseModel):
    """What was found of several accounts."""

    items: list[AccountLookedUp] = Field(
        description="One for each account, in the order of the request."
    )


async def _counted(asked: AccountsNamed, request: Request, admitted: _LookingUp) -> AccountsNamed:
    parts_of(request).limits.count_more(admitted.caller, len(asked.accounts) - 1)
    return asked


_Counted = Annotated[AccountsNamed, Depends(_counted)]


@router.post("/lookups", operation_id="lookUpAccounts")
def look_up_accounts(asked: _Counted, admitted: _LookingUp, database: Store) -> AccountsLookedUp:
    """Find up to 100 accounts at once, each by its id or its customer number.

    As `POST /v1/ops/accounts/search` for each. What does not exist is null, and the others are
    found all the same. Each account counts as a request in the caller's rate. One event,
    `accounts:looked_up`, says who looked and how many.
    """
    named = [each.id or each.reference or "" for each in asked.accounts]
    found = look_up.several(database, named, actor=admitted.actor)
    return AccountsLookedUp(
        items=[AccountLookedUp(account=AccountFound.of(each) if each else None) for each in found]
    )

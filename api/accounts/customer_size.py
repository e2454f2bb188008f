"""/v1/accounts/{id}/size: size of the account's owner, by which the law on contracts goes."""

from datetime import UTC, date, datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Response
from pydantic import AfterValidator, Field

from api.accounts.accounts import SYSTEMS
from api.auth.authorization import Allow, Authorized
from api.auth.principals import Scope, StaffRole
from api.http import problems
from api.http.dependencies import EngineDep
from api.http.problems import Responses
from api.http.routes import GuardedRoute
from api.http.schemas import RequestModel, ResponseModel
from domain.contracts import sizes
from domain.contracts.sizes import CustomerSize, SizeClass, SizeThatCounts, ToldSize
from services.accounts.customer_sizes import put_size, read_size

router = APIRouter(
    prefix="/v1/accounts/{account_id}/size", tags=["accounts"], route_class=GuardedRoute
)

_READERS = Allow(scopes=(Scope.ACCOUNTS,), roles=(StaffRole.SUPPORT, StaffRole.OPS))


def _not_in_future(as_of: date) -> date:
    if not sizes.is_knowable(as_of, datetime.now(UTC).date()):
        raise ValueError("nobody knows what size a customer will be")
    return as_of


class CustomerSizeInput(RequestModel):
    """Size of the owner of an account, as the operator has it."""

    size_class: SizeClass
    source: str = Field(
        pattern=f"^{sizes.SOURCE}$",
        description="Who says so: `declared`, `annual_report`, or another name, once and for all.",
    )
    as_of: Annotated[date, AfterValidator(_not_in_future)] = Field(
        description="The day as of which the size is known."
    )


class CustomerSizeShown(ResponseModel):
    """Size of the owner of an account that counts, and who says so."""

    size_class: SizeClass
    source: str | None = Field(
        description="Null: nobody has said, and the owner is taken for one whom the law protects."
    )
    as_of: date | None = Field(
        description="The day as of which the size is known. Null: it is not known."
    )

    @classmethod
    def of(cls, counts: SizeThatCounts) -> "CustomerSizeShown":
        """Return a size as it is answered."""
        known = counts.known
        return cls(
            size_class=counts.size_class,
            source=None if known is None else known.source,
            as_of=None if known is None else known.as_of,
        )


_RESPONSES: Responses = {
    200: {"description": "The size is known and up to date."},
    201: {"description": "The size was unknown before.", "model": CustomerSizeShown},
    **problems.documented("not_found", "size_not_of_owner", "size_outdated"),
}


@router.put("", operation_id="putCustomerSize", responses=_RESPONSES)
async def put_customer_size(
    account_id: UUID,
    told: CustomerSizeInput,
    admitted: Annotated[Authorized, Depends(SYSTEMS)],
    engine: EngineDep,
    response: Response,
) -> CustomerSizeShown:
    """Tell the size of an account's owner: whether the law protects them as it does consumers.

    The newest counts: one as of an earlier day than what is known is `size_outdated`, and one as
    of the same day replaces it. It is forgotten when the account gets another owner. Idempotent.
    """
    size = CustomerSize(told.size_class, told.source, told.as_of)
    if await put_size(engine, ToldSize(account_id, size), actor=admitted.actor):
        response.status_code = 201
    return CustomerSizeShown.of(SizeThatCounts(size.size_class, size))


@router.get("", operation_id="getCustomerSize", responses=problems.documented("not_found"))
async def get_customer_size(
    account_id: UUID, _admitted: Annotated[Authorized, Depends(_READERS)], engine: EngineDep
) -> CustomerSizeShown:
    """Return the size of an account's owner that counts, for staff and the operator's systems."""
    return CustomerSizeShown.of(await read_size(engine, account_id))

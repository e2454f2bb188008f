"""GET /v1/accounts/{id}/balance."""

from uuid import UUID

from fastapi import APIRouter
from pydantic import Field

from api.access.account_access import note_use
from api.billing.schemas import AsOf, MaybeStale, Money, Stale
from api.billing.viewer import RESPONSES, Reader, sights_of
from api.http.dependencies import Billing, EngineDep, Uses
from api.http.routes import GuardedRoute
from api.http.schemas import ResponseModel
from services.billing.balance import read_balance

router = APIRouter(prefix="/v1/accounts", tags=["billing"], route_class=GuardedRoute)


class Balance(ResponseModel):
    """The amount that an account owes."""

    as_of: AsOf
    stale: MaybeStale
    owed: Money = Field(description="Below zero: the operator owes it.")
    overdue: Money = Field(description="What of it is overdue.")


@router.get("/{account_id}/balance", operation_id="getBalance", responses=RESPONSES)
async def get_balance(
    account_id: UUID, admitted: Reader, engine: EngineDep, billing: Billing, uses: Uses
) -> Balance:
    """Return what an account owes.

    Requires `balance:view` on the account; for staff too. Anyone else gets 404.
    """
    known = await read_balance(engine, billing, account_id, sights_of(admitted))
    note_use(uses, admitted, account_id)
    return Balance(
        owed=Money.of(known.value.owed),
        overdue=Money.of(known.value.overdue),
        as_of=known.read_at,
        stale=Stale.of(known.stale),
    )

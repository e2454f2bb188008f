"""GET /v1/accounts/{id}/credit-limit and its history."""

from datetime import datetime
from uuid import UUID

from fastapi import APIRouter

from api.access.account_access import note_use
from api.auth.authorization import Authorized
from api.billing.credit_limit_schemas import (
    AccountCreditLimit,
    CreditLimit,
    CreditLimitChange,
    CreditLimitHistory,
    ServiceCreditLimit,
)
from api.billing.schemas import Stale
from api.billing.seen import services_seen
from api.billing.service_pages import page_of
from api.billing.viewer import RESPONSES, Reader
from api.http import pagination
from api.http.dependencies import Billing, Store, Uses
from api.http.routes import GuardedRoute
from api.http.sentences import reader_of
from domain.access.permissions import Permission
from domain.billing.credit_limit import LimitChange
from runtime.threads import on_thread
from services.billing import limits
from services.billing.billed_services import BilledServices
from services.billing.changeable_limits import changed_by
from services.billing.limit_changes import ChangeReader, ShownChange, shown
from storage.database import Database

router = APIRouter(
    prefix="/v1/accounts/{account_id}/credit-limit", tags=["billing"], route_class=GuardedRoute
)

_LIMITS, _HISTORY = "credit-limits", "credit-limit-history"
Place = tuple[datetime, str]


@router.get("", operation_id="getAccountCreditLimit", responses=pagination.RESPONSES | RESPONSES)
async def get_account_credit_limit(
    account_id: UUID,
    admitted: Reader,
    *,
    database: Store,
    billing: Billing,
    page: pagination.Asked,
    uses: Uses,
) -> AccountCreditLimit:
    """Return the credit limits of an account and of its services, with what of each is used.

    The account's own with `credit_limit:view` on the account; services with it on each. A caller
    who has it on nothing of the account gets 404. A service's limit is changed by an order.
    """
    permission, zone = Permission.CREDIT_LIMIT_VIEW, billing.zone
    await services_seen(database, admitted, account_id, permission, zone)
    note_use(uses, admitted, account_id)
    known = await billing.read(limits.limits_of(account_id))
    seen = await services_seen(database, admitted, account_id, permission, zone)
    uses_of = {id_: use for id_, use in known.value.services.items() if seen.sees(id_)}
    ids, following = page_of(page, _LIMITS, seen, uses_of)
    products = await on_thread(lambda: _products(database, admitted, account_id, seen, ids))
    return AccountCreditLimit(
        account=CreditLimit.of(known.value.account) if seen.sees_account else None,
        items=[
            ServiceCreditLimit.of_service(id_, seen.label(id_), uses_of[id_], products.get(id_))
            for id_ in ids
        ],
        next=following,
        as_of=known.value.as_of,
        stale=Stale.of(known.stale),
    )


@router.get(
    "/history",
    operation_id="listCreditLimitChanges",
    responses=pagination.RESPONSES | RESPONSES,
)
async def list_credit_limit_changes(
    account_id: UUID,
    admitted: Reader,
    *,
    database: Store,
    billing: Billing,
    page: pagination.Asked,
    uses: Uses,
) -> CreditLimitHistory:
    """List who changed which credit limit when, from what to what, and why, the newest first.

    With `credit_limit:history` on the account, or on single services, of which it is then. A caller
    who has it on nothing of the account gets 404. It begins where the account got its owner.
    """
    permission, zone = Permission.CREDIT_LIMIT_HISTORY, billing.zone
    await services_seen(database, admitted, account_id, permission, zone)
    note_use(uses, admitted, account_id)
    known = await billing.read(limits.history_of(account_id))
    seen = await services_seen(database, admitted, account_id, permission, zone)
    after = page.place(_HISTORY, Place)

    def read() -> tuple[list[ShownChange], str | None]:
        with database.reading() as connection:
            reader = ChangeReader(seen, reader_of(connection, admitted).person_id)
            left = known.value.changes if after is None else known.value.older_than(*after)
            changes = [each for each in left if reader.sees(each)]
            cut, following = page.cut(_HISTORY, changes[: page.limit + 1], _place)
            return shown(connection, account_id, reader, cut), following

    items, following = await on_thread(read)
    return CreditLimitHistory(
        items=[CreditLimitChange.of(each, seen.label(each.change.service_id)) for each in items],
        next=following,
        is_complete=known.value.is_whole,
        as_of=known.read_at,
        stale=Stale.of(known.stale),
    )


def _place(change: LimitChange) -> Place:
    return change.at, change.id


def _products(
    database: Database,
    admitted: Authorized,
    account_id: UUID,
    seen: BilledServices,
    service_ids: list[UUID],
) -> dict[UUID, str]:
    """Return the products by which this caller may change the limits of these services."""
    with database.reading() as connection:
        person_id = reader_of(connection, admitted).person_id
        if person_id is None or seen.sight.held is None:
            return {}
        return dict(changed_by(connection, account_id, person_id, seen, service_ids))

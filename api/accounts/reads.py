"""GET /v1/accounts/{id} and its services, with the caller's permissions."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends
from pydantic import Field

from api.access.account_access import note_use
from api.access.service_labels import sight_of
from api.accounts.accounts import Account
from api.accounts.services import Service
from api.auth.authorization import Allow, Authorized
from api.auth.principals import StaffRole
from api.http import pagination, problems
from api.http.dependencies import Store, Uses
from api.http.problems import Problem
from api.http.routes import GuardedRoute
from api.http.schemas import ResponseModel
from api.inventory.characteristics import Characteristic, visible
from domain.access.permissions import Permission
from domain.access.sight import Sight
from domain.delegations.basis import BasisKind
from domain.inventory.inventories import Inventory
from services.reviews.authority import reviews_as
from storage.accounts import account_queries, service_queries
from storage.accounts.account_queries import AccountRead
from storage.accounts.service_queries import ServiceRead
from storage.database import Connection
from storage.inventory import inventories

router = APIRouter(prefix="/v1", route_class=GuardedRoute)

VIEWERS = Allow(person=True, portal=True, roles=(StaffRole.SUPPORT, StaffRole.OPS))
Viewer = Annotated[Authorized, Depends(VIEWERS)]
_NOT_FOUND = problems.documented("not_found")


class VisibleAccount(Account):
    """An account, as the caller may see it."""

    company_code: str | None = Field(
        description="Registry code of its company. Null: a private account."
    )
    permissions: list[Permission] | None = Field(
        description="The caller's permissions on the whole account; empty: the caller has access to"
        " single services only. Null: the caller is staff."
    )
    manages_as: BasisKind | None = Field(
        description="On what authority the caller manages access to it in the owner's name: alone"
        " (`register`, `owner`), or together with others (`joint`). Who does has its review. Null:"
        " on none, or only what they pass on themselves."
    )


class VisibleService(Service):
    """A service, as the caller may see it."""

    number: str | None = Field(
        description="E.164. Null: it has none, or the caller has no `number:view` on it."
    )
    permissions: list[Permission] | None = Field(
        description="The caller's permissions on the service. Null: the caller is staff."
    )
    characteristics: list[Characteristic] = Field(
        description="What is known of the service, as far as the caller's permissions show it:"
        " `package:view`, `credit_limit:view`, `restriction:view`, `sim:view`, `internet:view`,"
        " `number:view`. Never a secret."
    )
    read_at: datetime | None = Field(
        description="When the network was read; null: it has not been. What it has taken since is"
        " in `has`."
    )


class ServicePage(ResponseModel):
    """A page of services."""

    items: list[VisibleService]
    next: str | None = Field(description="`after` for the next page; null: this is the last.")


@router.get(
    "/accounts/{account_id}", operation_id="getAccount", responses=_NOT_FOUND, tags=["accounts"]
)
def get_account(account_id: UUID, admitted: Viewer, database: Store, uses: Uses) -> VisibleAccount:
    """Return an account to which the caller has access, also where it is to a single service."""
    with database.reading() as connection:
        account, sight = account_seen(connection, admitted, account_id)
        person = admitted.person
        manages_as = None if person is None else reviews_as(connection, account_id, person)
    note_use(uses, admitted, account_id)
    return VisibleAccount(
        id=account.id,
        reference=account.reference,
        name=account.name,
        kind=account.kind,
        status=account.status,
        company_code=account.company_code,
        permissions=sight.permissions(),
        manages_as=manages_as,
    )


@router.get(
    "/accounts/{account_id}/services",
    operation_id="listAccountServices",
    responses=pagination.RESPONSES | _NOT_FOUND,
    tags=["accounts"],
)
def list_account_services(
    account_id: UUID, admitted: Viewer, database: Store, uses: Uses, page: pagination.Asked
) -> ServicePage:
    """List the services of an account, ended ones too, ordered by id.

    Shows the services on which the caller has `service:view`. A caller who has it on none gets 404.
    """
    after = page.place("account-services", UUID)
    with database.reading() as connection:
        _, sight = account_seen(connection, admitted, account_id)
        only = sight.services()
        if only is not None and not only:
            raise Problem("not_found")
        rows = service_queries.services_of(
            connection, account_id, only=only, after=after, limit=page.limit + 1
        )
        known = inventories.of_services(connection, [row.id for row in rows])
    note_use(uses, admitted, account_id)
    shown, following = page.cut("account-services", rows, lambda row: row.id)
    return ServicePage(
        items=[visible_service(row, known[row.id], sight) for row in shown], next=following
    )


def account_seen(
    connection: Connection, admitted: Authorized, account_id: UUID
) -> tuple[AccountRead, Sight]:
    """Return the account and what the caller sees of it. Raises Problem where that is nothing."""
    found = account_queries.account(connection, account_id)
    sight = sight_of(connection, admitted, account_id)
    if found is None or not sight.sees_account:
        raise Problem("not_found")
    return found, sight


def visible_service(service: ServiceRead, inventory: Inventory, sight: Sight) -> VisibleService:
    return VisibleService(
        id=service.id,
        account_id=service.account_id,
        kind=service.kind,
        number=service.number if sight.sees(Permission.NUMBER_VIEW, service.id) else None,
        name=service.name,
        status=service.status,
        permissions=sight.permissions(service.id),
        characteristics=visible(inventory, service.id, sight),
        read_at=inventory.read_at,
    )

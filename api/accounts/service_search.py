"""POST /v1/accounts/{id}/services/search: find services by name, number, kind, state or package."""

from uuid import UUID

from fastapi import APIRouter
from pydantic import Field

from api.access.account_access import note_use
from api.accounts.reads import ServicePage, Viewer, account_seen, visible_service
from api.http import pagination, problems
from api.http.dependencies import Store, Uses
from api.http.problems import Problem
from api.http.routes import GuardedRoute
from api.http.schemas import RequestModel, SingleLine
from domain.access.permissions import Permission
from domain.accounts import ServiceKind, ServiceStatus
from storage.accounts import service_search
from storage.accounts.service_search import SeenServices, ServiceFilter
from storage.inventory import inventories

router = APIRouter(prefix="/v1/accounts", tags=["accounts"], route_class=GuardedRoute)


class ServiceSearch(RequestModel):
    """Which services to list: those for which all of these hold."""

    words: SingleLine | None = Field(
        None,
        max_length=100,
        description="Part of the service's name, or of its number where the caller sees it.",
    )
    kind: ServiceKind | None = Field(
        None,
        description="Only services of this kind. Left out: any.",
    )
    status: ServiceStatus | None = Field(
        None,
        description="Only services with this status. Left out: any.",
    )
    package: SingleLine | None = Field(
        None, max_length=200, description="One of `packages`. Needs `package:view` on the service."
    )


class FoundServices(ServicePage):
    """A page of the services that were found."""

    packages: list[str] = Field(
        description="What the caller may search for: packages of the account's services that have"
        " not ended."
    )


@router.post(
    "/{account_id}/services/search",
    operation_id="searchAccountServices",
    responses=pagination.RESPONSES | problems.documented("not_found"),
)
def search_account_services(
    account_id: UUID,
    search: ServiceSearch,
    admitted: Viewer,
    database: Store,
    uses: Uses,
    *,
    page: pagination.Asked,
) -> FoundServices:
    """List the services of an account that fit, by name and then by number, ended ones last.

    The number stands in the body, since URLs end up in logs. `next` of a page is for the same
    search. Shows the services on which the caller has `service:view`. A caller who has it on none
    gets 404.
    """
    after = page.place("found-services", UUID)
    which = ServiceFilter(search.words, search.kind, search.status, search.package)
    with database.reading() as connection:
        _, sight = account_seen(connection, admitted, account_id)
        only = sight.services()
        if only is not None and not only:
            raise Problem("not_found")
        seen = SeenServices(
            only,
            sight.services(Permission.NUMBER_VIEW),
            sight.services(Permission.PACKAGE_VIEW),
        )
        rows = service_search.found(
            connection, account_id, which, seen, after=after, limit=page.limit + 1
        )
        known = inventories.of_services(connection, [row.id for row in rows])
        packages = service_search.packages(connection, account_id, seen)
    note_use(uses, admitted, account_id)
    shown, following = page.cut("found-services", rows, lambda row: row.id)
    items = [visible_service(row, known[row.id], sight) for row in shown]
    return FoundServices(items=items, next=following, packages=packages)

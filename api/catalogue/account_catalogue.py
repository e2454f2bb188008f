"""GET /v1/accounts/{id}/catalogue: what the caller may order for a service now."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Header, Query, Response

from api.access.account_access import note_use
from api.access.service_labels import sight_of
from api.auth.authorization import Allow, Authorized
from api.catalogue.schemas import Catalogue, OfferedProduct
from api.http import problems
from api.http.dependencies import Store, Uses
from api.http.languages import negotiated
from api.http.problems import Problem
from api.http.routes import GuardedRoute
from api.http.sentences import reader_of
from domain.access.permissions import Permission
from domain.access.sight import Sight
from domain.catalogue.offers import offers
from services.orders.orderer import Orderer
from storage.catalogue import hosts, products
from storage.database import Connection

router = APIRouter(prefix="/v1/accounts", tags=["orders"], route_class=GuardedRoute)

WHO_ORDERS = Allow(person=True, portal=True)
Asked = Annotated[UUID, Query(description="The service that something is ordered for.")]
Preferred = Annotated[
    str | None, Header(description="`et`, `ru` or `en`, with quality values. Default: English.")
]


@router.get(
    "/{account_id}/catalogue",
    operation_id="getAccountCatalogue",
    responses=problems.documented("not_found"),
)
def get_account_catalogue(
    account_id: UUID,
    service: Asked,
    admitted: Annotated[Authorized, Depends(WHO_ORDERS)],
    database: Store,
    uses: Uses,
    *,
    response: Response,
    accept_language: Preferred = None,
) -> Catalogue:
    """List the products: what the caller may order for a service now, and why not the rest.

    Requires `service:view` on the service. Anyone else gets 404. Texts are in the language that
    `Accept-Language` asks for. An order is checked again when it is placed.
    """
    language = negotiated(accept_language)
    with database.reading() as connection:
        sight = sight_of(connection, admitted, account_id)
        if not sight.sees(Permission.SERVICE_VIEW, service):
            raise Problem("not_found")
        catalogue = products.current(connection).values()
        host = hosts.host(connection, account_id, service, catalogue)
        if host is None:
            raise Problem("not_found")
        orderer = _orderer(connection, admitted, account_id, sight)
        made = offers(catalogue, host, lambda each: orderer.confirmation_of(each, service))
    note_use(uses, admitted, account_id)
    response.headers["Content-Language"] = language.value
    response.headers["Vary"] = "Accept-Language"
    return Catalogue(items=[OfferedProduct.of(each, language) for each in made])


def _orderer(
    connection: Connection, admitted: Authorized, account_id: UUID, sight: Sight
) -> Orderer:
    person_id = reader_of(connection, admitted).person_id
    if person_id is None or sight.held is None:
        raise Problem("not_found")
    return Orderer.of(connection, account_id, person_id, sight.held)

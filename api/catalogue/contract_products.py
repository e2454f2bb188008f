"""GET /v1/accounts/{id}/contract-products: what is had by a contract, and on which terms."""

from typing import Annotated, Self
from uuid import UUID

from fastapi import APIRouter, Depends, Response
from pydantic import Field

from api.access.service_labels import sight_of
from api.auth.authorization import Authorized
from api.catalogue.account_catalogue import WHO_ORDERS, Preferred
from api.catalogue.schemas import Parameter, Price
from api.http import problems
from api.http.dependencies import Store
from api.http.languages import negotiated
from api.http.problems import Problem
from api.http.routes import GuardedRoute
from api.http.schemas import ResponseModel
from domain.access.permissions import Permission
from domain.access.sight import Sight
from domain.accounts import ServiceKind
from domain.catalogue.contract_terms import Agreement, ContractTerms, Party
from domain.catalogue.products import Product
from domain.numbers.sms_texts import Language
from storage.catalogue import products

router = APIRouter(prefix="/v1/accounts", tags=["contracts"], route_class=GuardedRoute)


class ContractProduct(ResponseModel):
    """A product that a contract starts, and its terms."""

    id: str
    version: str = Field(description="Version of the product: its terms never change.")
    name: str
    kind: ServiceKind = Field(description="Kind of the service that starts.")
    needs_number: bool = Field(description="The contract names the number that the service gets.")
    host: ServiceKind | None = Field(description="Kind of the service that it rests on, if on any.")
    months: list[int] = Field(description="Committed terms to choose from; 0: none.")
    lasts_years: int | None = Field(description="It ends by itself after so many; null: it lasts.")
    minimum_age: int | None = Field(
        description="Age in years from which a person may have it. Null: any."
    )
    agreement: Agreement
    party: Party
    parameters: list[Parameter] = Field(description="What a contract of it states.")
    prices: list[Price]
    may_start: bool = Field(description="Whether the caller may start one on the whole account.")

    @classmethod
    def of(cls, product: Product, terms: ContractTerms, sight: Sight, language: Language) -> Self:
        """Return the product as this caller may start a contract of it."""
        kind = min(product.kinds)
        return cls(
            id=product.id,
            version=product.version,
            name=product.name[language],
            kind=kind,
            needs_number=kind.owns_number,
            host=terms.host,
            months=list(terms.months),
            lasts_years=terms.lasts_years,
            minimum_age=terms.minimum_age,
            agreement=terms.agreement,
            party=terms.party,
            parameters=[
                Parameter.of(each, language)
                for each in product.characteristics
                if each.is_configurable
            ],
            prices=[Price.of(each) for each in product.prices],
            may_start=sight.sees(product.permission),
        )


class ContractProducts(ResponseModel):
    """Every product that is had by a contract, by id."""

    items: list[ContractProduct]


@router.get(
    "/{account_id}/contract-products",
    operation_id="listContractProducts",
    responses=problems.documented("not_found"),
)
def list_contract_products(
    account_id: UUID,
    admitted: Annotated[Authorized, Depends(WHO_ORDERS)],
    database: Store,
    *,
    response: Response,
    accept_language: Preferred = None,
) -> ContractProducts:
    """List the products that are had by a contract, and which of them the caller may start.

    Requires `contract:view` on the account. Anyone else gets 404. Texts are in the language that
    `Accept-Language` asks for. What may be started is judged again when it is.
    """
    language = negotiated(accept_language)
    with database.reading() as connection:
        sight = sight_of(connection, admitted, account_id)
        if not sight.sees(Permission.CONTRACT_VIEW):
            raise Problem("not_found")
        found = products.current(connection)
    response.headers["Content-Language"] = language.value
    response.headers["Vary"] = "Accept-Language"
    return ContractProducts(
        items=[
            ContractProduct.of(product, product.contract, sight, language)
            for _, product in sorted(found.items())
            if product.contract is not None and product.is_orderable
        ]
    )

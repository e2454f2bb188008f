"""What people know contracts by: the product's name, and the numbers and names of the services."""

from collections.abc import Iterable, Mapping
from typing import Self
from uuid import UUID

from domain.access.permissions import Permission
from domain.accounts import ServiceLabel
from domain.catalogue.products import Product
from domain.numbers.sms_texts import Language
from services.contracts.sight import ContractSight
from storage.accounts import service_queries
from storage.accounts.service_queries import ServiceRead
from storage.catalogue import products
from storage.contracts.rows import StoredContract
from storage.database import Connection


class ContractLabels:
    """Labels of some contracts, read at once."""

    def __init__(
        self,
        products_: Mapping[tuple[str, str | None], Product],
        services: Mapping[UUID, ServiceRead],
    ) -> None:
        self._products = products_
        self._services = services

    @classmethod
    def read(cls, connection: Connection, contracts: Iterable[StoredContract]) -> Self:
        """Read what these contracts are about."""
        contracts = list(contracts)
        services = service_queries.labels(
            connection,
            {each.account_id for each in contracts},
            {id_ for each in contracts for id_ in each.service_ids},
        )
        return cls(_products(connection, contracts), services)

    def product(self, contract: StoredContract) -> Mapping[Language, str]:
        """Return the product's name in each language; empty where the catalogue has none."""
        found = self._products.get((contract.product, contract.product_version))
        return {} if found is None else found.name

    def services(self, contract: StoredContract, sight: ContractSight) -> list[ServiceLabel]:
        """Return its services' labels, with the numbers that the reader may see."""
        found = [self._services[each] for each in contract.service_ids if each in self._services]
        is_whole = sight.person_id is None or sight.is_own(contract)
        return [
            each.label(with_number=is_whole or sight.sight.sees(Permission.NUMBER_VIEW, each.id))
            for each in found
        ]


def _products(
    connection: Connection, contracts: Iterable[StoredContract]
) -> Mapping[tuple[str, str | None], Product]:
    """Return the products by id and version. Of a told contract, which has none: the current."""
    wanted = {(each.product, each.product_version) for each in contracts}
    current = products.current(connection) if any(v is None for _, v in wanted) else {}
    found = {
        (id_, version): current.get(id_)
        if version is None
        else products.read(connection, id_, version)
        for id_, version in wanted
    }
    return {key: product for key, product in found.items() if product is not None}

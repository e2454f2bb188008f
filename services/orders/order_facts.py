"""Look up what the texts of orders say: names of products, labels of services, of now."""

from collections.abc import Collection, Mapping, Sequence
from uuid import UUID
from zoneinfo import ZoneInfo

from domain.approvals import order_acts
from domain.approvals.acts import Act
from domain.approvals.order_acts import OrderedItem
from domain.catalogue.products import Product
from domain.days import day_of
from runtime.order_act_texts import ItemFacts, OrderFacts
from storage.accounts import account_queries, service_queries
from storage.accounts.service_queries import ServiceRead
from storage.catalogue import products
from storage.database import Connection


def read_facts(connection: Connection, acts: Sequence[Act], zone: ZoneInfo) -> list[OrderFacts]:
    """Return what the text of each of these acts of placing an order says."""
    if not acts:
        return []
    ordered = [order_acts.ordered_by(act) for act in acts]
    items = [item for each in ordered for item in each.items]
    accounts = {act.account_id for act in acts}
    names = account_queries.names(connection, accounts)
    services = service_queries.labels(connection, accounts, {item.service_id for item in items})
    known = {(item.product, item.product_version) for item in items}
    found = read_products(connection, known)
    return [
        OrderFacts(
            names.get(act.account_id, ""),
            tuple(
                _item(item, found[item.product, item.product_version], services)
                for item in each.items
            ),
            None if each.begins_at is None else day_of(each.begins_at, zone),
        )
        for act, each in zip(acts, ordered, strict=True)
    ]


def _item(item: OrderedItem, product: Product, services: Mapping[UUID, ServiceRead]) -> ItemFacts:
    service = services.get(item.service_id)
    if service is None:
        return ItemFacts(item, product.name, str(item.service_id), None, units_of(product))
    label = " ".join(filter(None, (service.name, service.number)))
    return ItemFacts(item, product.name, label, service.kind, units_of(product))


def read_products(
    connection: Connection, keys: Collection[tuple[str, str]]
) -> Mapping[tuple[str, str], Product]:
    """Return these products, each by its id and version. Raises LookupError for an unknown one.

    A version that was published is never forgotten.
    """
    found = {}
    for key in sorted(set(keys)):
        product = products.read(connection, *key)
        if product is None:
            raise LookupError("an order names a product that was never published")
        found[key] = product
    return found


def units_of(product: Product) -> Mapping[str, str]:
    """Return the units of a product's characteristics, by name."""
    units: dict[str, str] = {}
    for spec in product.characteristics:
        for unit in (*(v.unit for v in spec.values), *(r.unit for r in spec.ranges)):
            if unit is not None:
                units[spec.name] = unit
    return units

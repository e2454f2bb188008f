"""By which product somebody may change the credit limit of a service."""

from collections.abc import Collection, Mapping
from dataclasses import replace
from functools import cache
from uuid import UUID

from domain.billing.credit_limit import product_setting_it
from services.billing.billed_services import BilledServices
from services.orders.orderer import Orderer
from storage.catalogue import products
from storage.database import Connection


def changed_by(
    connection: Connection,
    account_id: UUID,
    person_id: UUID,
    seen: BilledServices,
    service_ids: Collection[UUID],
) -> Mapping[UUID, str]:
    """Return ids of products, by service: those that this person may order, alone or with others.

    Whether the service can have it now is said by the catalogue of the service.
    """
    catalogue = products.current(connection).values()
    orderer = Orderer.of(connection, account_id, person_id, seen.sight.held or ())
    orderer = replace(orderer, acts_jointly=cache(orderer.acts_jointly))  # one query, not one each
    found = {}
    for id_ in service_ids:
        service = seen.services.get(id_)
        if service is None:
            continue
        product = product_setting_it(catalogue, service.kind, service.status)
        if product is not None and orderer.confirmation_of(product, id_) is not None:
            found[id_] = product.id
    return found

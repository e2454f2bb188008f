"""Judge a request for an order in its own transaction: what each product makes of its item."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any
from uuid import UUID

from domain.catalogue import orderability, parameters
from domain.catalogue.actions import ItemAction
from domain.catalogue.orderability import HostService
from domain.catalogue.products import Confirmation, Product
from domain.inventory import characteristics
from domain.orders.giving import NUMBER_GIVEN
from domain.orders.planning import planned
from domain.orders.refusals import OrderRefusal, OrderRejected
from domain.orders.requests import RequestedItem
from services.orders.giving_services import giving
from services.orders.orderer import NotPermitted, Orderer
from storage.orders.ordered_services import OrderedService
from storage.orders.placing import JudgedItem


@dataclass(frozen=True, slots=True)
class Judged:
    """A judged item, and the secrets among its parameters."""

    item: JudgedItem
    secrets: Mapping[str, str] = field(default_factory=dict, repr=False)


class Judge:
    """Judges the items of one order on one account."""

    def __init__(
        self,
        products: Mapping[str, Product],
        services: Mapping[UUID, OrderedService],
        account_id: UUID | None,
        orderer: Orderer,
    ) -> None:
        self._products = products
        self._services = services
        self._account_id = account_id
        self._orderer = orderer
        self._values: dict[UUID, dict[str, Any]] = {}
        """What each service should be once the items before are completed."""

    def judge(self, wanted: RequestedItem) -> Judged:
        """Judge an item; those that come before it in the order must have been judged.

        Raises NotPermitted.
        """
        try:
            return self._judged(wanted)
        except OrderRejected as rejected:
            known = self._service_of(wanted)
            item = JudgedItem(
                wanted,
                None if known is None else known.id,
                wanted.product_version,
                {},
                rejection=rejected.rejection,
            )
            return Judged(item)

    def _judged(self, wanted: RequestedItem) -> Judged:
        product = self._product_of(wanted)
        service = self._service_of(wanted)
        if service is None:
            raise OrderRejected(self._why_unknown(wanted))
        self._require_permitted(product, service)
        values = self._values_of(service)
        held = orderability.products_of(self._products.values(), service.kind, values)
        host = HostService(service.kind, service.status, values, held, service.has_contract)
        refusal = orderability.why_not(product, wanted.action, host)
        if refusal is not None:
            raise OrderRejected(refusal.refusal, refusal.about)
        complete = parameters.complete(product, wanted.action, wanted.parameters, values)
        self._values[service.id] = {**values, **complete}
        confirm = self._require_permitted(product, service, complete)
        given = giving(product, service, complete, self._services, self._orderer)
        if given is None:
            return _taken(wanted, product, service.id, complete, confirm)
        # The number is part of what is confirmed: another one is another order.
        complete = complete | {NUMBER_GIVEN: given.number}
        taken = _taken(wanted, product, service.id, complete, confirm)
        item = replace(
            taken.item, other_service_id=given.service_id, giver_confirms=given.owner_confirms
        )
        return replace(taken, item=item)

    def _product_of(self, wanted: RequestedItem) -> Product:
        product = self._products.get(wanted.product or "")
        if product is None or wanted.product_version not in {None, product.version}:
            raise OrderRejected(OrderRefusal.PRODUCT_UNKNOWN)
        return product

    def _service_of(self, wanted: RequestedItem) -> OrderedService | None:
        found = None if wanted.service_id is None else self._services.get(wanted.service_id)
        if found is None or found.account_id != self._account_id:
            return None
        product = self._products.get(wanted.product or "")
        return found if self._orderer.knows(found.id, product) else None

    def _why_unknown(self, wanted: RequestedItem) -> OrderRefusal:
        if wanted.service_id is None and "serviceId" not in wanted.document:
            return OrderRefusal.SERVICE_MISSING
        # Whether there is a service on another account is told to the operator only.
        is_there = wanted.service_id in self._services
        if is_there and self._orderer.person_id is None:
            return OrderRefusal.OTHER_ACCOUNT
        return OrderRefusal.SERVICE_UNKNOWN

    def _require_permitted(
        self, product: Product, service: OrderedService, complete: Mapping[str, Any] | None = None
    ) -> Confirmation:
        """Return whose confirmation this orderer needs. Raises NotPermitted."""
        confirm = self._orderer.confirmation_of(product, service.id, complete)
        if confirm is not None:
            return confirm
        if self._orderer.person_id is None:
            raise OrderRejected(OrderRefusal.PERSON_NEEDED)
        raise NotPermitted(product.permission)

    def _values_of(self, service: OrderedService) -> dict[str, Any]:
        if service.id not in self._values:
            should_be = characteristics.should_be(service.wanted, service.told)
            self._values[service.id] = {**service.promised, **should_be}
        return self._values[service.id]


def _taken(
    wanted: RequestedItem,
    product: Product,
    service_id: UUID,
    complete: Mapping[str, Any],
    confirm: Confirmation,
) -> Judged:
    secrets = {name: value for name, value in complete.items() if name in characteristics.SECRETS}
    is_left = wanted.action is ItemAction.NO_CHANGE
    item = JudgedItem(
        wanted,
        service_id,
        product.version,
        {name: value for name, value in complete.items() if name not in secrets},
        steps=[] if is_left else planned(product, wanted.action),
        prices=product.prices_of(wanted.action, complete),
        expected=timedelta() if is_left else product.expected,
        confirm=Confirmation.NOTHING if is_left else confirm,
        is_urgent=product.is_urgent,
        permission=product.permission,
    )
    return Judged(item, {name: str(value) for name, value in secrets.items()})

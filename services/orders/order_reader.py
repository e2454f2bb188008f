"""Show orders of one account to one viewer: labels, products, and what they may see of these."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from domain.access.permissions import Permission
from domain.accounts import ServiceLabel
from domain.catalogue.products import Product
from domain.inventory import characteristics
from domain.orders.states import OrderState
from domain.orders.waiting import ItemWait, OrderFacts, OrderWait, item_waits_for, order_waits_for
from services.orders import order_facts
from services.orders.sight import OrderSight
from storage.accounts import account_queries, service_queries
from storage.approvals.rows import OpenApproval
from storage.database import Connection
from storage.orders.order_views import ItemView, OrderView


@dataclass(frozen=True, slots=True)
class ShownItem:
    """An item, as a viewer may see it."""

    view: ItemView
    product: Product | None
    """None: it was rejected, and names no product that there is."""
    service: ServiceLabel | None
    parameters: Mapping[str, Any]
    waits_for: ItemWait | None


class OrderReader:
    """What orders of one account need to be shown to one viewer."""

    def __init__(
        self,
        connection: Connection,
        sight: OrderSight,
        account_id: UUID | None,
        items: Sequence[ItemView],
    ) -> None:
        accounts = [] if account_id is None else [account_id]
        account = account_queries.account(connection, accounts[0]) if accounts else None
        self._sight = sight
        self._is_private = account is not None and account.company_id is None
        ids = {item.service_id for item in items if item.service_id is not None}
        self._services = service_queries.labels(connection, accounts, ids)
        known = {
            (item.product, item.product_version)
            for item in items
            if item.state is not OrderState.REJECTED and item.product and item.product_version
        }
        self._products = order_facts.read_products(connection, known)

    def item(self, order: OrderView, item: ItemView) -> ShownItem:
        """Show an item of an order."""
        service = self._services.get(item.service_id) if item.service_id else None
        label = None
        if service is not None:
            sees = self._sight.sees_parameter(order, Permission.NUMBER_VIEW, service.id)
            label = service.label(with_number=sees)
        done = {each.number for each in order.items if each.state is OrderState.COMPLETED}
        waits_for = item_waits_for(
            item.state,
            order_is_begun=order.began_at is not None,
            is_behind=not done.issuperset(item.after),
            step_waits_for=item.waits_for,
        )
        product = self._products.get((item.product or "", item.product_version or ""))
        return ShownItem(item, product, label, self._parameters(order, item), waits_for)

    def waits_for(
        self, order: OrderView, approval: OpenApproval | None, now: datetime
    ) -> OrderWait | None:
        """Return what an order waits for, as the viewer is told."""
        facts = OrderFacts(
            order.state,
            order.confirm,
            is_confirmed=order.confirmed_at is not None,
            waits_for_giver=order.giver_confirms and order.giver_confirmed_at is None,
            is_begun=order.began_at is not None,
            starts_at=order.requested_start_at,
            depends_on_other=bool(order.depends_on),
            is_private=self._is_private,
            waits_for_contract=order.waits_for_contract,
            approval=approval.state if approval else None,
            has_confirmed=approval is not None and approval.has_confirmed,
        )
        return order_waits_for(facts, self._sight.why_not_confirm(order), now)

    def name(self, order: OrderView, names: Mapping[UUID, str]) -> str:
        """Return the name of who placed an order, for those who see who has access."""
        if order.person_id is None:
            return ""
        sees = order.person_id == self._sight.person_id or self._sight.standing is not None
        sees = sees or self._sight.sight.sees(Permission.ACCESS_VIEW)
        return names.get(order.person_id, "") if sees else ""

    def _parameters(self, order: OrderView, item: ItemView) -> Mapping[str, Any]:
        """Return the parameters that the viewer may see on the service: secrets are no part."""
        if item.service_id is None:
            return {}
        service_id, known = item.service_id, characteristics.BY_NAME
        return {
            name: value
            for name, value in item.parameters.items()
            if self._sight.sees_parameter(
                order,
                # What is no characteristic says which number the service gets, and from where.
                known[name].permission if name in known else Permission.NUMBER_VIEW,
                service_id,
            )
        }

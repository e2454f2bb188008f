"""Who sees orders, who may confirm and who may cancel them."""

from dataclasses import dataclass
from uuid import UUID

from domain.access.permissions import Permission
from domain.access.sight import Sight
from domain.approvals.needs import Standing
from domain.orders.confirming import ConfirmRefusal, why_not
from domain.orders.requests import ENGINE_CLIENT
from services.approvals.needs import STANDING
from services.errors import NotFound
from services.reviews.authority import reviews_as
from storage.access import grant_queries
from storage.database import Connection
from storage.orders import order_views
from storage.orders.order_views import OrderView


@dataclass(frozen=True, slots=True)
class OrderSight:
    """What somebody sees of the orders of one account, and may do about them."""

    person_id: UUID | None
    """None: a member of staff."""
    sight: Sight
    standing: Standing | None
    """On what authority they act in the name of the account's owner; None: on none."""

    @property
    def sees_all(self) -> bool:
        """Whether they see every order of the account."""
        return self.sight.sees(Permission.SERVICE_VIEW)

    def sees(self, order: OrderView) -> bool:
        """Return whether they see an order of the account.

        Whoever placed it does while they have access to anything of the account. Nobody sees what
        was ordered for an earlier owner of the account, but for staff.
        """
        if self.person_id is not None and not order.is_of_present_owner:
            return False
        return self.sees_all or (self.sight.sees_account and self._placed(order))

    def sees_parameter(self, order: OrderView, permission: Permission, service_id: UUID) -> bool:
        """Return whether they see a parameter of an order that they see."""
        mine = self._placed(order) or self.standing is not None
        return mine or self.sight.sees(permission, service_id)

    def why_not_confirm(self, order: OrderView) -> ConfirmRefusal | None:
        """Return why they cannot confirm an order; None: they can, or a group that they are in."""
        if order.confirmed_at is not None or order.began_at is not None or order.state.is_final:
            return ConfirmRefusal.ORDER_NOT_WAITING
        return why_not(order.confirm, self.standing, is_orderer=self._placed(order))

    def may_cancel(self, order: OrderView) -> bool:
        """Return whether they may cancel an order: their own, or as a representative or owner.

        What carries a contract is no wish of its own: the contract is ended, suspended or opened.
        """
        if order.client == ENGINE_CLIENT:
            return False
        return self._placed(order) or self.standing is not None

    def _placed(self, order: OrderView) -> bool:
        return self.person_id is not None and self.person_id == order.person_id


def sight_of(connection: Connection, account_id: UUID, person_id: UUID | None) -> OrderSight:
    """Return what a person sees of an account's orders now; None: a member of staff."""
    if person_id is None:
        return OrderSight(None, Sight(None), None)
    held = grant_queries.held(connection, person_id, account_id)
    basis = reviews_as(connection, account_id, person_id)
    standing = None if basis is None else STANDING[basis]
    return OrderSight(person_id, Sight(held), standing)


def seen_order(
    connection: Connection, order_id: UUID, person_id: UUID | None
) -> tuple[OrderView, OrderSight]:
    """Return an order that this person sees, and what they see. Raises NotFound."""
    order = order_views.one(connection, order_id)
    if order is None or order.account_id is None:
        raise NotFound
    sight = sight_of(connection, order.account_id, person_id)
    if not sight.sees(order):
        raise NotFound
    return order, sight


def may_change(connection: Connection, order: OrderView, person_id: UUID | None) -> bool:
    """Return whether an order that is seen may be changed for this person; None: the operator."""
    if person_id is None or person_id == order.person_id:
        return True
    if order.account_id is None:
        return False
    return sight_of(connection, order.account_id, person_id).may_cancel(order)

"""Who orders, and whose confirmation what they order needs."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from domain.access.decisions import decide
from domain.access.grants import Grant
from domain.access.permissions import Permission
from domain.approvals.acts import ActKind
from domain.approvals.needs import Group
from domain.catalogue.characteristic_specs import Value
from domain.catalogue.products import Confirmation, Product
from domain.orders.confirming import only_bars
from domain.orders.giving import TO_GIVE
from services.approvals.needs import need
from storage.access import grant_queries
from storage.database import Connection


class NotPermitted(Exception):
    """The person may not order this. ``permission``: what they lack."""

    def __init__(self, permission: Permission) -> None:
        super().__init__(permission)
        self.permission = permission


@dataclass(frozen=True, slots=True)
class Orderer:
    """Who orders, and what they may do on the account."""

    person_id: UUID | None
    """None: the operator."""
    held: Sequence[Grant] = ()
    """Their grants in force on the account."""
    acts_jointly: Callable[[], bool] = lambda: False
    """Whether they represent the owner together with others: what they order needs a group."""
    held_on: Callable[[UUID], Sequence[Grant]] = lambda _: ()
    """Their grants in force on another account."""

    @classmethod
    def of(
        cls, connection: Connection, account_id: UUID, person_id: UUID, held: Sequence[Grant]
    ) -> "Orderer":
        """The person with these grants on the account."""

        def acts_jointly() -> bool:
            return isinstance(need(connection, ActKind.ORDER_PLACE, account_id, person_id), Group)

        def held_on(other_id: UUID) -> Sequence[Grant]:
            return grant_queries.held(connection, person_id, other_id)

        return cls(person_id, held, acts_jointly, held_on)

    def confirmation_of(
        self,
        product: Product,
        service_id: UUID,
        parameters: Mapping[str, Value | None] | None = None,
    ) -> Confirmation | None:
        """Return whose confirmation an order of the product needs; None: they may not order it.

        ``parameters``: with which it is ordered; None: not known yet.
        """
        if self.person_id is None:
            return Confirmation.NOTHING if product.by_operator else None
        if decide(product.permission, self.held, service_id).allowed:
            return product.confirm
        if not self.acts_jointly():
            return None
        return product.confirm if only_bars(product, parameters or {}) else Confirmation.GROUP

    def knows(self, service_id: UUID, product: Product | None) -> bool:
        """Return whether they may know of a service on the account, who want a product for it.

        The operator knows all.
        """
        if self.person_id is None:
            return True
        enough = [Permission.SERVICE_VIEW, *([] if product is None else [product.permission])]
        return any(decide(each, self.held, service_id).allowed for each in enough)

    def may_see(self, account_id: UUID, service_id: UUID) -> bool:
        """Return whether they see a service, on any account. The operator sees all."""
        if self.person_id is None:
            return True
        return decide(Permission.SERVICE_VIEW, self.held_on(account_id), service_id).allowed

    def may_give(self, account_id: UUID) -> bool:
        """Return whether they may let a number leave a service of this account."""
        return self.person_id is None or decide(TO_GIVE, self.held_on(account_id)).allowed

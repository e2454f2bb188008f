"""Who orders, and whose confirmation what they order needs."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from uuid import UUID

from domain.access.decisions import decide
from domain.access.grants import Grant
from domain.approvals.acts import ActKind
from domain.approvals.needs import Group
from domain.catalogue.products import Confirmation, Product
from services.approvals.needs import need
from storage.database import Connection


@dataclass(frozen=True, slots=True)
class Orderer:
    """Who orders, and what they may do on the account."""

    person_id: UUID | None
    """None: the operator."""
    held: Sequence[Grant] = ()
    """Their grants in force on the account."""
    acts_jointly: Callable[[], bool] = lambda: False
    """Whether they represent the owner together with others: what they order needs a group."""

    @classmethod
    def of(
        cls, connection: Connection, account_id: UUID, person_id: UUID, held: Sequence[Grant]
    ) -> "Orderer":
        """The person with these grants on the account."""

        def acts_jointly() -> bool:
            return isinstance(need(connection, ActKind.ORDER_PLACE, account_id, person_id), Group)

        return cls(person_id, held, acts_jointly)

    def confirmation_of(self, product: Product, service_id: UUID) -> Confirmation | None:
        """Return whose confirmation an order of the product needs; None: they may not order it."""
        if self.person_id is None:
            return Confirmation.NOTHING if product.by_operator else None
        if decide(product.permission, self.held, service_id).allowed:
            return product.confirm
        return Confirmation.GROUP if self.acts_jointly() else None

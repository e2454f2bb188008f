"""Use case: say what an order would cost and need, or why it would be rejected. Nothing is kept."""

from uuid import uuid4

from domain.orders.requests import RequestedOrder
from services.orders.ordered_by import OrderedBy
from services.orders.place import judge, orderer_of
from storage.database import Database
from storage.orders.placing import NewOrder


def check(database: Database, wanted: RequestedOrder, by: OrderedBy) -> NewOrder:
    """Return the order as it would be placed now. It is judged again when it is.

    Raises NotPermitted where the person lacks a permission, NotFound where there is no such
    account, or none that they may see.
    """
    with database.trial() as session:
        _, new = judge(session, uuid4(), wanted, by, orderer_of(session, wanted, by))
    return new

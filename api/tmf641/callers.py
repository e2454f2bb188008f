"""Who may call TMF641: programs with the scope for orders, for the operator or for a person."""

from typing import Annotated
from uuid import UUID

from fastapi import Depends

from api.auth.authorization import Allow, Authorized
from api.auth.principals import Scope
from api.http.dependencies import acting_person
from services.orders.ordered_by import OrderedBy
from storage.database import Database
from storage.orders.order_sight import OrderSight

PROGRAMS = Allow(portal=True, scopes=(Scope.ORDERS,), with_scope=True)
Program = Annotated[Authorized, Depends(PROGRAMS)]


def person_of(database: Database, admitted: Authorized) -> UUID | None:
    """Return the person for whom the program acts; None: it acts for the operator.

    Raises Problem where the person is unknown, or their data was erased.
    """
    return None if admitted.person is None else acting_person(database, admitted)


def sight_of(database: Database, admitted: Authorized) -> OrderSight:
    """Return which orders the program sees. Raises Problem as ``person_of`` does."""
    return OrderSight(admitted.client, person_of(database, admitted))


def orderer_of(database: Database, admitted: Authorized) -> OrderedBy:
    """Return who places or changes an order. Raises Problem as ``person_of`` does."""
    person_id = person_of(database, admitted)
    actor = admitted.actor if person_id is None else admitted.actor.naming(person_id)
    return OrderedBy(admitted.client, actor, person_id)


def sight_for(by: OrderedBy) -> OrderSight:
    """Return which orders it sees who places or changes one."""
    return OrderSight(by.client, by.person_id)

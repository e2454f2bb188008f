"""The reader of billing's answers, and their sight of an account."""

from typing import Annotated
from uuid import UUID

from fastapi import Depends

from api.access.service_labels import sight_of
from api.auth.authorization import Allow, Authorized
from api.auth.principals import StaffRole
from api.http import problems
from domain.access.sight import Sight
from services.billing.sight import SightOf
from storage.database import Connection

READERS = Allow(person=True, portal=True, roles=(StaffRole.SUPPORT, StaffRole.OPS))
Reader = Annotated[Authorized, Depends(READERS)]
RESPONSES = problems.documented("billing_unavailable", "not_found")


def sights_of(admitted: Authorized) -> SightOf:
    """Return what tells what this caller sees of an account, at the moment of a transaction."""

    def of(connection: Connection, account_id: UUID) -> Sight:
        return sight_of(connection, admitted, account_id)

    return of

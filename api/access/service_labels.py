"""Labels of the services that grants are about, for callers who may see these services."""

from collections.abc import Iterable, Mapping
from uuid import UUID

from api.auth.authorization import Authorized
from domain.access.grants import Grant
from domain.access.permissions import Permission
from domain.access.sight import Sight
from domain.accounts import ServiceLabel
from storage.access import grant_queries
from storage.accounts import service_queries
from storage.database import Connection


def sight_of(connection: Connection, admitted: Authorized, account_id: UUID) -> Sight:
    """Return what the caller sees of an account now."""
    if admitted.person is None:
        return Sight(None)
    return Sight(grant_queries.held(connection, admitted.person, account_id))


def labels(
    connection: Connection, sights: Mapping[UUID, Sight], grants: Iterable[Grant]
) -> dict[UUID, ServiceLabel]:
    """Return the labels of services that grants are about, by id: those that the caller sees.

    ``sights``: by account. A service that has left the account is not theirs to see any more.
    """
    ids = {grant.service_id for grant in grants if grant.service_id is not None}
    found = service_queries.labels(connection, sights, ids)
    shown = {}
    for id_, service in found.items():
        sight = sights[service.account_id]
        if sight.sees(Permission.SERVICE_VIEW, id_):
            seen = sight.sees(Permission.NUMBER_VIEW, id_)
            shown[id_] = service.label(with_number=seen)
    return shown

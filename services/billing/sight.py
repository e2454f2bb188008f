"""Sight of a caller of an account, when billing's answers about it are read.

It is decided before billing is asked, so that strangers cause no work there, and again when the
answer is put together: access that ended meanwhile shows nothing any more.
"""

from collections.abc import Callable
from uuid import UUID

from domain.access.permissions import Permission
from domain.access.sight import Sight
from services.errors import NotFound
from storage.accounts import account_queries
from storage.database import Connection

SightOf = Callable[[Connection, UUID], Sight]
"""Returns the caller's sight of an account, now."""


def require(
    connection: Connection, account_id: UUID, sight_of: SightOf, permission: Permission
) -> Sight:
    """Return what the caller sees. Raises NotFound without this permission on the account."""
    sight = sight_of(connection, account_id)
    if not sight.sees(permission):
        raise NotFound
    if sight.held is None and account_queries.account(connection, account_id) is None:
        raise NotFound
    return sight

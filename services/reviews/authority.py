"""Who may review access to an account: who manages it in its owner's name, alone or together."""

from uuid import UUID

from domain.access.grants import Grant
from domain.delegations.basis import BasisKind, SupportingGrant, grounds_of, in_owners_name
from domain.identifiers import PersonKey
from services.errors import NotFound
from storage.access import grant_queries
from storage.accounts import account_queries
from storage.database import Connection, Session
from storage.delegations import support
from storage.parties import people


def reviews_as(
    connection: Connection, account_id: UUID, person: UUID | PersonKey
) -> BasisKind | None:
    """Return on what authority this person reviews access to the account now; None: on none.

    On JOINT they see all of it, and alone they only take away.
    """
    account = account_queries.account(connection, account_id)
    if account is None:
        return None
    person_id = person if isinstance(person, UUID) else people.id_of(connection, person)
    if person_id is None:
        return None
    held = [_supporting(grant) for grant in grant_queries.held(connection, person_id, account_id)]
    return in_owners_name(grounds_of(person_id, account.person_id, held))


def require_reviewer(session: Session, account_id: UUID, person_id: UUID) -> BasisKind:
    """Lock the account, and what lets this person review it; return their authority.

    Raises NotFound where nothing lets them.
    """
    found = support.lock_owners_name(session, account_id, person_id)
    if found is None:
        raise NotFound
    return found


def _supporting(grant: Grant) -> SupportingGrant:
    return SupportingGrant(
        grant.id, grant.role, grant.service_id, grant.origin, by_reading=grant.by_reading
    )

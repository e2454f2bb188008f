"""Who may review access to an account: who manages it in its owner's name."""

from uuid import UUID

from domain.access.grants import Grant
from domain.delegations.basis import BasisKind, Ground, SupportingGrant, basis_of
from domain.delegations.refusals import DelegationRefusal
from domain.identifiers import PersonKey
from services.errors import NotFound
from storage.access import grant_queries
from storage.accounts import account_queries
from storage.database import Connection, Session
from storage.delegations import support
from storage.parties import people

_IN_OWNERS_NAME = frozenset({BasisKind.REGISTER, BasisKind.OWNER})


def may_review(connection: Connection, account_id: UUID, person: UUID | PersonKey) -> bool:
    """Return whether this person manages access to the account in its owner's name now."""
    account = account_queries.account(connection, account_id)
    if account is None:
        return False
    person_id = person if isinstance(person, UUID) else people.id_of(connection, person)
    if person_id is None:
        return False
    held = [_supporting(grant) for grant in grant_queries.held(connection, person_id, account_id)]
    return _in_owners_name(basis_of(person_id, account.person_id, held))


def require_reviewer(session: Session, account_id: UUID, person_id: UUID) -> None:
    """Lock the account, and what lets this person review it. Raises NotFound where nothing does."""
    account = support.lock_account(session, account_id)
    if account is None:
        raise NotFound
    ground = support.lock_ground(session, account_id, person_id, account.owner_id)
    if not _in_owners_name(ground):
        raise NotFound


def _in_owners_name(ground: Ground | DelegationRefusal) -> bool:
    return isinstance(ground, Ground) and ground.kind in _IN_OWNERS_NAME


def _supporting(grant: Grant) -> SupportingGrant:
    return SupportingGrant(grant.id, grant.role, grant.service_id, grant.origin)

"""Who may take back, narrow or see a delegation."""

from uuid import UUID

from domain.access.decisions import decide
from domain.access.permissions import Permission
from domain.delegations.basis import may_manage
from services.errors import NotFound
from storage.access import grant_queries
from storage.database import Connection, Session
from storage.delegations import delegation_queries, support
from storage.delegations.delegation_queries import DelegationView


def require_manager(session: Session, delegation_id: UUID, person_id: UUID) -> None:
    """Lock what lets this person manage a delegation. Raises NotFound where nothing does.

    In the owner's name: any that was given in the name of this owner. Who passed it on: that one.
    """
    found = delegation_queries.one(session.connection(), delegation_id)
    if found is None or not found.of_this_owner:
        raise NotFound
    account = support.lock_account(session, found.account_id)
    owner_id = account.owner_id if account else None
    giver = (found.account_id, person_id, owner_id)
    # Of several that may be passed on, the one that this hangs on counts.
    grounds = (support.lock_ground(session, *giver, of) for of in (None, found.parent_id))
    if not any(may_manage(ground, found.parent_id) for ground in grounds):
        raise NotFound


def may_see(connection: Connection, view: DelegationView, person_id: UUID) -> bool:
    """Return whether this person may see a delegation: it is theirs, or on their account.

    Whoever owns the account now sees nothing of what was given in the name of an owner before.
    """
    if person_id in {view.giver_id, view.receiver_id}:
        return True
    if not view.of_this_owner:
        return False
    held = grant_queries.held(connection, person_id, view.account_id)
    return decide(Permission.ACCESS_VIEW, held).allowed

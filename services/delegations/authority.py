"""Who may take back, narrow or see a delegation."""

from collections.abc import Collection
from uuid import UUID

from domain.access.decisions import decide
from domain.access.permissions import Permission
from domain.delegations.basis import Ground, may_manage
from domain.delegations.viewers import DelegationViewer
from services.errors import NotFound
from storage.access import grant_queries, representatives
from storage.database import Connection, Session
from storage.delegations import delegation_queries, support
from storage.delegations.delegation_views import DelegationView


def require_manager(session: Session, delegation_id: UUID, person_id: UUID) -> Ground:
    """Lock what lets this person manage a delegation, and return it. Raises NotFound: nothing does.

    In the owner's name, also by who gives only together with others: any that was given in the name
    of this owner. Who passed it on: that one.
    """
    found = delegation_queries.one(session.connection(), delegation_id)
    if found is None or not found.of_this_owner:
        raise NotFound
    account = support.lock_account(session, found.account_id)
    owner_id = account.owner_id if account else None
    # Of several that may be passed on, the one that this hangs on counts.
    for of in (None, found.parent_id):
        for ground in support.lock_grounds(session, found.account_id, person_id, owner_id, of):
            if may_manage(ground, found.parent_id):
                return ground
    raise NotFound


def viewer_of(
    connection: Connection, person_id: UUID, account_ids: Collection[UUID]
) -> DelegationViewer:
    """Return this person as a viewer of delegations on these accounts."""
    accounts = representatives.accounts_of(connection, person_id, account_ids)
    return DelegationViewer(person_id, accounts)


def may_see(connection: Connection, view: DelegationView, person_id: UUID) -> bool:
    """Return whether this person may see a delegation: it is theirs, or on their account.

    Whoever owns the account now sees nothing of what was given in the name of an owner before. What
    is only proposed is seen by who proposed it and by who represents the account's company.
    """
    viewer = viewer_of(connection, person_id, [view.account_id])
    if not view.is_seen_by(viewer):
        return False
    if person_id in {view.giver_id, view.receiver_id}:
        return True
    if not view.of_this_owner:
        return False
    held = grant_queries.held(connection, person_id, view.account_id)
    return decide(Permission.ACCESS_VIEW, held).allowed

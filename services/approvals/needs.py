"""Find what an act needs of the person who starts it: nothing more, or a group's confirmations."""

from collections.abc import Mapping
from uuid import UUID

from domain.approvals.acts import ActKind
from domain.approvals.needs import Need, Nothing, Standing, need_of
from domain.delegations.basis import BasisKind
from services.reviews.authority import reviews_as
from storage.accounts import account_queries
from storage.database import Connection

STANDING: Mapping[BasisKind, Standing] = {
    BasisKind.REGISTER: Standing.SOLE,
    BasisKind.JOINT: Standing.JOINT,
    BasisKind.OWNER: Standing.OWNER,
}
"""By the authority on which somebody reviews access to an account."""


def need(connection: Connection, act: ActKind, account_id: UUID, person_id: UUID) -> Need:
    """Return what an act on this account needs when this person starts it.

    ``Nothing`` also for somebody who may not do it at all: whoever does it is checked again, with
    everything locked.
    """
    account = account_queries.account(connection, account_id)
    kind = reviews_as(connection, account_id, person_id)
    if account is None or kind is None:
        return Nothing()
    return need_of(
        act,
        STANDING[kind],
        person_id=person_id,
        company_id=account.company_id,
        owner_id=account.person_id,
    )

"""End delegations, with everything that was passed on from them.

What would end is computed by the code that ends it: a preview calls ``end`` in a transaction that
is rolled back (``Database.trial``).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import text

from domain.audit import Actor, EventKind
from domain.delegations import reasons
from domain.delegations.states import DelegationEnd, DelegationState
from domain.reasons import Reason
from storage.access.grants import GrantChange
from storage.database import Session
from storage.delegations import (
    answers,
    carrying_out,
    dates,
    delegations,
    departure_reviews,
    versions,
)
from storage.delegations.notices import ClosedDelegation


@dataclass(frozen=True, slots=True)
class Ended:
    """Delegations and grants that ended together."""

    delegations: Sequence[ClosedDelegation] = ()
    grants: Sequence[GrantChange] = ()


_LOCK_ACCOUNTS = text("""
SELECT id FROM account WHERE id IN (SELECT account_id FROM delegation WHERE id = ANY(:ids))
ORDER BY id FOR SHARE
""")
_TREE = text("""
WITH RECURSIVE tree AS (
    SELECT id, true AS is_root FROM delegation WHERE id = ANY(:ids)
    UNION
    SELECT d.id, false FROM delegation d JOIN tree t ON d.parent_id = t.id
)
SELECT id, bool_or(is_root) AS is_root FROM tree GROUP BY id ORDER BY id
""")
_OF_ACCOUNTS = text("""
SELECT id FROM delegation WHERE account_id = ANY(:accounts) AND ended_at IS NULL
""")
_WITHOUT_SERVICES = text("""
SELECT d.id FROM delegation d
JOIN delegation_version v ON v.delegation_id = d.id AND v.number = d.version
WHERE d.ended_at IS NULL AND v.service_ids && CAST(:services AS uuid[])
  AND NOT EXISTS (
      SELECT FROM service s
      WHERE s.id = ANY(v.service_ids) AND s.account_id = d.account_id AND s.status = 'active')
""")


def end(session: Session, ids: Iterable[UUID], how: DelegationEnd, *, actor: Actor) -> Ended:
    """End these delegations and what was passed on from them; those that are over stay as they are.

    Their grants end in one statement, and one that has not begun leaves no trace of access. Offers
    among them are closed. True at commit.
    """
    roots = sorted(set(ids))
    if not roots:
        return Ended()
    session.execute(_LOCK_ACCOUNTS, {"ids": roots})
    carrying_out.lock(session, _tree(session, roots, how))
    dates.catch_up(session, _tree(session, roots, how))
    closed, ended = list[ClosedDelegation](), list[GrantChange]()
    while True:
        # What was passed on or accepted while the locks were waited for is found by the next round.
        why = _tree(session, roots, how)
        grants = carrying_out.end(session, why, actor=actor)
        state, kind = DelegationState.ENDED, EventKind.DELEGATION_ENDED
        over = delegations.close(session, why, state, kind, actor=actor)
        ended += grants
        closed += over
        if not grants and not over:
            break
    _close_offers(session, closed)
    departure_reviews.complete(session, {each.account_id for each in closed}, actor=actor)
    return Ended(closed, ended)


def end_on_accounts(
    session: Session, account_ids: Sequence[UUID], how: DelegationEnd, *, actor: Actor
) -> Ended:
    """End every delegation on these accounts: they changed owner or closed."""
    if not account_ids:
        return Ended()
    found = session.execute(_OF_ACCOUNTS, {"accounts": list(account_ids)}).scalars()
    return end(session, found, how, actor=actor)


def end_without_services(session: Session, service_ids: Sequence[UUID], *, actor: Actor) -> Ended:
    """End delegations on some of these services, of which none is left on their account."""
    if not service_ids:
        return Ended()
    found = session.execute(_WITHOUT_SERVICES, {"services": list(service_ids)}).scalars()
    return end(session, found, DelegationEnd.SERVICES_GONE, actor=actor)


def _tree(session: Session, roots: Sequence[UUID], how: DelegationEnd) -> Mapping[UUID, Reason]:
    """Return why each delegation of the tree ends, which is what the roots do to the others."""
    # All at once: trees are large, and fetching row by row takes longer than the search.
    found = session.execute(_TREE, {"ids": list(roots)}).all()
    return {
        row.id: reasons.ended(how if row.is_root else DelegationEnd.PARENT_ENDED, row.id)
        for row in found
    }


def _close_offers(session: Session, closed: Sequence[ClosedDelegation]) -> None:
    versions.withdraw_of(session, [each.id for each in closed])
    answers.forget_receivers(session, closed)

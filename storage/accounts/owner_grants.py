"""Aligns grants with who owns an account: a person's own account, a change of owner, the end."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import text
from sqlmodel import Session

from domain.access.grants import OWN_ACCOUNT, Origin
from domain.access.permissions import Role
from domain.audit import Actor
from domain.reasons import Reason
from storage.access import grants
from storage.access.grants import Ending, GrantChange, Starting

_LASTING = text("""
SELECT id FROM access_grant
WHERE account_id = ANY(:accounts) AND (upper_inf(validity) OR upper(validity) > clock_timestamp())
ORDER BY id
""")


def end_all(
    session: Session, account_ids: Sequence[UUID], reason: Reason, *, actor: Actor
) -> Sequence[GrantChange]:
    """End every grant on these accounts; returns those that ended."""
    lasting = session.execute(_LASTING, {"accounts": list(account_ids)}).scalars()
    return grants.end(session, [Ending(id_, reason.as_json()) for id_ in lasting], actor=actor)


_MISSING = text("""
SELECT a.person_id, a.id FROM account a
WHERE a.id = ANY(:accounts) AND a.person_id IS NOT NULL AND a.status = 'active'
  AND NOT EXISTS (
      SELECT FROM access_grant g
      WHERE g.account_id = a.id AND g.person_id = a.person_id AND g.origin = 'operator'
        AND g.role = 'administrator' AND g.service_id IS NULL AND upper_inf(g.validity))
ORDER BY a.id
""")


def start(session: Session, account_ids: Sequence[UUID], *, actor: Actor) -> None:
    """Make each person administrator of their own account. Idempotent."""
    missing = session.execute(_MISSING, {"accounts": list(account_ids)})
    own = [
        Starting(
            person_id,
            account_id,
            Role.ADMINISTRATOR,
            Origin.OPERATOR,
            reason=OWN_ACCOUNT.as_json(),
            proof=account_id,
        )
        for person_id, account_id in missing
    ]
    grants.start(session, own, actor=actor)

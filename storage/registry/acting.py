"""Who can act for an account's company at this moment: somebody alone, or everyone of one group."""

from uuid import UUID

from sqlalchemy import text

from domain.access.permissions import Role
from domain.approvals.quorum import Filled, quorum
from domain.identifiers import PersonKey
from storage.access.grant_rows import in_force
from storage.access.representatives import REPRESENTS
from storage.database import Session
from storage.registry import effective_states

_REPRESENTATIVES = text(f"""
SELECT DISTINCT a.company_id, p.country, p.code, g.role
FROM account a JOIN access_grant g ON g.account_id = a.id JOIN person p ON p.id = g.person_id
WHERE a.id = :account AND {REPRESENTS} AND {in_force("g", "clock_timestamp()")}
""")


def can_act(session: Session, account_id: UUID) -> bool:
    """Return whether those who represent the account's company now are enough to act for it.

    Who is frozen is not enough. False for a private account: nobody represents its owner.
    """
    found = session.execute(_REPRESENTATIVES, {"account": account_id}).all()
    if any(each.role == Role.ADMINISTRATOR for each in found):
        return True
    people = {PersonKey(each.country, each.code) for each in found}
    companies = list({each.company_id for each in found})
    states = effective_states.effective(session.connection(), companies).values()
    return any(isinstance(quorum(each.state, people), Filled) for each in states)

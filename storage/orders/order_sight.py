"""Which orders a program sees: those it placed; for a person, what that person sees of them."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from domain.access.permissions import ACCESS_ROLES, Permission
from storage.access.grant_rows import in_force

OF_PRESENT_OWNER = """o.owner_id = (
    SELECT COALESCE(a.company_id, a.person_id) FROM account a WHERE a.id = o.account_id)"""
"""SQL: the order ``o`` was placed when its account had the owner that it has now."""
_ROLES = [
    name for name, role in ACCESS_ROLES.items() if Permission.SERVICE_VIEW in role.permissions
]
# All of an account's orders with service:view on it; what they placed, with any access to it.
_SEES = f"""EXISTS (SELECT FROM access_grant g
    WHERE g.person_id = :person AND g.account_id = o.account_id
      AND {in_force("g", "statement_timestamp()")}
      AND (o.person_id = :person OR g.service_id IS NULL
          AND CASE WHEN g.permissions IS NULL THEN g.role = ANY(:roles)
              ELSE 'service:view' = ANY(g.permissions) END))"""


@dataclass(frozen=True, slots=True)
class OrderSight:
    """Which orders a caller sees."""

    client: str
    """The program, as orders keep it."""
    person_id: UUID | None
    """For whom it acts; None: for the operator."""

    @property
    def where(self) -> str:
        """A condition on ``service_order o``.

        Whoever placed an order sees it while they have access to anything of the account; an order
        of no account, for it was rejected, as well.
        """
        if self.person_id is None:
            return "o.client = :client"
        own = "o.account_id IS NULL AND o.person_id = :person"
        return f"o.client = :client AND ({_SEES} AND {OF_PRESENT_OWNER} OR {own})"

    @property
    def parameters(self) -> dict[str, Any]:
        """The parameters of the condition."""
        if self.person_id is None:
            return {"client": self.client}
        return {"client": self.client, "person": self.person_id, "roles": _ROLES}

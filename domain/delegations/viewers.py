"""Viewers of delegations: who sees what is only proposed."""

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True, slots=True)
class DelegationViewer:
    """Somebody who looks at delegations."""

    person_id: UUID | None
    """None: staff, who see everything but personal codes."""
    represents: frozenset[UUID] = frozenset()
    """The accounts whose company they represent, alone or together with others."""

    def sees_proposals(self, account_id: UUID) -> bool:
        """Return whether they may know what is proposed on an account: it is theirs to confirm."""
        return self.person_id is None or account_id in self.represents

"""Who places an order, or changes one."""

from dataclasses import dataclass
from uuid import UUID

from domain.audit import Actor


@dataclass(frozen=True, slots=True)
class OrderedBy:
    """Who places or changes an order."""

    client: str
    """The program: issuer and client id."""
    actor: Actor
    person_id: UUID | None
    """For whom; None: the operator's own order."""

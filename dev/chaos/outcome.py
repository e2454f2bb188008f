"""Requests of a campaign, and what their senders know of them."""

from dataclasses import dataclass, field
from uuid import UUID

from dev.chaos.billed_workload import BilledRequest
from dev.chaos.workload import (
    ContractRequest,
    GivingRequest,
    NumberRequest,
    OrderRequest,
    ResendRequest,
)

Request = (
    NumberRequest | ResendRequest | GivingRequest | OrderRequest | ContractRequest | BilledRequest
)


@dataclass(slots=True)
class Outcome:
    """A request and what its sender knows of it."""

    request: Request
    id: UUID | None = None
    """Id of the process, once answered; of a giving, that of the delegation."""
    first_sent: float = 0.0
    answered: float | None = None
    code_taken: bool = False
    """True once the right code was accepted."""
    ends: str = ""
    """Of a giving: the state or, once it ended, how: as its people were answered. Of a contract:
    the state in which its person left it; so of an extract. Of a payment: the state that what was
    done at the bank comes to."""
    refused: bool = False
    """Of a contract: another one had its number."""
    signings: list[UUID] = field(default_factory=list)
    """Of a contract: each time that its person was to be asked for a signature."""
    wrong: list[str] = field(default_factory=list)
    """Answers that should not have come."""

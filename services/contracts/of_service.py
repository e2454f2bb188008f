"""The contract that a service is of, and what somebody who reports a loss may do about it."""

from dataclasses import dataclass
from uuid import UUID

from domain.contracts.reasons import SuspendReason
from domain.contracts.states import ContractState
from domain.contracts.suspensions import OWN_REASONS
from services.contracts.sight import sight_on
from services.contracts.suspensions import may_suspend
from storage.contracts import contract_queries
from storage.database import Connection


@dataclass(frozen=True, slots=True)
class ContractOfService:
    """A service's contract, as somebody sees it."""

    id: UUID
    state: ContractState
    suspended: SuspendReason | None
    is_seen: bool
    """Whether they may read the contract itself."""
    may_suspend: bool
    """Whether they may report the service lost or stolen now."""


def of_service(
    connection: Connection, service_id: UUID, person_id: UUID | None
) -> ContractOfService | None:
    """Return the contract of a service that this person sees; ``None``: a member of staff.

    None: there is none, or they neither see it nor may suspend it.
    """
    contract = contract_queries.of_service(connection, service_id)
    if contract is None:
        return None
    sight = sight_on(connection, contract, person_id)
    is_seen = sight.sees(contract)
    may = person_id is not None and may_suspend(sight, contract)
    if not (is_seen or may):
        return None
    is_in_force = contract.state.is_in_force and not contract.is_end_reached
    may_now = may and is_in_force and contract.suspend_reason not in OWN_REASONS
    return ContractOfService(contract.id, contract.state, contract.suspend_reason, is_seen, may_now)

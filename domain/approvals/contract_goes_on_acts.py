"""Acts by which a contract goes on: its end is called off, or its suspension is ended."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from domain.approvals.acts import Act, ActKind
from domain.contracts.reasons import EndReason, SuspendReason


@dataclass(frozen=True, slots=True)
class EndCalledOff:
    """The end of a contract that is called off."""

    contract_id: UUID
    reason: EndReason
    at: datetime
    """The moment at which it was to end."""


@dataclass(frozen=True, slots=True)
class ContractResumed:
    """A contract whose suspension is ended."""

    contract_id: UUID
    reason: SuspendReason
    """Why it was suspended."""
    order_id: UUID | None
    """The order that shut its services off; None: there was none."""


def call_off(company_id: UUID, account_id: UUID, called_off: EndCalledOff) -> Act:
    """Return the act that calls the end of a contract off."""
    data = {
        "contract_id": str(called_off.contract_id),
        "reason": called_off.reason.value,
        "at": called_off.at.isoformat(),
    }
    return Act(ActKind.CONTRACT_END_CANCEL, company_id, account_id, data)


def called_off_by(act: Act) -> EndCalledOff:
    """Return what an act of calling an end off is about. Raises KeyError for other acts."""
    data = act.data
    at = datetime.fromisoformat(data["at"])
    return EndCalledOff(UUID(data["contract_id"]), EndReason(data["reason"]), at)


def resume(company_id: UUID, account_id: UUID, resumed: ContractResumed) -> Act:
    """Return the act that ends the suspension of a contract."""
    order = {} if resumed.order_id is None else {"order_id": str(resumed.order_id)}
    data = {"contract_id": str(resumed.contract_id), "reason": resumed.reason.value} | order
    return Act(ActKind.CONTRACT_RESUME, company_id, account_id, data)


def resumed_by(act: Act) -> ContractResumed:
    """Return what an act of ending a suspension is about. Raises KeyError for other acts."""
    data, order = act.data, act.data.get("order_id")
    reason = SuspendReason(data["reason"])
    return ContractResumed(
        UUID(data["contract_id"]), reason, None if order is None else UUID(order)
    )

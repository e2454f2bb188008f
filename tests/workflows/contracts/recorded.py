"""Stories of contracts whose histories are recorded."""

from collections.abc import Awaitable, Callable

from domain.contracts.states import ContractState
from domain.processes import contract_end_id, contract_start_id
from tests.fixtures.order_stack import OFFICE, OrderStack
from tests.workflows.contracts.contract_stack import closed, end_now, reaches, started


async def contract_started(ordering: OrderStack) -> str:
    contract = await reaches(ordering, await started(ordering), ContractState.ACTIVE)
    return contract_start_id(contract.id)


async def contract_refused(ordering: OrderStack) -> str:
    """Billing refuses it; what was done is undone."""
    ordering.billing.account(str(OFFICE.id), credit_cents=0)
    contract = await reaches(ordering, await started(ordering), ContractState.CANCELLED)
    return contract_start_id(contract.id)


async def contract_ended(ordering: OrderStack) -> str:
    contract = await reaches(ordering, await started(ordering), ContractState.ACTIVE)
    end_now(ordering, contract.id)
    await closed(ordering, contract.id)
    return contract_end_id(contract.id)


CONTRACT_STORIES: tuple[Callable[[OrderStack], Awaitable[str]], ...] = (
    contract_started,
    contract_refused,
    contract_ended,
)

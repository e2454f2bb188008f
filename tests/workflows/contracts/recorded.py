"""Stories of contracts whose histories are recorded."""

from collections.abc import Awaitable, Callable

from domain.contracts.states import ContractState
from domain.processes import ProcessType, contract_end_id, contract_start_id, workflow_id
from tests.builders.people import MARI
from tests.fixtures.order_stack import OFFICE, OrderStack
from tests.fixtures.signing_stack import PHONE, Signing
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


async def contract_signed(signing: Signing) -> str:
    operation = await signing.signed(signing.wanted(await signing.offered()))
    return workflow_id(ProcessType.CONTRACT_SIGN, operation.id)


async def contract_not_signed(signing: Signing) -> str:
    """The person refuses on the phone."""
    signing.services.mobile_id.person(phone=PHONE, code=MARI.code, result="USER_CANCELLED")
    wanted = signing.wanted(await signing.offered())
    await signing.failed(wanted)
    return workflow_id(ProcessType.CONTRACT_SIGN, wanted.id)


SIGNING_STORIES: tuple[Callable[[Signing], Awaitable[str]], ...] = (
    contract_signed,
    contract_not_signed,
)
CONTRACT_STORIES: tuple[Callable[[OrderStack], Awaitable[str]], ...] = (
    contract_started,
    contract_refused,
    contract_ended,
)

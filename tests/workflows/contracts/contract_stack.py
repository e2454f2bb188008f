"""Contracts that a worker starts and ends, with a simulated network and billing."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

from domain.contracts.reasons import EndReason
from domain.contracts.states import ContractState
from services import launcher
from services.sweeps import SweepRules, run
from storage.contracts import ending, rows
from storage.contracts.ending import End
from storage.contracts.rows import StoredContract
from tests.builders import contracts
from tests.builders.catalogue import publish
from tests.fixtures.engine import until
from tests.fixtures.order_stack import OFFICE, OrderStack


def read(ordering: OrderStack, contract_id: UUID) -> StoredContract:
    with ordering.database.reading() as connection:
        found = rows.read(connection, contract_id)
    assert found is not None
    return found


async def reaches(ordering: OrderStack, contract_id: UUID, state: ContractState) -> StoredContract:
    """Wait until the contract is in this state."""
    await until(lambda: read(ordering, contract_id).state is state)
    return read(ordering, contract_id)


async def started(ordering: OrderStack) -> UUID:
    """A contract that was offered and agreed; a worker sets it up."""
    publish(ordering.database)
    contract_id = contracts.offered(ordering.database, contracts.new_contract(OFFICE.id))
    await launcher.start(ordering.engine, contract_id)
    contracts.agree(ordering.database, contract_id)
    return contract_id


def end_now(
    ordering: OrderStack, contract_id: UUID, cost: Sequence[Mapping[str, Any]] = ()
) -> None:
    """Set the end of a contract to this moment; a worker carries it out."""
    with ordering.database.transaction() as session:
        contract = contracts.locked(session, contract_id)
        end = End(contract.now - timedelta(seconds=1), EndReason.CUSTOMER, cost)
        ending.schedule(session, contract, end, actor=contracts.OPS)
    run(ordering.database, SweepRules(ordering.settings.zone))


async def closed(ordering: OrderStack, contract_id: UUID) -> StoredContract:
    """Wait until the last step of the end is done."""
    await until(lambda: read(ordering, contract_id).closed_at is not None)
    return read(ordering, contract_id)

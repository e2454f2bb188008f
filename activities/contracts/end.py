"""Activities of ContractEnd in the database. Each may run twice."""

from typing import ClassVar
from uuid import UUID
from zoneinfo import ZoneInfo

from pydantic import BaseModel
from temporalio import activity

from domain.audit import Actor, ActorKind
from domain.contracts.states import ContractState
from domain.task_queues import ActivityQueue
from storage.contract_orders import end as ends
from storage.contracts import rows, wakeups
from storage.database import Database

ENGINE = Actor(ActorKind.ENGINE, "contract_end")


class ContractEndInput(BaseModel, frozen=True):
    """Input of ContractEnd. All else is in the database."""

    contract_id: UUID


class EndContractActivities:
    """Activities of ContractEnd."""

    queue: ClassVar[ActivityQueue | None] = None

    def __init__(self, database: Database, zone: ZoneInfo) -> None:
        self._database = database
        self._zone = zone

    @activity.defn(name="contracts.end")
    def end(self, start: ContractEndInput) -> None:
        """End the contract, its services and the access to them, and place its order.

        In one transaction. Idempotent: one that has ended, or whose end was called off, stays.
        """
        with self._database.transaction() as session:
            contract = rows.lock_with_others(session, start.contract_id)
            if contract is not None and contract.state is ContractState.ENDING:
                ends.end(session, contract, self._zone, actor=ENGINE)

    @activity.defn(name="contracts.close")
    def close(self, start: ContractEndInput) -> bool:
        """Close the contract once its order has ended. Idempotent. False: it has not."""
        with self._database.transaction() as session:
            wakeups.see(session, start.contract_id)
            contract = rows.lock(session, start.contract_id)
            return contract is None or ends.close_if_done(session, contract)

"""Activities of ContractStart in the database. Each may run twice."""

from datetime import timedelta
from typing import ClassVar
from uuid import UUID
from zoneinfo import ZoneInfo

from pydantic import BaseModel
from temporalio import activity

from domain.audit import Actor, ActorKind
from domain.contracts.states import ContractState
from domain.task_queues import ActivityQueue
from storage.contract_orders import start as starts
from storage.contracts import rows, starting, wakeups
from storage.contracts.rows import StoredContract
from storage.database import Database, Session

ENGINE = Actor(ActorKind.ENGINE, "contract_start")


class ContractStartInput(BaseModel, frozen=True):
    """Input of ContractStart. All else is in the database."""

    contract_id: UUID


class ContractDue(BaseModel, frozen=True):
    """When a contract is to be looked at again; None: when something of it changes."""

    pause: timedelta | None = None


class StartContractActivities:
    """Activities of ContractStart that need only the database."""

    queue: ClassVar[ActivityQueue | None] = None

    def __init__(self, database: Database, zone: ZoneInfo) -> None:
        self._database = database
        self._zone = zone

    @activity.defn(name="contracts.proceed")
    def proceed_start(self, start: ContractStartInput) -> ContractDue | None:
        """Do what is due of a contract on its way to being active. Idempotent.

        ``contracts.render`` has offered it. It lapses, its service is set up once everybody has
        agreed, and it becomes active once that is done. None: nothing is left to do.
        """
        with self._database.transaction() as session:
            wakeups.see(session, start.contract_id)
            return self._proceed(session, start.contract_id)

    def _proceed(self, session: Session, contract_id: UUID) -> ContractDue | None:
        contract = rows.lock(session, contract_id)
        match contract.state if contract is not None else None:
            case ContractState.OFFERED if contract is not None:
                due: ContractDue | None = _offered(session, contract)
            case ContractState.SIGNED:
                starts.set_up(session, contract_id, actor=ENGINE)
                due = ContractDue()
            case ContractState.ACTIVATING:
                done = starts.conclude(session, contract_id, self._zone, actor=ENGINE)
                due = ContractDue() if done is None else None
            case _:
                due = None
        return due


def _offered(session: Session, contract: StoredContract) -> ContractDue | None:
    """Let an offered contract lapse if its time is over."""
    left = (contract.agree_by or contract.now) - contract.now
    if left > timedelta():
        return ContractDue(pause=left)
    lapsed = ContractState.LAPSED
    starting.end_unstarted(session, contract, lapsed, starting.NOT_AGREED, actor=ENGINE)
    return None

"""Approvals on a real server, in a company of the simulated register whose board acts together."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from temporalio.api.enums.v1 import EventType
from temporalio.client import WorkflowHandle

from domain.accounts import AccountStatus
from domain.approvals.states import ApprovalState
from domain.delegations.terms import Terms
from domain.identifiers import CompanyKey, PersonKey
from domain.processes import approval_id
from domain.registry.sync import SyncSource
from services import engine as parts
from services import launcher
from storage.accounts.accounts import AccountFacts
from tests.builders import approvals
from tests.builders.people import JAAN, MARI, TIIU, listed
from tests.fixtures.engine import Engine, until
from tests.fixtures.patience import PATIENCE
from workflows.approvals.approval import Approval

CODE = "19000014"
PAIR = (MARI, JAAN)


def board(engine: Engine, *groups: Sequence[PersonKey]) -> None:
    """Let the register say that these people represent the company, each group together."""
    members = dict.fromkeys(person for group in groups for person in group)
    engine.register.put(
        CODE,
        holders=[listed(person, sole=False) for person in members],
        groups=[[person.code for person in group] for group in groups],
        conditions="Juhatuse liikmed esindavad ühiselt",
    )


@dataclass
class Story:
    """An approval in progress: who is asked, and what became of it."""

    engine: Engine
    id: UUID
    office: AccountFacts
    services: parts.Engine

    @property
    def handle(self) -> WorkflowHandle[Approval, None]:
        return self.engine.client.get_workflow_handle_for(Approval.run, approval_id(self.id))

    @property
    def state(self) -> ApprovalState:
        return approvals.state_of(self.engine.database, self.id)

    @property
    def because(self) -> str | None:
        return approvals.read(self.engine.database, self.id).waits_because

    def confirm(self, who: PersonKey) -> None:
        approvals.confirm(self.engine.database, self.id, who)

    async def until(self, state: ApprovalState, because: str | None = None) -> None:
        await until(lambda: (self.state, self.because) == (state, because))

    async def over(self) -> ApprovalState:
        """Wait until its workflow has ended; return its state."""
        async with asyncio.timeout(PATIENCE):
            await self.handle.result()
        (process,) = self.engine.rows("SELECT ended_at FROM process WHERE id = :id", id=self.id)
        assert process.ended_at is not None
        return self.state

    def offers(self) -> list[str]:
        """States of the offers that were made or proposed."""
        return [row.state for row in self.engine.rows("SELECT state FROM delegation_version")]

    def events(self, kind: str) -> int:
        found: int = self.engine.row("SELECT count(*) AS n FROM event WHERE kind = :k", k=kind).n
        return found

    def told(self, kind: str) -> set[str]:
        """Personal codes of those who were told this."""
        statement = (
            "SELECT p.code FROM notice n JOIN person p ON p.id = n.person_id WHERE n.kind = :kind"
        )
        return {row.code for row in self.engine.rows(statement, kind=kind)}

    async def looks(self) -> int:
        """Number of activities that its workflow has carried out."""
        history = await self.handle.fetch_history()
        done = EventType.EVENT_TYPE_ACTIVITY_TASK_COMPLETED
        return sum(event.event_type == done for event in history.events)

    async def look(self) -> None:
        """Wake its workflow, and wait until it has looked once more."""
        so_far = await self.looks()
        await self.handle.signal(Approval.changed)

        async def more() -> bool:
            return await self.looks() > so_far

        await until(more)

    def carried_out_once(self) -> None:
        """It is offered once, by the confirmations that count, and everyone was told once."""
        assert self.offers() == ["offered"]
        assert [self.events("approval:carried_out"), self.events("delegation:offered")] == [1, 1]


async def known(engine: Engine, *groups: Sequence[PersonKey]) -> AccountFacts:
    """Make the company a customer, whose board the register has told."""
    board(engine, *(groups or (PAIR,)))
    ids = engine.take_on([CODE])
    await engine.sync(SyncSource.CHECK)
    engine.forget_queries()
    owner = CompanyKey.of("EE", CODE)
    return AccountFacts(ids[CODE], f"R-{CODE}", f"Account {CODE}", owner, AccountStatus.ACTIVE)


async def begun(
    engine: Engine,
    *groups: Sequence[PersonKey],
    wanted: Terms | None = None,
    start: bool = True,
) -> Story:
    """Mari proposes to give Tiiu access, and its workflow runs."""
    office = await known(engine, *groups)
    id_ = approvals.proposed(engine.database, office, receiver=TIIU, wanted=wanted)
    story = Story(engine, id_, office, parts.Engine(engine.database, engine.client, _queue(engine)))
    if start:
        assert await launcher.start(story.services, id_)
    return story


def _queue(engine: Engine) -> str:
    queue: str = engine.settings.task_queue
    return queue


def register_is_down(engine: Engine, kind: str = "http_500", **more: Any) -> None:
    engine.register.fault("esindus", kind, **more)


def register_is_back(engine: Engine) -> None:
    engine.register.control("DELETE", "/faults")


def lapses_in(story: Story, left: timedelta) -> None:
    approvals.in_time(story.engine.database, story.id, left)

"""Re-sendings as a whole: PostgreSQL, Temporal, a worker, and a simulated network over HTTP."""

import os
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from unittest.mock import patch
from uuid import UUID, uuid4

import pytest
from sqlalchemy import Row, text
from temporalio.client import Client

from access.events import Actor
from access.steps import Decision
from settings import Settings
from storage import resyncs, stuck_decisions
from storage.database import Database
from storage.services import ServiceFacts
from storage.stuck_decisions import Decided
from tests.access.saying import KUUSK
from tests.api.front import NOBODY_LISTENS
from tests.engine import until
from tests.running import connected, environment, working
from tests.simulators import network_client
from tests.storage.telling import account, put, put_service, service
from workflows.caretaker import wake
from workflows.starting import start_operation

OFFICE = account(KUUSK)
OPS = Actor("ops", "ops-1")
SOON = {"VOLITUS_STEP_STUCK_AFTER": "PT0.5S", "VOLITUS_STEP_SLOW_RETRY": "PT1S"}


class Resyncs:
    """What is asked for, what tests do to the network, what came of it."""

    def __init__(
        self,
        settings: Settings,
        database: Database,
        client: Client,
        network: network_client.Client,
    ) -> None:
        self.settings = settings
        self.database = database
        self.client = client
        self.network = network
        self.variables: dict[str, str] = {}
        """The environment of a process with these settings."""

    def services(self, number: int) -> list[ServiceFacts]:
        """Services of the office, with numbers of their own."""
        put(self.database, OFFICE)
        made = [service(n, OFFICE, phone=f"+372551{n:05}") for n in range(1, number + 1)]
        for facts in made:
            put_service(self.database, facts)
        return made

    async def ask(self, service_id: UUID) -> UUID:
        """Ask for a service's settings to be sent again; gives the operation."""
        operation_id = uuid4()
        with self.database.transaction() as session:
            row = resyncs.ask(session, operation_id, service_id, OPS, "a test")
        assert row is not None
        await start_operation(self.client, self.settings.task_queue, row)
        return operation_id

    async def refused_at_activate(self, service_id: UUID) -> UUID:
        """Ask for it; the network has the settings, and refuses the rest until faults are gone."""
        of_it = {"source": "activation", "subject": str(service_id)}
        self.network.fault("never", **of_it)
        operation_id = await self.ask(service_id)
        await self.stuck(operation_id, action="configure", code="not_completed")
        self.network.fault("refuse", **of_it, code="invalidState")
        return operation_id

    def operation(self, id_: UUID) -> Row[Any]:
        """The operation, as it is now."""
        (row,) = self.rows("SELECT * FROM operation WHERE id = :id", id=id_)
        return row

    async def ended(self, id_: UUID) -> Row[Any]:
        """The operation, once it has ended."""
        await until(lambda: self.operation(id_).state not in {"pending", "running"})
        return self.operation(id_)

    async def stuck(self, operation_id: UUID, **wanted: Any) -> Row[Any]:
        """What is stuck of it, once something is that looks like this."""

        def found() -> Sequence[Row[Any]]:
            rows = self.rows(
                "SELECT * FROM stuck WHERE process_id = :id AND state = 'stuck'", id=operation_id
            )
            return [
                row
                for row in rows
                if all(getattr(row, name) == value for name, value in wanted.items())
            ]

        await until(lambda: bool(found()))
        (row,) = found()
        return row

    def listed(self, operation_id: UUID) -> list[Row[Any]]:
        """Everything that is or was stuck of it."""
        return list(self.rows("SELECT * FROM stuck WHERE process_id = :id", id=operation_id))

    async def decide(self, row: Row[Any], decision: Decision, **correction: Any) -> None:
        """Decide about a row, and tell its process."""
        decided = Decided(decision, row.version, OPS, "because", correction)
        with self.database.transaction() as session:
            stuck_decisions.decide(session, row.id, decided)
        await wake(self.client, row.workflow_id)

    def rows(self, statement: str, **parameters: object) -> Sequence[Row[Any]]:
        """What a query gives."""
        with self.database.reading() as connection:
            return connection.execute(text(statement), parameters).all()

    def steps(self, operation_id: UUID) -> dict[str, str]:
        """The state of each step, by action."""
        rows = self.rows(
            "SELECT action, state FROM step WHERE process_id = :id ORDER BY place, created_at",
            id=operation_id,
        )
        return {row.action: row.state for row in rows}

    def events(self, kind: str) -> list[Row[Any]]:
        """The events of this kind, oldest first."""
        return list(self.rows("SELECT * FROM event WHERE kind = :kind ORDER BY id", kind=kind))


@asynccontextmanager
async def opened(
    database_url: str, temporal: Client, folder: Path, **changes: str
) -> AsyncIterator[Resyncs]:
    """All of it but a worker; ``changes`` are settings."""
    with network_client.running() as network, connected(database_url) as database:
        address = temporal.service_client.config.target_host
        variables = environment(database_url, address, f"http://{NOBODY_LISTENS}", folder)
        variables |= {
            "VOLITUS_NETWORK_URL": network.activation_url,
            "VOLITUS_NETWORK_TOKEN": network_client.TOKEN.get_secret_value(),
            **SOON,
            **changes,
        }
        with patch.dict(os.environ, variables):
            settings = Settings.from_environment()
        all_of_it = Resyncs(settings, database, temporal, network)
        all_of_it.variables = variables
        yield all_of_it


@pytest.fixture
async def idle_resyncs(
    changes: dict[str, str], database_url: str, temporal: Client, tmp_path: Path
) -> AsyncIterator[Resyncs]:
    """Without a worker; the mark ``settings`` changes the settings."""
    async with opened(database_url, temporal, tmp_path / "data", **changes) as all_of_it:
        yield all_of_it


@pytest.fixture
async def resyncing(idle_resyncs: Resyncs) -> AsyncIterator[Resyncs]:
    """With a worker in this process."""
    async with working(idle_resyncs.settings, idle_resyncs.client):
        yield idle_resyncs

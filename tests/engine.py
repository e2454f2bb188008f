"""What a test does to one whole engine, and what it sees of it. See tests/running.py."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, NamedTuple
from uuid import UUID, uuid4

from sqlalchemy import Row, text
from temporalio.api.sdk.v1 import WorkflowMetadata
from temporalio.client import Client, WorkflowHandle
from temporalio.common import WorkflowIDReusePolicy
from temporalio.testing import TimeSkipper

from access.events import Actor
from access.identifiers import CompanyKey
from activities.refreshing import Aligned, RefreshRequest
from activities.sync_runs import Source, SyncRequest
from settings import Settings
from storage.accounts import AccountFacts, put_accounts
from storage.database import Database
from tests.simulators import register_client
from workflows.person_refresh import PersonRefresh, person_refresh_id
from workflows.register_sync import RegisterSync, sync_id

SyncHandle = WorkflowHandle[RegisterSync, str]
_PATIENCE = 30


class Held(NamedTuple):
    """Who holds what on a company's account because of the register."""

    company: str
    person: str
    role: str


class Engine:
    """What a test does to the engine and sees of it."""

    def __init__(
        self,
        settings: Settings,
        database: Database,
        client: Client,
        register: register_client.Client,
    ) -> None:
        self.settings = settings
        self.database = database
        self.client = client
        self.skipper = TimeSkipper(client)
        self.register = register

    def take_on(self, codes: Sequence[str]) -> dict[str, UUID]:
        """Make these companies customers with one account each; gives the accounts' ids."""
        facts = {code: _account(code) for code in codes}
        with self.database.transaction() as session:
            put_accounts(session, list(facts.values()), actor=Actor("system", "tests"))
        return {code: fact.id for code, fact in facts.items()}

    async def start(
        self,
        source: Source,
        subject: str = "",
        *,
        companies: Sequence[UUID] = (),
        skip: bool = False,
        reuse: WorkflowIDReusePolicy = WorkflowIDReusePolicy.REJECT_DUPLICATE,
    ) -> SyncHandle:
        """Start a run. ``skip``: time in which nothing happens passes at once."""
        subject = subject or str(uuid4())
        client = self.skipper.client if skip else self.client
        request = SyncRequest(source=source, subject=subject, company_ids=tuple(companies))
        return await client.start_workflow(
            RegisterSync.run,
            request,
            id=sync_id(source, subject),
            task_queue=self.settings.task_queue,
            id_reuse_policy=reuse,
        )

    async def sync(
        self, source: Source, *, companies: Sequence[UUID] = (), skip: bool = False
    ) -> Row[Any]:
        """Carry out a run; gives its row."""
        return await self.ended(await self.start(source, companies=companies, skip=skip))

    async def ended(self, handle: SyncHandle) -> Row[Any]:
        """The row of a run, once its workflow has ended."""
        async with asyncio.timeout(_PATIENCE):
            await handle.result()
        return self.run_of(handle)

    def run_of(self, handle: SyncHandle) -> Row[Any]:
        """The row of a run, as it is now."""
        _, source, subject = handle.id.split("/", 2)
        return self.row(
            "SELECT * FROM sync_run WHERE source = :source AND subject = :subject",
            source=source,
            subject=subject,
        )

    async def refresh(self, person_id: UUID) -> tuple[Row[Any], Aligned]:
        """Ask the register about a person; gives the operation's row and the workflow's result."""
        operation_id = uuid4()
        with self.database.transaction() as session:
            session.execute(
                text("INSERT INTO operation (id, kind, person_id) VALUES (:id, 'refresh', :who)"),
                {"id": operation_id, "who": person_id},
            )
        async with asyncio.timeout(_PATIENCE):
            aligned = await self.skipper.client.execute_workflow(
                PersonRefresh.run,
                RefreshRequest(person_id=person_id, operation_id=operation_id),
                id=person_refresh_id(operation_id),
                task_queue=self.settings.task_queue,
            )
        return self.row("SELECT * FROM operation WHERE id = :id", id=operation_id), aligned

    def person_id(self, code: str) -> UUID:
        """The id of a person that the engine knows."""
        found: UUID = self.row("SELECT id FROM person WHERE code = :code", code=code).id
        return found

    def grants(self) -> set[Held]:
        """Everything held now because of the register; fails if something is held twice."""
        rows = self.rows(
            "SELECT c.code AS company, p.code AS person, g.role FROM access_grant g"
            " JOIN account a ON a.id = g.account_id JOIN company c ON c.id = a.company_id"
            " JOIN person p ON p.id = g.person_id"
            " WHERE g.origin = 'register' AND upper_inf(g.validity)"
        )
        held = [Held(row.company, row.person, row.role) for row in rows]
        assert len(held) == len(set(held))
        return set(held)

    def row(self, statement: str, **parameters: object) -> Row[Any]:
        """The one row that a query gives."""
        (found,) = self.rows(statement, **parameters)
        return found

    def rows(self, statement: str, **parameters: object) -> Sequence[Row[Any]]:
        """What a query gives."""
        with self.database.reading() as connection:
            return connection.execute(text(statement), parameters).all()

    def companies(self) -> list[dict[str, Any]]:
        """The register's world, in the order of its file."""
        found: list[dict[str, Any]] = self.register.control("GET", "/companies?limit=10000")
        return found

    def codes(self) -> list[str]:
        """The registry codes of all companies in the register."""
        return [company["code"] for company in self.companies()]

    def ended_reasons(self) -> Counter[str]:
        """Why grants have ended, by code."""
        return Counter(
            row.code
            for row in self.rows(
                "SELECT ended_reason ->> 'code' AS code FROM access_grant"
                " WHERE NOT upper_inf(validity)"
            )
        )

    def aside(self) -> set[tuple[str, str]]:
        """Key and code of every record that is set aside now."""
        rows = self.rows("SELECT key, code FROM record_aside WHERE resolved_at IS NULL")
        return {(row.key, row.code) for row in rows}

    def queries(self, operation: str = "esindus_v2") -> int:
        """How often the register has been asked since ``forget_queries``."""
        asked: int = self.register.control("GET", "/stats")["queries"].get(operation, 0)
        return asked

    def forget_queries(self) -> None:
        """Count from nought again."""
        self.register.control("DELETE", "/stats")


def _account(code: str) -> AccountFacts:
    return AccountFacts(uuid4(), f"R-{code}", f"Account {code}", CompanyKey.of("EE", code))


async def until(true: Callable[[], bool | Awaitable[bool]]) -> None:
    """Wait for something that another process or thread brings about."""
    async with asyncio.timeout(_PATIENCE):
        while not await _is(true()):  # noqa: ASYNC110 # nobody here could set an event
            await asyncio.sleep(0.02)


async def _is(true: bool | Awaitable[bool]) -> bool:
    return true if isinstance(true, bool) else await true


async def until_told(handle: SyncHandle, words: str) -> None:
    """Wait until the Temporal UI shows these words of a run."""

    async def told() -> bool:
        metadata = await handle.query("__temporal_workflow_metadata", result_type=WorkflowMetadata)
        return words in metadata.current_details

    await until(told)

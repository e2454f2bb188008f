"""A person at a shell starts a run, sees it held, and lets it go on or ends it."""

import asyncio
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any, cast
from uuid import uuid4

import pytest
from temporalio.client import Client
from temporalio.worker import Worker

from activities.registry.apply_states import ApplyStatesActivities
from activities.registry.find_changes import FindChangesActivities
from activities.registry.query_register import QueryRegisterActivities
from activities.registry.sync_runs import SyncRunActivities
from domain.identifiers import CompanyKey, PersonKey
from domain.processes import sync_id
from domain.reasons import Reason
from domain.registry.hold_limits import HoldLimits
from domain.registry.ports import Register
from domain.registry.register import Capacity, CompanyStatus, Holder, RegisterState
from domain.registry.sync import (
    PreviewedGrant,
    PreviewedGrants,
    SyncPreview,
    SyncSource,
    login_subject,
)
from domain.task_queues import RegisterQueue, queue_of
from runtime.temporal_client import connect
from settings.commands import CliSettings
from storage.database import Database
from storage.registry import sync_decisions
from storage.registry import sync_runs as runs
from tests.builders import rows
from tests.builders.import_files import COMPANY, PERSON
from tests.builders.rows import account, carry_out
from tests.builders.staff import OPERATOR
from tests.builders.sync_runs import put_run
from tests.clients.cli_runner import Volitus
from tests.fixtures import payload_keys
from workflows.registry.register_sync import RegisterSync

FIRM = CompanyKey("EE", COMPANY)
MARI = PersonKey("EE", PERSON)


def _said(company: CompanyKey, *holders: Holder, at: datetime) -> RegisterState:
    return RegisterState(
        company,
        "Firma",
        CompanyStatus.ACTIVE,
        "OÜ",
        True,
        holders,
        as_of=at,
        register_service="test",
    )


class _Emptied:
    """A register that no longer names any holder; only its file is used here."""

    country = "EE"

    def state(self, company: CompanyKey) -> RegisterState:
        return _said(company, at=datetime.now(UTC))


@pytest.fixture
def console(volitus: Volitus, temporal_address: str) -> Volitus:
    """The program on a task queue of this test's own."""
    return volitus.with_settings(
        VOLITUS_TEMPORAL_ADDRESS=temporal_address, VOLITUS_TASK_QUEUE=f"commands-{uuid4()}"
    )


@pytest.fixture
def administrator(database: Database) -> None:
    """Mari administers the account of a firm since yesterday's register state."""
    rows.put(database, account(FIRM))
    board = Holder(MARI, "Mari", "JUHL", Capacity.BOARD, acts_alone=True)
    rows.store_states(database, _said(FIRM, board, at=datetime.now(UTC) - timedelta(days=1)))


@asynccontextmanager
async def working(console: Volitus, database: Database) -> AsyncIterator[Client]:
    """A worker for which one grant that would end is too much."""
    settings = console.settings(CliSettings)
    client = await connect(
        settings.temporal.address,
        namespace=settings.temporal.namespace,
        cipher=payload_keys.cipher(),
    )
    register = cast(Register, _Emptied())
    sync_runs, asking = (
        SyncRunActivities(database),
        QueryRegisterActivities(database, register, "test"),
    )
    finding = FindChangesActivities(database, register, cast(Any, None), cast(Any, None))
    applying = ApplyStatesActivities(database, HoldLimits(share=0.0, least=1), register="EE")
    own: list[Callable[..., Any]] = [
        *(sync_runs.open_run, sync_runs.take_decision, sync_runs.end_run),
        *(finding.list_customers, applying.weigh, applying.apply_states),
    ]
    queries = queue_of(settings.task_queue, RegisterQueue.SYNC)
    with ThreadPoolExecutor(4) as threads:
        async with (
            Worker(
                client,
                task_queue=settings.task_queue,
                workflows=[RegisterSync],
                activities=own,
                activity_executor=threads,
            ),
            Worker(
                client,
                task_queue=queries,
                activities=[asking.query_companies],
                activity_executor=threads,
            ),
        ):
            yield client


async def _ended(client: Client, run: dict[str, Any]) -> None:
    await client.get_workflow_handle(sync_id(run["source"], run["subject"])).result()


async def test_a_held_run_is_previewed_and_released(
    console: Volitus, database: Database, administrator: None
) -> None:
    async with working(console, database) as client:
        run = await asyncio.to_thread(console, "sync", "run", "check", "--wait", "--json")
        shown = await asyncio.to_thread(console, "sync", "show", "latest")
        decided = await asyncio.to_thread(
            console, "sync", "release", "latest", "--reason", "asked the board", "--json"
        )
        await _ended(client, run.json)
        after = (await asyncio.to_thread(console, "sync", "show", "latest", "--json")).json

    assert (run.code, run.json["state"], run.json["preview"]["open_grants"]) == (1, "held", 1)
    assert "1 of 1 grants" in shown.out
    (line,) = [line for line in shown.out.splitlines() if line.startswith("end ")]
    assert line.split()[:3] == ["end", "K1", str(account(FIRM).id)]
    assert "volitus sync release|reject" in shown.err
    assert (decided.code, decided.json["note"]) == (0, "asked the board")
    assert (after["state"], after["decided_by"]["id"]) == ("finished", decided.json["by"])
    assert (after["decided_by"]["name"], after["note"]) == ("Kati Kask", "asked the board")
    assert decided.json["by"] == OPERATOR
    assert rows.held(database) == []


async def test_a_rejected_run_ends_nothing_and_is_decided_once(
    console: Volitus, database: Database, administrator: None
) -> None:
    async with working(console, database) as client:
        run = await asyncio.to_thread(console, "sync", "run", "check", "--wait", "--json")
        words = ("sync", "reject", run.json["id"], "--reason", "the register errs")
        first = await asyncio.to_thread(console, *words)
        await _ended(client, run.json)
        second = await asyncio.to_thread(console, *words)
        after = (await asyncio.to_thread(console, "sync", "show", "latest", "--json")).json

    assert first.code == 0
    assert second.code == 1
    assert "is not held: it is rejected" in second.err
    assert (after["state"], after["reason"]["code"]) == ("rejected", "rejected")
    assert after["note"] == "the register errs"
    assert len(rows.held(database)) == 1


async def test_a_run_that_is_not_held_ends_by_itself(console: Volitus, database: Database) -> None:
    async with working(console, database):
        printed = await asyncio.to_thread(console, "sync", "run", "check", "--wait")

    assert printed.code == 0
    assert "finished" in printed.out


async def test_without_waiting_the_command_to_follow_is_printed(
    console: Volitus, database: Database
) -> None:
    async with working(console, database) as client:
        printed = await asyncio.to_thread(console, "sync", "run", "check", "--json")
        await _ended(client, printed.json)

    assert printed.code == 0
    assert printed.json["source"] == "check"
    assert "volitus sync show" in printed.err


async def test_deleg_5_a_held_run_shows_what_it_would_suspend(
    console: Volitus, database: Database, administrator: None
) -> None:
    why = {"code": "delegations_suspended", "text": "The company is deleted"}
    grant = PreviewedGrant(account(FIRM).id, uuid4(), "accountant", why)
    none = PreviewedGrants(0)
    preview = SyncPreview(9, ending=none, starting=none, suspending=PreviewedGrants(7, (grant,)))
    with database.transaction() as session:
        run_id, _ = runs.open_run(session, SyncSource.CHECK, "today")
        held = Reason("too_much_would_end", "Would end or suspend 7 of 9 grants")
        sync_decisions.hold(session, run_id, preview, held)

    shown = await asyncio.to_thread(console, "sync", "show", "latest")

    (line,) = [line for line in shown.out.splitlines() if line.startswith("suspend ")]
    assert line.split()[:3] == ["suspend", "K1", str(account(FIRM).id)]
    assert "7 grants" in shown.out
    assert "Showing the first 1 of 7 grants that it would suspend." in shown.err


async def test_a_run_is_decided_about_once_and_says_so(
    console: Volitus, database: Database
) -> None:
    with database.transaction() as session:
        run_id, _ = runs.open_run(session, SyncSource.CHECK, "long-ago")
        preview = SyncPreview(1, ending=PreviewedGrants(1), starting=PreviewedGrants(0))
        sync_decisions.hold(session, run_id, preview, Reason("too_much_would_end", "Would end all"))

    words = ("latest", "--reason", "late")
    first = await asyncio.to_thread(console, "sync", "release", *words)
    second = await asyncio.to_thread(console, "sync", "reject", *words)

    assert first.code == 0
    assert (second.code, "is not held: it is running" in second.err) == (1, True)


async def test_fault_6_held_logins_are_shown_before_they_are_released(
    console: Volitus, database: Database
) -> None:
    put_run(database, login_subject(uuid4(), datetime.now(UTC)), "held", SyncSource.COMPANY)
    words = ("sync", "release-logins", "--reason", "asked the register")

    asked = await asyncio.to_thread(console, *words)
    carry_out(database, "UPDATE sync_run SET state = 'rejected', ended_at = now()")
    nothing = await asyncio.to_thread(console, *words, "--json")

    assert (
        "Held runs that logins opened: 1. Grants that would end or be suspended: 5, start: 0."
        in asked.err
    )
    assert (
        "Nothing was released: there is no terminal for the confirmation. Use --yes." in asked.err
    )
    assert asked.code == 2
    assert nothing.json == {"released": 0}

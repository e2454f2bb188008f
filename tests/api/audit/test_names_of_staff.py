"""Whoever acts for the operator leaves a name and words in two tables, and nowhere else."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from temporalio.service import RPCError

from api.auth.principals import StaffRole
from domain.audit import Actor, ActorKind
from domain.numbers.blocks import BlockKind
from domain.ops.repairs import Finding, item_id
from domain.ops.stuck_reasons import StuckReason
from domain.reasons import Reason
from domain.registry.sync import SyncSource
from storage.audit import hash_chain
from storage.numbers import blocks
from storage.ops import workflow_problems
from storage.processes import process_queries
from tests.builders import import_files
from tests.builders.rows import carry_out, rows
from tests.builders.stuck_items import BUSY, asked, services, stick, the
from tests.builders.sync_runs import put_run
from tests.clients import cli_staff
from tests.clients.api_client import Answer, Front, open_front, staff_token
from tests.clients.cli_runner import CommandResult, Volitus
from tests.fixtures import leak_scanner, payload_keys
from tests.fixtures.engine import Engine, until, until_told

SUBJECT, NAME, USER = "subject-wq7", "Nimi-wq7", "kasutaja-wq7"
WORDS = "sõnad-wq7"
MARK = "wq7"
"""Part of every name and text."""
ANN = staff_token(StaffRole.OPS, subject=SUBJECT, name=NAME)


@dataclass
class Desk:
    """What staff act with, and on."""

    front: Front
    engine: Engine
    volitus: Volitus
    files: Path

    async def post(self, path: str, **body: object) -> Answer:
        return await self.front.post(
            f"/v1/{path}", ANN, {"reason": WORDS} | body, idempotency_key=str(uuid4())
        )

    async def run(self, *words: object) -> CommandResult:
        return await asyncio.to_thread(self.volitus, *words)


async def release(desk: Desk) -> Answer:
    desk.engine.take_on(desk.engine.codes())
    await desk.engine.sync(SyncSource.CHECK)
    leaving = [{"code": code, "holders": []} for code in desk.engine.codes()[:40]]
    desk.engine.register.control("POST", "/companies", leaving)
    handle = await desk.engine.start(SyncSource.CHECK)
    await until_told(handle, "Held")
    answer = await desk.post(f"sync/runs/{desk.engine.run_of(handle).id}/release")
    assert (await desk.engine.ended(handle)).state == "finished"
    return answer


async def reject(desk: Desk) -> Answer:
    return await desk.post(f"sync/runs/{put_run(desk.front.database, 'x', 'held')}/reject")


def _stuck(desk: Desk) -> UUID:
    id_: UUID = stick(desk.front.database, services(desk.front.database, 1)[0], BUSY).id
    return id_


async def retry(desk: Desk) -> Answer:
    return await desk.post(f"ops/stuck/{_stuck(desk)}/retry", version=1)


async def skip(desk: Desk) -> Answer:
    id_ = _stuck(desk)
    carry_out(desk.front.database, "UPDATE stuck SET allowed_decisions = '{skip}'")
    return await desk.post(f"ops/stuck/{id_}/skip", version=1)


async def abort(desk: Desk) -> Answer:
    return await desk.post(f"ops/stuck/{_stuck(desk)}/abort", version=1)


async def repair(desk: Desk) -> Answer:
    database = desk.front.database
    operation_id = asked(database, services(database, 1)[0])
    carry_out(database, "UPDATE process SET started_at = now() WHERE id = :id", id=operation_id)
    with database.transaction() as session:
        process = process_queries.read(session, operation_id)
        assert process is not None
        workflow_problems.report(session, process, Finding(StuckReason.WORKFLOW_MISSING))
    return await desk.post(f"ops/stuck/{item_id(operation_id)}/repair", version=1, repair="close")


async def retry_in_bulk(desk: Desk) -> Answer:
    id_ = _stuck(desk)
    answer = await desk.post("ops/bulk-retries", dry_run=False, filter={"target": "network"})
    await until(lambda: the(desk.front.database, id_).state != "stuck")
    return answer


async def cancel(desk: Desk) -> Answer:
    for _ in range(2):
        _stuck(desk)
    asked_ = await desk.post("ops/bulk-retries", dry_run=False, rate=0.01)
    return await desk.post(f"operations/{asked_.json()['id']}/cancel")


async def pause(desk: Desk) -> Answer:
    return await desk.post("ops/targets/sms/pause")


async def resume(desk: Desk) -> Answer:
    await desk.post("ops/targets/sim_swap/pause")
    return await desk.post("ops/targets/sim_swap/resume")


async def resend(desk: Desk) -> Answer:
    return await desk.post(f"services/{services(desk.front.database, 1)[0].id}/resend")


async def lift(desk: Desk) -> CommandResult:
    engine = Actor(ActorKind.ENGINE)
    with desk.front.database.transaction() as session:
        day, why = timedelta(days=1), Reason("low_conversion", "None came back")
        blocks.block(session, BlockKind.PREFIX, "+372550", day, why, actor=engine)
    out = (await desk.run("numbers", "blocks", "--json")).out  # and what the worker logs
    (block,), _ = json.JSONDecoder().raw_decode(out, out.index("[\n"))
    return await desk.run("numbers", "lift", block["id"], "--reason", WORDS)


async def import_(desk: Desk) -> CommandResult:
    file = desk.files / "accounts.csv"
    import_files.write(file, import_files.csv_of([import_files.account(77)]))
    return await desk.run("import", "accounts", file)


async def command(desk: Desk) -> CommandResult:
    id_ = _stuck(desk)
    return await desk.run("ops", "abort", id_, "--reason", WORDS)


async def erase_notes(desk: Desk) -> None:
    """Erase every note, each of which is an act as well."""
    hash_chain.seal_all(desk.front.database)
    noted = "SELECT position FROM event_seal JOIN event_note USING (event_id)"
    for event in rows(desk.front.database, noted):
        assert (await desk.run("events", "erase-note", event.position)).code == 0


ACTS: list[Callable[[Desk], Awaitable[Answer | CommandResult]]] = [
    *(release, reject, retry, skip, abort, repair, retry_in_bulk, cancel),
    *(pause, resume, resend, lift, import_, command),
]


@pytest.fixture
async def desk(engine: Engine, database_url: str, tmp_path: Path) -> AsyncIterator[Desk]:
    """The API and the command line of an engine that works, used by one person."""
    queue, address = engine.settings.task_queue, engine.settings.temporal.address
    signed_in = cli_staff.signed_in(f"another-{SUBJECT}", USER)
    reached = {"VOLITUS_TEMPORAL_ADDRESS": address, "VOLITUS_TASK_QUEUE": queue}
    volitus = Volitus(database_url, **signed_in, **reached)
    async with open_front(engine.database, engine.client, task_queue=queue) as front:
        yield Desk(front, engine, volitus, tmp_path)


def found_in(desk: Desk, words: str) -> set[str]:
    """The tables with a row that has these words in any column."""
    database = desk.front.database
    tables = rows(database, "SELECT tablename AS name FROM pg_tables WHERE schemaname = 'public'")
    having = "SELECT FROM {0} WHERE strpos(lower(CAST({0} AS text)), :words) > 0 LIMIT 1"
    return {
        table.name
        for table in tables
        if rows(database, having.format(table.name), words=words.lower())
    }


async def histories(desk: Desk) -> list[str]:
    """What Temporal holds of every process that has a workflow there."""
    client, codec = desk.engine.client, payload_keys.cipher()
    found = []
    for row in rows(desk.front.database, "SELECT workflow_id FROM process ORDER BY 1"):
        with suppress(RPCError):  # an item that was put in place without a workflow
            found.append(await leak_scanner.history_of(client, codec, row.workflow_id))
    return found


async def test_fault_21_names_and_notes_of_staff_are_stored_in_two_tables_only(desk: Desk) -> None:
    for act in ACTS:
        done = await act(desk)
        good = done.is_success if isinstance(done, Answer) else done.code == 0
        assert good, (act.__name__, done)

    places = {words: found_in(desk, words) for words in (SUBJECT, NAME, USER, WORDS)}
    acted = rows(desk.front.database, "SELECT kind FROM event WHERE actor ->> 'kind' = 'ops'")

    assert places == {SUBJECT: set(), NAME: {"staff"}, USER: {"staff"}, WORDS: {"event_note"}}
    told = await histories(desk)
    assert len(told) >= 5, "syncs, bulk retries, a resend"
    assert MARK not in "".join(told)
    assert len({event.kind for event in acted}) >= len(ACTS) - 4

    await erase_notes(desk)
    assert found_in(desk, MARK) == {"staff"}
    # Whoever erases acts, and is named by that: their own name last.
    members = rows(desk.front.database, "SELECT id FROM staff ORDER BY name = :user", user=USER)
    for member in members:
        assert (await desk.run("staff", "erase", member.id)).code == 0
    assert found_in(desk, MARK) == set()
    verdict = await desk.run("events", "verify")
    assert (verdict.code, "intact" in verdict.err) == (0, True)

"""Rows a second of a bulk retry without a rate limit, against the plainest loop."""

import asyncio
import os
import time
from collections.abc import Mapping
from statistics import median
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import text
from temporalio.client import Client

from activities.ops.bulk_retry import BulkRetryActivities
from benchmarks.measuring import Line, Size, alone, ratio
from benchmarks.place import Place
from benchmarks.stuck_rows import fill, of_account, settled
from benchmarks.working import working
from domain.audit import Actor, ActorKind
from domain.processes import ProcessType
from domain.provisioning.steps import Decision
from runtime.payload_codec import PayloadCipher
from runtime.temporal_client import connect_to
from settings.processes import WorkerSettings
from storage.database import Database
from storage.ops import bulk_retries, decisions
from storage.ops.bulk_retries import NewBulkRetry
from storage.ops.decisions import NewDecision
from storage.ops.stuck_queries import Filter
from storage.processes import process_queries
from workflows.catalog import CATALOG

_UNHINDERED = 1_000_000.0
_MOST_ASKED = 200
"""Rows a second: the highest rate that the API accepts."""
_ACTOR = Actor(ActorKind.OPS, "benchmarks")
_RESULT = text(
    "UPDATE bulk_retry SET result = 'retried', at = clock_timestamp()"
    " WHERE operation_id = :id AND stuck_id = :row"
)


def lines(place: Place, size: Size) -> list[Line]:
    """Measure both in turns, beside many other stuck rows."""
    with place.temporal() as environment:
        floor, ours = alone(rates, environment, size, 1 + 2 * size.rounds).result
    rate = median(ours)
    return [
        Line(
            f"Rows a second in a retry in bulk of {size.retries}, its rate not limited",
            f"{rate:.0f}",
            f"loop of two transactions {median(floor):.0f}",
            ratio(ours, floor),
            f"≥ {_MOST_ASKED} a second",
            rate >= _MOST_ASKED,
        )
    ]


def rates(
    environment: Mapping[str, str], size: Size, rounds: int
) -> tuple[list[float], list[float]]:
    """Return rows a second in each round: the loop's, and the product's."""
    os.environ.update(environment)
    return asyncio.run(_rates(WorkerSettings.from_environment(), size, rounds))


async def _rates(
    settings: WorkerSettings, size: Size, rounds: int
) -> tuple[list[float], list[float]]:
    client = await connect_to(settings.temporal, PayloadCipher.of(settings.payload))
    database = Database(settings.database.dsn())
    fill(database, size.stuck)
    retrying = BulkRetryActivities(database, _UNHINDERED)
    asked = [_asked(database, size.retries) for _ in range(2 * rounds)]
    settled(database)
    floor, ours = list[float](), list[float]()
    own = [retrying.retry_batch]
    async with working(client, settings, {None: own}, [], own):
        for loop, whole in zip(asked[::2], asked[1::2], strict=True):
            floor.append(size.retries / await asyncio.to_thread(_loop, database, loop))
            seconds = await _carried_out(client, settings.task_queue, database, whole)
            ours.append(size.retries / seconds)
    database.close()
    return floor[1:], ours[1:]  # the first is for warming up


def _asked(database: Database, number: int) -> Any:
    """Create an operation that retries ``number`` stuck rows of one account of its own."""
    account_id = uuid4()
    of_account(database, account_id, number)
    asked = NewBulkRetry(Filter(account_id=account_id), _ACTOR, "a benchmark")
    with database.transaction() as session:
        return bulk_retries.request(session, uuid4(), asked)


def _loop(database: Database, operation: Any) -> float:
    """Decide about each row and record the decision; returns seconds."""
    with database.reading() as connection:
        rows = connection.execute(
            text("SELECT stuck_id, version FROM bulk_retry WHERE operation_id = :id"),
            {"id": operation.id},
        ).all()
    begun = time.perf_counter()
    for row in rows:
        _decide(database, operation.id, row.stuck_id, row.version)
    return time.perf_counter() - begun


def _decide(database: Database, operation_id: UUID, id_: UUID, version: int) -> None:
    with database.transaction() as session:
        decided = NewDecision(Decision.RETRY, version, _ACTOR, "a benchmark")
        decisions.decide(session, id_, decided)
    with database.transaction() as session:
        session.execute(_RESULT, {"id": operation_id, "row": id_})


async def _carried_out(client: Client, queue: str, database: Database, operation: Any) -> float:
    """Carry out the operation; returns seconds. Raises RuntimeError if a row was not retried."""
    with database.reading() as connection:
        process = process_queries.read(connection, operation.id)
        definition = CATALOG[ProcessType.BULK_RETRY]
        start = definition.start(connection, operation.id).argument
    if process is None:
        raise LookupError(operation.id)
    begun = time.perf_counter()
    await client.execute_workflow(
        definition.workflow.run, start, id=process.workflow_id, task_queue=queue
    )
    seconds = time.perf_counter() - begun
    with database.reading() as connection:
        result = connection.execute(
            text("SELECT result FROM operation WHERE id = :id"), {"id": operation.id}
        ).scalar_one()
    if result["retried"] != operation.progress["total"]:
        raise RuntimeError(f"not every row was retried: {result}")
    return seconds

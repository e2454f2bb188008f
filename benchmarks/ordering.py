"""Orders carried out a second, with one item and with five, against a bare workflow."""

import asyncio
import os
import time
from collections.abc import Mapping, Sequence
from statistics import median
from typing import Any
from uuid import UUID

from temporalio.client import Client

from activities.orders.orders import OrderActivities, OrderStart, mark_order
from activities.provisioning.run_step import StepRunner
from benchmarks.bare_order import BareOrder, ChangeActivities
from benchmarks.bare_step import TARGET
from benchmarks.measuring import Line, Size, alone, ratio
from benchmarks.place import Place
from benchmarks.placed_orders import Customer
from benchmarks.working import BARE, working
from domain.orders.planned_steps import PROCESS
from domain.processes import order_id as workflow_id_of
from runtime.payload_codec import PayloadCipher
from runtime.temporal_client import connect_to
from settings.processes import WorkerSettings
from storage.database import Database
from worker.registration import Registered
from workflows.orders.service_order import ServiceOrder

_LEAST_RATE = 0.8
_AT_ONCE = 10
_ITEMS = (1, 5)
Figures = dict[tuple[str, int], list[float]]


def lines(place: Place, size: Size) -> list[Line]:
    """Measure ours and the bare workflow in turns, many orders at once."""
    with place.temporal() as environment:
        rates: Figures = alone(measure, environment, size.workflows, 2 * size.rounds).result
    return [_line(rates["order", items], rates["bare", items], items) for items in _ITEMS]


def _line(ours: list[float], bare: list[float], items: int) -> Line:
    share = ratio(ours, bare)
    what = "one item" if items == 1 else f"{items} items"
    return Line(
        f"Orders of {what} carried out a second, {_AT_ONCE} at once",
        f"{median(ours):.1f}",
        f"bare workflow, same activities {median(bare):.1f}",
        share,
        f"≥ {_LEAST_RATE}×",
        share >= _LEAST_RATE,
    )


def measure(environment: Mapping[str, str], number: int, rounds: int) -> Figures:
    """Return the rates of each round."""
    os.environ.update(environment)
    return asyncio.run(_measure(WorkerSettings.from_environment(), number, rounds))


async def _measure(settings: WorkerSettings, number: int, rounds: int) -> Figures:
    client = await connect_to(settings.temporal, PayloadCipher.of(settings.payload))
    database = Database(settings.database.dsn())
    orders = OrderActivities(database)
    change = ChangeActivities(
        StepRunner(database, settings.step_rules(), {PROCESS: mark_order})
    ).change_network
    own = [orders.plan, orders.refresh, orders.end]
    work: Registered = {None: own, TARGET: [change]}
    contenders = {
        "bare": (BareOrder, BARE),
        "order": (ServiceOrder, settings.task_queue),
    }
    customer = Customer(database, _AT_ONCE * max(_ITEMS) * 2)
    rates: Figures = {(name, items): [] for name in contenders for items in _ITEMS}
    async with working(client, settings, work, [BareOrder], [*own, change]):
        for turn in range(1 + rounds):  # the first is for warming up
            for items in _ITEMS:
                for name, (process, queue) in contenders.items():
                    asked = customer.begun(max(1, number // items), items)
                    rate = await _rate(client, process, queue, asked)
                    if turn:
                        rates[name, items].append(rate)
    database.close()
    return rates


async def _rate(client: Client, process: Any, queue: str, orders: Sequence[UUID]) -> float:
    turns = asyncio.Semaphore(_AT_ONCE)

    async def carry_out(order_id: UUID) -> None:
        async with turns:
            await client.execute_workflow(
                process.run,
                OrderStart(order_id=order_id),
                id=workflow_id_of(order_id),
                task_queue=queue,
            )

    begun = time.perf_counter()
    await asyncio.gather(*(carry_out(each) for each in orders))
    return len(orders) / (time.perf_counter() - begun)

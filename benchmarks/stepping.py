"""Workflows of one step a second, against bare workflows of one activity, and what a step adds."""

import asyncio
import os
import time
from collections.abc import Mapping, Sequence
from statistics import median
from typing import Any
from uuid import uuid4

from temporalio.client import Client
from temporalio.testing import ActivityEnvironment

from activities.provisioning.run_step import StepRunner
from benchmarks.bare_step import TARGET, OneActivity, OneElsewhere, nothing
from benchmarks.measuring import Line, Size, alone, ratio
from benchmarks.one_step import OneStep, StepActivities
from benchmarks.place import Place
from benchmarks.statements import counted
from benchmarks.working import BARE, working
from domain.provisioning.steps import Step
from domain.provisioning.targets import Target
from runtime.payload_codec import PayloadCipher
from runtime.temporal_client import connect_to
from settings.processes import WorkerSettings
from storage.database import Database
from storage.provisioning import step_order
from storage.provisioning.step_order import PlacedStep
from worker.registration import Registered

_LEAST_RATE = 0.8
_AT_ONCE = 10
_CONTENDERS = {"bare": OneActivity, "elsewhere": OneElsewhere, "step": OneStep}
Figures = dict[str, list[float]]


def lines(place: Place, size: Size) -> list[Line]:
    """Measure all three in turns, many at once and then one alone; then a step without Temporal."""
    with place.temporal() as environment:
        figures = alone(measure, environment, size.workflows, 2 * size.rounds).result
    rates, times, parts = figures
    return [*_rate_lines(rates), *_time_lines(times), _parts_line(parts)]


def _rate_lines(rates: Figures) -> list[Line]:
    share = ratio(rates["step"], rates["bare"])
    elsewhere = median(rates["elsewhere"])
    return [
        Line(
            f"Processes of one step a second, {_AT_ONCE} at once",
            f"{median(rates['step']):.1f}",
            f"bare workflow {median(rates['bare']):.1f}",
            share,
            f"≥ {_LEAST_RATE}×",
            share >= _LEAST_RATE,
        ),
        Line(
            "…of that the second task queue: a bare activity there",
            f"{elsewhere:.1f}",
            f"on the workflow's own {median(rates['bare']):.1f}",
            ratio(rates["elsewhere"], rates["bare"]),
        ),
        Line(
            "…of that what is written down: a step there",
            f"{median(rates['step']):.1f}",
            f"a bare activity there {elsewhere:.1f}",
            ratio(rates["step"], rates["elsewhere"]),
        ),
    ]


def _time_lines(times: Figures) -> list[Line]:
    ours, bare = median(times["step"]), median(times["bare"])
    return [
        Line(
            f"…one alone, median time of {len(times['step'])}",
            f"{ours:.1f} ms",
            f"bare workflow {bare:.1f} ms, on two queues {median(times['elsewhere']):.1f} ms",
            ours / bare,
        )
    ]


def _parts_line(parts: Mapping[str, float]) -> Line:
    return Line(
        f"…a step without Temporal: {parts['statements']:.0f} statements in"
        f" {parts['commits']:.0f} transactions",
        f"{parts['all']:.2f} ms",
        f"of it PostgreSQL {parts['database']:.2f} ms",
    )


def measure(
    environment: Mapping[str, str], number: int, rounds: int
) -> tuple[Figures, Figures, dict[str, float]]:
    """Return rates of each round, times of one alone in milliseconds, and the parts of a step."""
    os.environ.update(environment)
    return asyncio.run(_measure(WorkerSettings.from_environment(), number, rounds))


async def _measure(
    settings: WorkerSettings, number: int, rounds: int
) -> tuple[Figures, Figures, dict[str, float]]:
    client = await connect_to(settings.temporal, PayloadCipher.of(settings.payload))
    database = Database(settings.database.dsn())
    steps_ = StepActivities(StepRunner(database, settings.step_rules()))
    rates: Figures = {name: [] for name in _CONTENDERS}
    times: Figures = {name: [] for name in _CONTENDERS}
    # All are registered on the bare queues too, whose workers copy the product's options.
    work: Registered = {None: [nothing], TARGET: [nothing]}
    async with working(client, settings, work, [*_CONTENDERS.values()], [steps_.do, nothing]):
        for turn in range(1 + rounds):  # the first is for warming up
            for name, process in _CONTENDERS.items():
                rate = await _rate(client, process, _asked_for(database, number))
                singles = _asked_for(database, number // rounds)
                alone_ = [await _time(client, process, each) for each in singles]
                if turn:
                    rates[name].append(rate)
                    times[name] += alone_
    parts = await asyncio.to_thread(_parts, database, steps_, number)
    database.close()
    return rates, times, parts


async def _rate(client: Client, process: Any, steps_: Sequence[Step]) -> float:
    turns = asyncio.Semaphore(_AT_ONCE)

    async def carry_out(step: Step) -> None:
        async with turns:
            await _time(client, process, step)

    begun = time.perf_counter()
    await asyncio.gather(*(carry_out(step) for step in steps_))
    return len(steps_) / (time.perf_counter() - begun)


async def _time(client: Client, process: Any, step: Step) -> float:
    begun = time.perf_counter()
    await client.execute_workflow(process.run, step, id=str(step.process_id), task_queue=BARE)
    return 1000 * (time.perf_counter() - begun)


def _asked_for(database: Database, number: int) -> list[Step]:
    """Create steps, each with its place in the order, as a use case creates them."""
    asked = []
    with database.transaction() as session:
        for _ in range(number):
            process_id = uuid4()
            step = Step(
                process="benchmark",
                process_id=process_id,
                action="do",
                resource=f"service/{process_id}",
            )
            step_order.add_all(session, [PlacedStep(step, Target.of(TARGET))], str(process_id))
            asked.append(step)
    return asked


def _parts(database: Database, steps_: StepActivities, number: int) -> dict[str, float]:
    """Return milliseconds of a step in the activity alone, and PostgreSQL's part of them."""
    here = ActivityEnvironment()
    plain, watched = _asked_for(database, number), _asked_for(database, number)
    begun = time.perf_counter()
    for step in plain:
        here.run(steps_.do, step)
    whole = 1000 * (time.perf_counter() - begun) / number
    with counted(database) as asked:
        for step in watched:
            here.run(steps_.do, step)
    return {
        "all": whole,
        "database": asked.milliseconds / number,
        "statements": asked.statements / number,
        "commits": asked.commits / number,
    }

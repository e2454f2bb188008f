"""Confirmations and conclusions of approvals a second, against their statements and nothing else.

The floor executes the very statements of the use case, captured in a trial that was rolled back,
with the same parameters, on the same pool, threads and tables.
"""

import asyncio
import os
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from statistics import median

from benchmarks.captured import Statement, captured, execute
from benchmarks.joint_boards import OFFERS, RULES, Asked, boards, propose
from benchmarks.measuring import Line, Size, alone, ratio
from benchmarks.place import Place, vacuum
from domain.audit import Actor, ActorKind
from runtime.payload_codec import PayloadCipher
from runtime.temporal_client import connect_to
from runtime.threads import on_thread
from services.approvals import answer
from services.engine import Engine
from settings.processes import WorkerSettings
from storage.approvals import concluding
from storage.approvals.concluding import Rules
from storage.database import Database

_AT_ONCE = 8
_LEAST_RATE = 0.8
_ENGINE = Actor(ActorKind.ENGINE, "approval")
Figures = tuple[list[float], list[float], int]
"""Rates per second in each round: the use case's, its bare statements'; and their number."""


def lines(place: Place, size: Size) -> list[Line]:
    """Measure both in turns with their floors."""
    programs, *_ = place.programs()
    with place.database() as url:
        environment = programs.environment(url)
        confirmed, concluded = alone(rates, environment, size.confirmations, size.rounds).result
    return [
        _line(f"Confirmations a second, {_AT_ONCE} at once", confirmed),
        _line("…acts carried out a second: the last look, the offer, its notices", concluded),
    ]


def _line(what: str, figures: Figures) -> Line:
    ours, bare, statements = figures
    share = ratio(ours, bare)
    return Line(
        what,
        f"{median(ours):.0f}",
        f"the same {statements} statements {median(bare):.0f}",
        share,
        f"≥ {_LEAST_RATE}×",
        share >= _LEAST_RATE,
    )


def rates(environment: Mapping[str, str], number: int, rounds: int) -> tuple[Figures, Figures]:
    """Return figures of confirming, and of concluding what was confirmed."""
    os.environ.update(environment)
    return asyncio.run(_rates(WorkerSettings.from_environment(), number, rounds))


async def _rates(settings: WorkerSettings, number: int, rounds: int) -> tuple[Figures, Figures]:
    asyncio.get_running_loop().set_default_executor(ThreadPoolExecutor(_AT_ONCE))
    temporal = await connect_to(
        settings.temporal, PayloadCipher.of(settings.payload), lazy=True
    )  # nothing here needs it
    database = Database(settings.database.dsn(), pool_size=_AT_ONCE)
    engine = Engine(database, temporal, settings.task_queue)
    asked = propose(database, boards(database, 2 * number * (1 + rounds)))
    confirmed = await _in_turns(engine, _confirm, asked, number)
    concluded = await _in_turns(engine, _conclude, asked, number)
    database.close()
    return confirmed, concluded


Step = Callable[[Engine, Asked], Awaitable[None]]


async def _confirm(engine: Engine, asked: Asked) -> None:
    await answer.confirm(engine, asked.id, asked.confirming, RULES, actor=asked.actor)


async def _conclude(engine: Engine, asked: Asked) -> None:
    rules = Rules(RULES, OFFERS)
    await engine.write(lambda s: concluding.conclude(s, asked.id, rules, actor=_ENGINE))


async def _in_turns(engine: Engine, step: Step, asked: Sequence[Asked], number: int) -> Figures:
    """Take the step with ``number`` approvals, its statements alone with as many, and so on."""
    database = engine.database
    known = [await captured(engine, partial(_of, step, each)) for each in asked]
    vacuum(database)  # what was rolled back
    ours, bare = list[float](), list[float]()
    for first in range(0, len(asked), 2 * number):
        mine, others = asked[first : first + number], known[first + number : first + 2 * number]
        ours.append(await _rate([partial(step, engine, each) for each in mine]))
        bare.append(await _rate([partial(_bare, database, each) for each in others]))
    return ours[1:], bare[1:], len(known[0])  # the first is for warming up


async def _of(step: Step, asked: Asked, engine: Engine) -> None:
    await step(engine, asked)


async def _bare(database: Database, statements: Sequence[Statement]) -> None:
    await on_thread(partial(execute, database, statements))


async def _rate(work: Sequence[Callable[[], Awaitable[None]]]) -> float:
    """Do all of it, so much at once; returns how many a second."""
    turns = asyncio.Semaphore(_AT_ONCE)

    async def one(each: Callable[[], Awaitable[None]]) -> None:
        async with turns:
            await each()

    begun = time.perf_counter()
    await asyncio.gather(*map(one, work))
    return len(work) / (time.perf_counter() - begun)

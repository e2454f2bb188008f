"""Contracts started a second, agreed by a click, against a bare workflow with the same activities.

Each is rendered, offered, agreed and set up at the simulated network and billing. The order of a
contract is started as soon as a check finds it: by itself, a worker waits five seconds longer for
whoever asked for it, which delays each contract, and not how many there are a second.
"""

import asyncio
import os
import time
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager, nullcontext
from datetime import timedelta
from statistics import median
from uuid import UUID, uuid4

from temporalio.client import Client

from activities.contracts.start import ContractStartInput
from benchmarks.bare_contract import BareContract
from benchmarks.drafted_contracts import AgreedActivities, Customer, rendering_of
from benchmarks.measuring import Line, Size, alone, ratio
from benchmarks.place import Place
from benchmarks.working import BARE, working
from domain.contracts.states import ContractState
from domain.processes import ProcessType, contract_start_id
from runtime.payload_codec import PayloadCipher
from runtime.temporal_client import connect_to
from services import launcher
from services.engine import Engine
from settings.processes import WorkerSettings
from storage.contracts import rows
from storage.database import Database
from storage.processes import processes
from worker import frequent_check
from worker.activities import activities
from worker.registration import Registered
from worker.wake_contracts import ContractWaker

_LEAST_RATE = 0.8
_AT_ONCE = 40
_SEAL = ("VOLITUS_SIGNATURES_E_SEAL_KEY", "VOLITUS_SIGNATURES_E_SEAL_CERTIFICATE")
"""Settings of the operator's seal: there are none, for it is another's signature service."""
_DUE = {ProcessType.ORDER: timedelta()}
Figures = dict[str, list[float]]


def lines(place: Place, size: Size) -> list[Line]:
    """Measure ours and the bare workflow in turns, many contracts at once."""
    with place.temporal("network", "billing") as environment:
        without_seal = environment | dict.fromkeys(_SEAL, "")
        rates: Figures = alone(measure, without_seal, size.workflows, size.rounds).result
    ours, bare = rates["contract"], rates["bare"]
    share = ratio(ours, bare)
    return [
        Line(
            f"Contracts started a second, agreed by a click, {_AT_ONCE} at once",
            f"{median(ours):.1f}",
            f"bare workflow, same activities {median(bare):.1f}",
            share,
            f"≥ {_LEAST_RATE}×",
            share >= _LEAST_RATE,
        )
    ]


def measure(environment: Mapping[str, str], number: int, rounds: int) -> Figures:
    """Return the rates of each round."""
    os.environ.update(environment)
    return asyncio.run(_measure(WorkerSettings.from_environment(), number, rounds))


async def _measure(settings: WorkerSettings, number: int, rounds: int) -> Figures:
    client = await connect_to(settings.temporal, PayloadCipher.of(settings.payload))
    database = Database(settings.database.dsn())
    engine = Engine(database, client, settings.task_queue)
    customer = Customer(database)
    rates: Figures = {"bare": [], "contract": []}
    with activities(settings, database) as product:
        work = _agreed(product, database, customer, settings)
        flat = [each for todo in work.values() for each in todo]
        async with working(client, settings, work, [BareContract], flat):
            for turn in range(1 + rounds):  # the first is for warming up
                for name, of in rates.items():
                    drafts = customer.drafts(number)
                    rate = await _rate(engine, name, drafts)
                    _require_active(database, drafts)
                    if turn:
                        of.append(rate)
    database.close()
    return rates


def _agreed(
    product: Registered, database: Database, customer: Customer, settings: WorkerSettings
) -> Registered:
    """Return the product's activities; what is offered is agreed to at once."""
    rendering = rendering_of(product[None])
    agreed = AgreedActivities(rendering, database, customer, settings.approval_rules())
    others = [each for each in product[None] if each != rendering.render]
    return {**product, None: [*others, agreed.render]}


async def _rate(engine: Engine, name: str, drafts: Sequence[UUID]) -> float:
    turns = asyncio.Semaphore(_AT_ONCE)
    is_bare = name == "bare"

    async def carry_out(contract_id: UUID) -> None:
        async with turns:
            await (_bare(engine.temporal, contract_id) if is_bare else _ours(engine, contract_id))

    async with nullcontext() if is_bare else _checks(engine):
        begun = time.perf_counter()
        await asyncio.gather(*(carry_out(each) for each in drafts))
        return len(drafts) / (time.perf_counter() - begun)


async def _ours(engine: Engine, contract_id: UUID) -> None:
    await launcher.start(engine, contract_id)
    await engine.temporal.get_workflow_handle(contract_start_id(contract_id)).result()


async def _bare(client: Client, contract_id: UUID) -> None:
    start, id_ = ContractStartInput(contract_id=contract_id), str(uuid4())
    await client.execute_workflow(BareContract.run, start, id=id_, task_queue=BARE)


@asynccontextmanager
async def _checks(engine: Engine) -> AsyncIterator[None]:
    """Start orders and wake contracts, as every worker does."""

    async def start_orders() -> None:
        for each in await engine.write(lambda s: processes.claim_unstarted(s, _DUE)):
            await launcher.begin(engine, each)

    starter = frequent_check.repeated(start_orders, unavailable="away", failed="failed")
    async with starter, ContractWaker(engine).running():
        yield


def _require_active(database: Database, contracts: Sequence[UUID]) -> None:
    """Raise RuntimeError where a contract is not active: then nothing was measured."""
    with database.reading() as connection:
        found = {each: rows.read(connection, each) for each in contracts}
    for id_, contract in found.items():
        if contract is None or contract.state is not ContractState.ACTIVE:
            raise RuntimeError(f"the contract {id_} is {contract and contract.state}")

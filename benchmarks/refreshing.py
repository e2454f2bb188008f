"""Refreshes a second, against a bare workflow with as many steps on the same server and worker."""

import asyncio
import os
import time
from collections.abc import Mapping, Sequence
from statistics import median
from typing import Any
from uuid import UUID, uuid4

from temporalio.client import Client

from activities.registry.refresh_person import (
    EndRefreshActivities,
    RefreshPersonActivities,
    RefreshRequest,
)
from benchmarks.bare_workflow import Bare, nothing
from benchmarks.customers import board_member, sole_board, take_on
from benchmarks.measuring import Line, Size, alone, ratio
from benchmarks.place import Place
from benchmarks.working import BARE, working
from domain.identifiers import CompanyKey, PersonKey
from domain.processes import ProcessType, person_refresh_id
from domain.registry.hold_limits import HoldLimits
from domain.registry.register import Appointment, Changes, CompanyStatus, RegisterState
from domain.task_queues import RegisterQueue
from runtime.payload_codec import PayloadCipher
from runtime.temporal_client import connect_to
from services.parties.people import ensure_person
from settings.processes import WorkerSettings
from storage.database import Database
from storage.requests import operations
from worker.registration import Registered
from workflows.registry.person_refresh import PersonRefresh

_LEAST_RATE = 0.8
_AT_ONCE = 10


class AnswersAtOnce:
    """A register in this process: each person acts alone for the company of the same number."""

    country = "EE"

    def companies_of(self, person: PersonKey) -> Sequence[Appointment]:
        """Return one company."""
        company = CompanyKey("EE", person.code)
        holders = (board_member(person),)
        return [Appointment(company, "Näidis", CompanyStatus.ACTIVE, True, holders)]

    def state(self, company: CompanyKey) -> RegisterState:
        """Return a state with one board member."""
        return sole_board(company.code, [PersonKey("EE", company.code)])

    def changed_since(self, cursor: str | None) -> Changes:
        """Return no changes."""
        return Changes([], cursor or "")


def lines(place: Place, size: Size) -> list[Line]:
    """Measure both in turns; every refresh finds a change, so it has all of its three steps."""
    with place.temporal() as environment:
        bare, ours = alone(rates, environment, size.workflows, size.rounds).result
    share = ratio(ours, bare)
    return [
        Line(
            f"Refreshes of a person a second, {_AT_ONCE} at once, 3 steps each",
            f"{median(ours):.1f}",
            f"bare workflow {median(bare):.1f}",
            share,
            f"≥ {_LEAST_RATE}×",
            share >= _LEAST_RATE,
        )
    ]


def rates(
    environment: Mapping[str, str], number: int, rounds: int
) -> tuple[list[float], list[float]]:
    """Return workflows a second in each round, bare ones and refreshes."""
    os.environ.update(environment)
    return asyncio.run(_rates(WorkerSettings.from_environment(), number, rounds))


async def _rates(
    settings: WorkerSettings, number: int, rounds: int
) -> tuple[list[float], list[float]]:
    client = await connect_to(settings.temporal, PayloadCipher.of(settings.payload))
    database = Database(settings.database.dsn())
    refreshing = RefreshPersonActivities(database, AnswersAtOnce(), HoldLimits())
    own: Registered = {
        None: [EndRefreshActivities(database).end_refresh],
        RegisterQueue.PEOPLE: [refreshing.query_person, refreshing.align_companies],
    }
    bare, ours = list[float](), list[float]()
    async with working(client, settings, own, [Bare], [nothing]):
        for _ in range(1 + rounds):  # the first is for warming up
            requests = _requests(database, number)
            bare.append(await _rate(client, Bare.run, BARE, requests))
            ours.append(await _rate(client, PersonRefresh.run, settings.task_queue, requests))
    database.close()
    return bare[1:], ours[1:]


async def _rate(client: Client, run: Any, queue: str, requests: Sequence[RefreshRequest]) -> float:
    turns = asyncio.Semaphore(_AT_ONCE)

    async def carry_out(request: RefreshRequest) -> None:
        async with turns:
            id_ = f"{queue}/{person_refresh_id(request.operation_id)}"
            await client.execute_workflow(run, request, id=id_, task_queue=queue)

    begun = time.perf_counter()
    await asyncio.gather(*(carry_out(request) for request in requests))
    return len(requests) / (time.perf_counter() - begun)


def _requests(database: Database, number: int) -> list[RefreshRequest]:
    """Create people who log in for the first time, each with a company that is a customer."""
    codes = [str(uuid4()) for _ in range(number)]
    take_on(database, codes)
    requests = [RefreshRequest(person_id=_person(database, c), operation_id=uuid4()) for c in codes]
    with database.transaction() as session:
        for each in requests:
            operations.request(session, each.operation_id, ProcessType.REFRESH, each.person_id)
    return requests


def _person(database: Database, code: str) -> UUID:
    return ensure_person(database, PersonKey("EE", code))

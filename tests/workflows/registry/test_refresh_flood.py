"""Many refreshes at once against a slow register: nobody else waits for them."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from temporalio.client import Client

from domain.identifiers import PersonKey
from services.engine import Engine
from services.parties.people import ensure_person
from services.registry.refresh_person import refresh_person
from simulators.register.app import FILE_PATH
from tests.builders.rows import rows
from tests.clients import register_client
from tests.fixtures.engine import until
from tests.fixtures.engine_plugin import working
from tests.fixtures.number_stack import Numbers, opened

SLOW = 2.0
"""Seconds that the register takes for an answer; each refresh here needs two."""


@pytest.fixture
async def numbers(
    database_url: str, temporal: Client, tmp_path: Path, register: register_client.Client
) -> AsyncIterator[Numbers]:
    """The API, the gateway, a worker, and a register that is slow until the test is over."""
    url = str(register.http.base_url).rstrip("/")
    addresses = {
        "VOLITUS_REGISTER_OPEN_DATA_URL": url + FILE_PATH,
        "VOLITUS_REGISTER_SOAP_URL": f"{url}/",
    }
    slow = {"source": "esindus", "kind": "delay", "seconds": SLOW}
    async with (
        opened(database_url, temporal, tmp_path / "data", **addresses) as numbers,
        working(numbers.settings, numbers.client),
    ):
        register.control("PUT", "/faults", [slow])
        yield numbers
        register.control("DELETE", "/faults")


def people(numbers: Numbers, number: int) -> list[UUID]:
    """Persons whom the register has never named."""
    keys = [PersonKey("LT", f"{37001010000 + each}") for each in range(number)]
    return [ensure_person(numbers.database, key) for key in keys]


def queries(register: register_client.Client) -> int:
    """Count the queries that the register has been asked; each person needs two."""
    asked: int = register.control("GET", "/stats")["queries"].get("esindus_v2", 0)
    return asked


async def flood(numbers: Numbers, person_ids: list[UUID]) -> set[UUID]:
    """Request a refresh of each; return the operations."""
    engine = Engine(numbers.database, numbers.client, numbers.settings.task_queue)
    operations = await asyncio.gather(
        *(refresh_person(engine, person_id, uuid4(), []) for person_id in person_ids)
    )
    return {operation.id for operation in operations}


@pytest.mark.parametrize(
    ("persons", "times"), [(1, 60), (25, 1)], ids=["one-person-60-times", "25-persons"]
)
async def test_fault_12_an_sms_is_sent_promptly_while_refreshes_wait_for_a_slow_register(
    numbers: Numbers, register: register_client.Client, persons: int, times: int
) -> None:
    operations = await flood(numbers, people(numbers, persons) * times)
    await until(lambda: queries(register) > 0)

    await numbers.asked()
    await until(lambda: numbers.codes() != [])

    # Behind the refreshes it came after all of these queries.
    assert persons == 1 or queries(register) < persons
    still_open = rows(numbers.database, "SELECT FROM operation WHERE state <> 'failed'")
    waiting = rows(
        numbers.database,
        "SELECT FROM pg_locks l JOIN pg_stat_activity a USING (pid)"
        " WHERE l.locktype = 'advisory' AND NOT l.granted AND a.datname = current_database()",
    )
    assert len(operations) == persons == len(still_open)
    assert waiting == []

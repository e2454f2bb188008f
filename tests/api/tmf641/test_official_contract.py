"""order.9: every answer about 10,000 orders is as TMF641's official description has it.

Needs ``TMF641_SWAGGER`` (tests/builders/tmf641_contract.py). Statuses that it lacks are 501 for a
JSON path in ``filter``, 413 and 429.
"""

import asyncio
from collections.abc import AsyncIterator
from typing import Any
from uuid import uuid4

import pytest
import schemathesis
from fastapi import FastAPI
from hypothesis import HealthCheck, given, settings
from schemathesis import Case, GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    negative_data_rejection,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from api.tmf641.addresses import PATH
from runtime.temporal_client import connect
from services.engine import Engine
from storage.database import Database
from tests.builders.listed_orders import put_cancel, put_many, put_order
from tests.builders.register_states import KUUSK
from tests.builders.rows import account, put, put_service, service
from tests.builders.tmf641_contract import needs_swagger, official
from tests.clients.api_client import ORDERS, Front, app_over, front_of
from tests.clients.token_issuer import ISSUER
from tests.fixtures import payload_keys
from tests.fixtures.databases import SharedDatabase

pytestmark = needs_swagger

NUMBER = 10_000
CLIENT = f"{ISSUER} orders"
EXAMPLES = {False: 25, True: 300}
"""Of each operation and mode; True: in a long run."""
HOME = account(KUUSK, 1)
LINE = service(1, HOME)
READS = ("/serviceOrder", "/serviceOrder/{id}", "/cancelServiceOrder", "/cancelServiceOrder/{id}")


@pytest.fixture(scope="module")
def app(shared_database: SharedDatabase, temporal_address: str) -> FastAPI:
    """The API over 10,000 orders, with one of which everything is known."""
    shared_database.empty()  # a test process may come back to this module
    put(shared_database, HOME)
    put_service(shared_database, LINE)
    put_many(shared_database, CLIENT, NUMBER)
    moments = dict.fromkeys(
        ("requested_start_at", "expected_at", "began_at", "ended_at"), "2026-03-01T10:00:00Z"
    )
    added = {"action": "add", "service_id": LINE.id, "product": "x", "after": [1]}
    failed = {"state": "rejected", "error": "parameter_value", "error_about": "iccid"}
    full = put_order(
        shared_database,
        CLIENT,
        {"service_id": LINE.id, "product": "y", "product_version": "1"} | failed,
        added,
        **moments,
        account_id=HOME.id,
        external_id="full",
        state="cancelled",
        category="sim",
        description="all of it",
        priority="1",
        depends_on=[uuid4()],
        given={"relatedParty": [{"id": "78"}], "externalReference": [{"name": "x"}]},
    )
    put_cancel(shared_database, full, CLIENT)
    temporal = asyncio.run(
        connect(temporal_address, namespace="default", cipher=payload_keys.cipher(), lazy=True)
    )
    return app_over(Engine(shared_database, temporal, str(uuid4())))


@pytest.fixture
async def front(app: FastAPI, shared_database: Database) -> AsyncIterator[Front]:
    async with front_of(app, shared_database) as opened:
        yield opened


async def test_order_9_every_order_fits_the_official_description(front: Front) -> None:
    path, seen = f"{PATH}/serviceOrder?limit=500&sort=externalId", 0
    faults: list[str] = []
    while path:
        answer = await front.get(path, ORDERS)
        faults += official().answer_faults("GET", f"{PATH}/serviceOrder", 200, answer.json())
        seen += len(answer.json())
        path = answer.links.get("next", {}).get("url", "")
        one = answer.json()[0]["href"]
        answer = await front.get(one, ORDERS)
        faults += official().answer_faults("GET", one, 200, answer.json())

    assert seen == NUMBER + 1
    assert faults == []


async def test_order_9_whatever_is_known_of_an_order_fits_the_official_description(
    front: Front,
) -> None:
    (full,) = (await front.get(f"{PATH}/serviceOrder?externalId=full", ORDERS)).json()
    tasks = await front.get(f"{PATH}/cancelServiceOrder", ORDERS)
    one = await front.get(tasks.json()[0]["href"], ORDERS)
    refused = await front.get(f"{PATH}/serviceOrder?color=red", ORDERS)

    official_ = official()
    assert official_.faults("ServiceOrder", full) == []
    assert official_.answer_faults("GET", f"{PATH}/cancelServiceOrder", 200, tasks.json()) == []
    assert official_.faults("CancelServiceOrder", one.json()) == []
    assert official_.faults("Error", refused.json()) == []


@pytest.mark.parametrize("mode", list(GenerationMode), ids=lambda mode: mode.value)
@pytest.mark.parametrize("path", READS)
def test_order_9_whatever_is_asked_is_answered_as_officially_described(
    app: FastAPI, path: str, mode: GenerationMode, *, long_run: bool
) -> None:
    schema: Any = schemathesis.openapi.from_dict(official().swagger)
    schema.app = app

    @settings(
        max_examples=EXAMPLES[long_run],
        deadline=None,
        database=None,
        derandomize=True,
        suppress_health_check=list(HealthCheck),
    )
    @given(case=schema[path]["GET"].as_strategy(generation_mode=mode))
    def answered_as_described(case: Case[Any]) -> None:
        case.call_and_validate(
            headers={"Authorization": f"Bearer {ORDERS}"},
            checks=[
                not_a_server_error,
                status_code_conformance,
                content_type_conformance,
                response_headers_conformance,
                response_schema_conformance,
                negative_data_rejection,
            ],
        )

    answered_as_described()

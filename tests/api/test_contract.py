"""The API does what its description says, whatever is thrown at it (schemathesis)."""

import asyncio
import json
import re
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest
import schemathesis
from fastapi import FastAPI
from hypothesis import HealthCheck, given, settings
from schemathesis import Case, GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.schemas import BaseSchema
from schemathesis.specs.openapi.checks import (
    allow_header_conformance,
    content_type_conformance,
    negative_data_rejection,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
    unsupported_method,
)

from runtime.temporal_client import connect
from services.engine import Engine
from storage.database import Database
from tests.builders.people import MARI
from tests.builders.register_states import KUUSK, sole, state
from tests.builders.rows import account, put, store_states
from tests.builders.stuck_items import services, stick
from tests.clients.api_client import app_over
from tests.clients.billing_client import running
from tests.clients.billing_reading import reader_of
from tests.fixtures import payload_keys
from tests.oracles.api_description import api_description
from tests.oracles.callers import BY_SIGNATURE, CALLERS, OPERATIONS, ROUTES

EXAMPLES = {False: 5, True: 200}
"""Of each operation and mode; True: in a long run."""
ASKING = [each for each in OPERATIONS if each[0] not in {"isAlive", "isReady"} | BY_SIGNATURE]
"""Those of whom something can be asked wrongly."""
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    negative_data_rejection,
    unsupported_method,
    allow_header_conformance,
]


def test_every_reference_of_the_description_resolves() -> None:
    document = api_description()

    named = set(re.findall(r'"#/components/schemas/(\w+)"', json.dumps(document)))

    assert document["openapi"].startswith("3.1")
    assert named <= set(document["components"]["schemas"])


def test_names_of_schemas_read_well_in_a_client() -> None:
    names = api_description()["components"]["schemas"]

    # Two models of one name would be distinguished by their modules' paths.
    assert [name for name in names if "__" in name or not name[0].isupper()] == []
    assert [name for name in names if name.endswith("Shape")] == []


def test_every_operation_has_one_tag() -> None:
    paths = api_description()["paths"]
    operations = [operation for path in paths.values() for operation in path.values()]

    assert operations
    assert [each for each in operations if len(each.get("tags", [])) != 1] == []


@pytest.fixture(scope="module")
def described(
    shared_database: Database, temporal_address: str, http_servers: None
) -> Iterator[FastAPI]:
    """The API over a little data, with Temporal and billing there, and no worker."""
    put(shared_database, account(KUUSK, 1), account(MARI, 2))
    store_states(shared_database, state(sole(MARI)))
    stick(shared_database, services(shared_database, 1)[0])
    temporal = asyncio.run(
        connect(temporal_address, namespace="default", cipher=payload_keys.cipher(), lazy=True)
    )
    with running() as billing, reader_of(shared_database, billing) as reader:
        billing.ledger({"service": str(uuid4())}, account=str(account(KUUSK, 1).id))
        yield app_over(Engine(shared_database, temporal, str(uuid4())), reader)


@pytest.fixture(scope="module")
def description(described: FastAPI) -> BaseSchema:
    return schemathesis.openapi.from_asgi("/openapi.json", described)


@pytest.mark.parametrize("mode", list(GenerationMode), ids=lambda mode: mode.value)
@pytest.mark.parametrize("operation", ASKING, ids=[name for name, _, _ in ASKING])
def test_answers_match_the_description(
    description: BaseSchema,
    operation: tuple[str, str, str],
    mode: GenerationMode,
    *,
    long_run: bool,
) -> None:
    name, method, path = operation

    @settings(
        max_examples=EXAMPLES[long_run],
        deadline=None,
        database=None,
        derandomize=True,
        suppress_health_check=list(HealthCheck),
    )
    @given(case=description[path][method].as_strategy(generation_mode=mode))
    def answered_as_described(case: Case[Any]) -> None:
        case.call_and_validate(headers=bearer(name), checks=CHECKS)

    answered_as_described()


def bearer(name: str) -> dict[str, str]:
    """Somebody who may call this."""
    caller = min(ROUTES[name][0] - {"portal"} or {"portal"})
    return {"Authorization": f"Bearer {CALLERS[caller]}"}

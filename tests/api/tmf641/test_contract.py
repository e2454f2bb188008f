"""order.9: TMF641 does what its description says, whatever is thrown at it (schemathesis)."""

import asyncio
import json
import re
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

from api.tmf641.addresses import PATH
from runtime.temporal_client import connect
from services.engine import Engine
from storage.database import Database
from tests.builders.listed_orders import put_order
from tests.clients.api_client import ORDERS, app_over
from tests.clients.token_issuer import ISSUER
from tests.fixtures import payload_keys
from tests.oracles.api_description import OPENAPI_TMF641_JSON

EXAMPLES = {False: 5, True: 200}
"""Of each operation and mode; True: in a long run."""
DOCUMENT: dict[str, Any] = json.loads(OPENAPI_TMF641_JSON.read_text(encoding="utf-8"))
OPERATIONS = [
    (operation["operationId"], method.upper(), path)
    for path, methods in DOCUMENT["paths"].items()
    for method, operation in methods.items()
]
OFFERED = [each for each in OPERATIONS if "/hub" not in each[2]]
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


def test_order_9_the_description_is_complete() -> None:
    named = set(re.findall(r'"#/components/schemas/([^"]+)"', json.dumps(DOCUMENT)))

    assert DOCUMENT["openapi"].startswith("3.1")
    assert [each["url"] for each in DOCUMENT["servers"]] == ["/tmf-api/serviceOrdering/v4"]
    assert named <= set(DOCUMENT["components"]["schemas"])
    assert [name for name in DOCUMENT["components"]["schemas"] if "__" in name] == []
    assert {operation for operation, _, _ in OPERATIONS} == {
        *("listServiceOrder", "createServiceOrder", "retrieveServiceOrder"),
        *("patchServiceOrder", "deleteServiceOrder", "listCancelServiceOrder"),
        *("createCancelServiceOrder", "retrieveCancelServiceOrder"),
        *("registerListener", "unregisterListener"),
    }


@pytest.fixture(scope="module")
def described(shared_database: Database, temporal_address: str) -> FastAPI:
    client, external_id = f"{ISSUER} orders", str(uuid4())  # other tests' rows may be there
    put_order(shared_database, client, {"product": "x"}, external_id=external_id, state="held")
    temporal = asyncio.run(
        connect(temporal_address, namespace="default", cipher=payload_keys.cipher(), lazy=True)
    )
    return app_over(Engine(shared_database, temporal, str(uuid4())))


@pytest.fixture(scope="module")
def description(described: FastAPI) -> BaseSchema:
    return schemathesis.openapi.from_asgi(f"{PATH}/openapi.json", described)


@pytest.mark.parametrize("mode", list(GenerationMode), ids=lambda mode: mode.value)
@pytest.mark.parametrize("operation", OFFERED, ids=[name for name, _, _ in OFFERED])
def test_order_9_answers_match_the_description(
    description: BaseSchema,
    operation: tuple[str, str, str],
    mode: GenerationMode,
    *,
    long_run: bool,
) -> None:
    _, method, path = operation

    @settings(
        max_examples=EXAMPLES[long_run],
        deadline=None,
        database=None,
        derandomize=True,
        suppress_health_check=list(HealthCheck),
    )
    @given(case=description[path][method].as_strategy(generation_mode=mode))
    def answered_as_described(case: Case[Any]) -> None:
        case.call_and_validate(headers={"Authorization": f"Bearer {ORDERS}"}, checks=CHECKS)

    answered_as_described()

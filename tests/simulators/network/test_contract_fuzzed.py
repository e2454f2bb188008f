"""step.9: whatever is sent, the standard network answers as TMF640's description has it.

Needs ``TMF640_SWAGGER`` (tests/builders/tmf640_contract.py). A body with an unknown member and a
negative offset are refused, which the description leaves open.
"""

from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
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

from tests.builders.tmf640_contract import needs_swagger, official
from tests.clients.network_client import TOKEN, Client, running

pytestmark = needs_swagger

EXAMPLES = {False: 10, True: 60}
"""Of each operation and mode; True: in a long run."""
BEARER = {"authorization": f"Bearer {TOKEN.get_secret_value()}"}


@pytest.fixture(scope="module")
def network(http_servers: None) -> Iterator[Client]:
    with running() as client:
        client.behave("standard")
        yield client


@pytest.mark.parametrize("mode", list(GenerationMode), ids=lambda mode: mode.value)
@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/service"),
        ("POST", "/service"),
        ("GET", "/service/{id}"),
        ("PATCH", "/service/{id}"),
        ("GET", "/monitor"),
        ("GET", "/monitor/{id}"),
    ],
)
def test_step_9_whatever_is_sent_is_answered_as_described(
    network: Client, method: str, path: str, mode: GenerationMode, *, long_run: bool
) -> None:
    schema = schemathesis.openapi.from_dict(official().swagger)
    schema.config.update(base_url=network.activation_url)

    @settings(
        max_examples=EXAMPLES[long_run],
        deadline=None,
        database=None,
        derandomize=True,
        suppress_health_check=list(HealthCheck),
    )
    @given(case=schema[path][method].as_strategy(generation_mode=mode))
    def answered_as_described(case: Case[Any]) -> None:
        case.call_and_validate(
            headers=BEARER,
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

"""api.3: every example in the document is one: it fits its schema, and its route takes it."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import jsonschema_rs
import pytest
from fastapi.routing import APIRoute

from api.document.examples import values
from api.document.examples.composing import id_of
from api.routers import ROUTERS
from tests.oracles.api_description import (
    OPENAPI_CAMARA_JSON,
    OPENAPI_JSON,
    OPENAPI_TMF641_JSON,
    api_description,
)

DOCUMENTS = [OPENAPI_JSON, OPENAPI_TMF641_JSON, OPENAPI_CAMARA_JSON]


class Shown(NamedTuple):
    """An example, the name of its operation, and the schema that it is of."""

    name: str
    schema: dict[str, Any]
    example: Any


def faults(file: Path, shown: Sequence[Shown]) -> list[str]:
    """What of these examples does not fit its schema, formats of texts included."""
    schemas = api_description(file)["components"]["schemas"]
    # One validator for all: each would compile every schema again.
    schema = {"components": {"schemas": schemas}, "prefixItems": [each.schema for each in shown]}
    validator = jsonschema_rs.Draft202012Validator(schema, validate_formats=True)
    found = validator.iter_errors([each.example for each in shown])
    return [f"{shown[int(each.instance_path[0])].name}: {each.message}" for each in found]


def shown_in(document: dict[str, Any]) -> Iterator[Shown]:
    """Every example of a body; one that several bodies name comes several times."""
    for path in document["paths"].values():
        for operation in path.values():
            bodies = [operation.get("requestBody", {}), *operation["responses"].values()]
            for content in [each for body in bodies for each in body.get("content", {}).values()]:
                for example in examples_of(content, document):
                    yield Shown(operation["operationId"], content.get("schema", {}), example)


def examples_of(content: dict[str, Any], document: dict[str, Any]) -> Iterator[Any]:
    if "example" in content:
        yield content["example"]
    for named in content.get("examples", {}).values():
        there = named.get("$ref", "").rpartition("/")[2]
        yield (document["components"]["examples"][there] if there else named)["value"]


@pytest.mark.parametrize("file", DOCUMENTS, ids=lambda file: file.name)
def test_every_example_fits_its_schema(file: Path) -> None:
    shown = list(shown_in(api_description(file)))

    assert shown
    assert faults(file, shown) == []


def sent() -> list[Any]:
    routes = [route for router in ROUTERS for route in router.routes]
    with_body = [each for each in routes if isinstance(each, APIRoute) and each.body_field]
    return [pytest.param(each, id=each.operation_id) for each in with_body]


@pytest.mark.parametrize("route", sent())
def test_a_route_takes_the_example_of_its_request(route: APIRoute) -> None:
    """A schema says nothing of fields that exclude each other; the model does."""
    assert route.methods is not None
    (method,) = route.methods
    content = api_description()["paths"][route.path_format][method.lower()]["requestBody"]
    example = content["content"]["application/json"]["example"]
    assert route.body_field is not None

    _, errors = route.body_field.validate(example, {}, loc=("body",))

    assert not errors


def test_examples_tell_one_story() -> None:
    listed = api_description()["paths"]["/v1/me/accounts"]["get"]["responses"]["200"]
    account = listed["content"]["application/json"]["example"]["items"][0]

    assert account["account_id"] == id_of("account")
    assert account["company_code"] == values.REGISTRY_CODE


@pytest.mark.parametrize("file", DOCUMENTS, ids=lambda file: file.name)
def test_no_property_shows_its_own_name_for_want_of_a_value(file: Path) -> None:
    """Its value stands in api/document/examples/values.py, or in ``examples`` of its model."""
    shown = [each.example for each in shown_in(api_description(file))]

    assert {name for name, value in leaves(shown) if value == name} == set()


def leaves(node: Any, name: str = "") -> Iterator[tuple[str, Any]]:
    if isinstance(node, dict):
        for key, each in node.items():
            yield from leaves(each, key)
    elif isinstance(node, list):
        for each in node:
            yield from leaves(each, name)
    else:
        yield name, node

"""api.3: every example in the document is one: it fits its schema, and its route takes it."""

from collections.abc import Iterator
from typing import Any

import jsonschema_rs
import pytest
from fastapi.routing import APIRoute

from api.document.examples import values
from api.document.examples.composing import id_of
from api.routers import ROUTERS
from tests.oracles.api_description import api_description

PROBLEM = {"$ref": "#/components/schemas/ProblemDetails"}


def faults(schema: dict[str, Any], example: Any) -> list[str]:
    """What of the example does not fit the schema, formats of texts included."""
    known = {"components": {"schemas": api_description()["components"]["schemas"]}}
    validator = jsonschema_rs.Draft202012Validator(known | schema, validate_formats=True)
    return [f"{each.instance_path}: {each.message}" for each in validator.iter_errors(example)]


def bodies() -> Iterator[tuple[str, dict[str, Any]]]:
    for path in api_description()["paths"].values():
        for operation in path.values():
            name = operation["operationId"]
            for content in operation.get("requestBody", {}).get("content", {}).values():
                yield name, content
            for answer in operation["responses"].values():
                for content in answer.get("content", {}).values():
                    yield name, content


def test_every_example_fits_its_schema() -> None:
    shown = [(name, content) for name, content in bodies() if "example" in content]

    unfit = {name: faults(each["schema"], each["example"]) for name, each in shown}

    assert len(shown) > 200
    assert {name: found for name, found in unfit.items() if found} == {}


def test_every_example_of_a_problem_fits_and_is_used() -> None:
    examples = api_description()["components"]["examples"]
    named = [each for _, content in bodies() for each in content.get("examples", {}).values()]

    assert [code for code, each in examples.items() if faults(PROBLEM, each["value"])] == []
    assert {each["$ref"].rpartition("/")[2] for each in named} == examples.keys()


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

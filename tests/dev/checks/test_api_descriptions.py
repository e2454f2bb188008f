"""api.3: a route or a property that says nothing of itself fails ``make check``."""

from copy import deepcopy
from typing import Any

import pytest

from dev.checks.api_descriptions import gaps

GOOD: dict[str, Any] = {
    "paths": {
        "/v1/accounts": {
            "get": {
                "summary": "List Accounts",
                "description": "List the accounts.",
                "parameters": [{"name": "state", "in": "query", "description": "In this state."}],
                "requestBody": {"content": {"application/json": {"example": {}}}},
                "responses": {
                    "200": {
                        "description": "The accounts.",
                        "content": {"application/json": {"example": []}},
                    }
                },
            }
        }
    },
    "components": {
        "schemas": {"Account": {"properties": {"id": {"type": "string", "description": "Its id."}}}}
    },
}
ROUTE = ("paths", "/v1/accounts", "get")
PROPERTY = ("components", "schemas", "Account", "properties", "id")


def at(document: dict[str, Any], *place: str) -> dict[str, Any]:
    for each in place:
        document = document[each]
    return document


def test_a_document_that_says_everything_has_no_gaps() -> None:
    assert list(gaps(GOOD)) == []


@pytest.mark.parametrize(
    ("place", "field", "gap"),
    [
        pytest.param(ROUTE, "summary", "GET /v1/accounts: no summary", id="summary"),
        pytest.param(ROUTE, "description", "GET /v1/accounts: no description", id="description"),
        pytest.param(PROPERTY, "description", "Account.id: no description", id="property"),
    ],
)
def test_what_is_missing_is_named(place: tuple[str, ...], field: str, gap: str) -> None:
    document = deepcopy(GOOD)

    del at(document, *place)[field]

    assert list(gaps(document)) == [gap]


@pytest.mark.parametrize("said", ["", "Successful Response"], ids=["nothing", "of-the-framework"])
def test_an_answer_that_does_not_say_what_it_is_is_named(said: str) -> None:
    document = deepcopy(GOOD)

    at(document, *ROUTE, "responses", "200")["description"] = said

    assert list(gaps(document)) == ["GET /v1/accounts: 200 does not say what it is"]


@pytest.mark.parametrize(
    ("place", "which"),
    [(("requestBody",), "request"), (("responses", "200"), "200")],
    ids=["request", "answer"],
)
def test_a_body_without_an_example_is_named(place: tuple[str, ...], which: str) -> None:
    document = deepcopy(GOOD)

    del at(document, *ROUTE, *place, "content", "application/json")["example"]

    gap = f"GET /v1/accounts: no example of {which} in application/json"
    assert list(gaps(document)) == [gap]


def test_a_parameter_without_a_description_is_named() -> None:
    document = deepcopy(GOOD)

    at(document, *ROUTE)["parameters"][0]["description"] = ""

    assert list(gaps(document)) == ["GET /v1/accounts: no description of state"]


def test_a_default_of_null_is_named() -> None:
    document = deepcopy(GOOD)

    at(document, *PROPERTY)["default"] = None

    place = "#/components/schemas/Account/properties/id"
    assert list(gaps(document)) == [f"{place}: default: null"]

"""api.2: OPTIONS and 405 name every method of a resource, whichever routes have them."""

import pytest

from tests.clients.api_client import Front
from tests.oracles.api_description import api_description
from tests.oracles.callers import ID

PATHS = api_description()["paths"]


def _filled(path: str) -> str:
    return "/".join(str(ID) if each.startswith("{") else each for each in path.split("/"))


@pytest.mark.parametrize("path", sorted(PATHS))
async def test_every_resource_names_its_methods(front: Front, path: str) -> None:
    methods = {method.upper() for method in PATHS[path]} | {"OPTIONS"}

    asked = await front.ask("OPTIONS", _filled(path))
    refused = await front.ask("TRACE", _filled(path))

    assert (asked.status_code, asked.content) == (204, b"")
    assert (refused.status_code, refused.json()["code"]) == (405, "method_not_allowed")
    for answer in (asked, refused):
        assert set(answer.headers["Allow"].split(", ")) == methods


async def test_options_of_what_there_is_not(front: Front) -> None:
    answer = await front.ask("OPTIONS", "/v1/nothing")

    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")


@pytest.mark.parametrize(
    ("path", "methods"),
    [
        ("/tmf-api/serviceOrdering/v4/serviceOrder", "GET, OPTIONS, POST"),
        ("/one-time-password-sms/v1/send-code", "OPTIONS, POST"),
    ],
)
async def test_so_do_those_of_standards(front: Front, path: str, methods: str) -> None:
    asked = await front.ask("OPTIONS", path)
    refused = await front.ask("PUT", path)

    assert (asked.status_code, refused.status_code) == (204, 405)
    assert asked.headers["Allow"] == refused.headers["Allow"] == methods

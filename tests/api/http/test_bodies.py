"""api.2: what is no JSON, or does not say so, is answered alike wherever a body is taken."""

from typing import Any
from uuid import UUID

import pytest

from tests.clients.api_client import CHECKER, Answer, Front
from tests.oracles.api_description import api_description
from tests.oracles.callers import CALLERS, ID, OPERATIONS, ROUTES

CHECK = "/v1/access/check"
CODE = "60001019906"


def _takes_json() -> list[tuple[str, str, str]]:
    paths = api_description()["paths"]
    return [
        each
        for each in OPERATIONS
        if "application/json"
        in paths[each[2]][each[1].lower()].get("requestBody", {}).get("content", {})
    ]


TAKING = _takes_json()


async def _sent(front: Front, operation: tuple[str, str, str], body: bytes, kind: str) -> Answer:
    name, method, path = operation
    callers, _ = ROUTES.get(name, ({"ops"}, None))
    headers = {"Idempotency-Key": "k", **({"Content-Type": kind} if kind else {})}
    token = CALLERS[min(callers)]
    if token:
        headers["Authorization"] = f"Bearer {token}"
    filled = "/".join(str(ID) if each.startswith("{") else each for each in path.split("/"))
    return await front.http.request(method, filled, content=body, headers=headers)


def test_there_are_routes_that_take_json() -> None:
    assert len(TAKING) > 50


@pytest.mark.parametrize("operation", TAKING, ids=[each[0] for each in TAKING])
async def test_every_route_says_the_same_of_a_broken_body(
    front: Front, operation: tuple[str, str, str]
) -> None:
    broken = await _sent(front, operation, b'{"a": ' + CODE.encode(), "application/json")
    no_text = await _sent(front, operation, b"\xff\xfe\xff{", "application/json")
    typed = await _sent(front, operation, b'{"a": 1}', "text/plain")
    untyped = await _sent(front, operation, b'{"a": 1}', "")

    for answer in (broken, no_text):
        assert (answer.status_code, answer.json()["code"]) == (400, "malformed"), answer.text
        assert answer.json()["errors"] == [{"pointer": "", "message": "Is not JSON"}]
    for answer in (typed, untyped):
        told = answer.status_code, answer.json()["code"]
        assert told == (415, "media_type_unsupported"), answer.text
        assert answer.headers["Accept"] == "application/json"
    assert CODE not in broken.text


@pytest.mark.parametrize("kind", ["application/json; charset=utf-8", "application/problem+json"])
async def test_json_may_say_more_of_itself(front: Front, kind: str) -> None:
    answer = await _sent(front, ("checkAccess", "POST", CHECK), b"{}", kind)

    assert answer.status_code == 422


def _question(**more: Any) -> dict[str, Any]:
    id_ = str(UUID(int=7))
    return {"account_id": id_, "permission": "usage:view", "person_id": id_, **more}


@pytest.mark.parametrize("name", ["acountId", "account-id", "limit_2"])
async def test_an_unknown_field_is_named(front: Front, name: str) -> None:
    answer = await front.post(CHECK, CHECKER, _question(**{name: CODE}))

    assert answer.status_code == 422
    assert answer.json()["errors"] == [{"pointer": f"/{name}", "message": "Has an unknown field"}]


@pytest.mark.parametrize("name", [CODE, "Mari Maasikas", "EE60001019906", "a" * 51, "õun"])
async def test_what_is_no_name_is_not_repeated(front: Front, name: str) -> None:
    answer = await front.post(CHECK, CHECKER, _question(**{name: 1}))

    assert answer.json()["errors"] == [{"pointer": "", "message": "Has an unknown field"}]
    assert name not in answer.text

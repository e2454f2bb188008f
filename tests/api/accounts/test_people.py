"""Looking a person up by code: the one place where a code comes in, and only in a body."""

import asyncio
from uuid import UUID

import pytest

from tests.builders.people import MARI
from tests.builders.rows import rows
from tests.clients.api_client import BILLING, OPS, PORTAL, SUPPORT, Front
from tests.oracles.api_description import api_description

PATH = "/v1/people/lookup"


@pytest.mark.parametrize("token", [PORTAL, BILLING])
async def test_a_person_has_one_id_whoever_asks(front: Front, token: str) -> None:
    answer = await front.post(PATH, token, {"country": "EE", "code": MARI.code})

    assert UUID(answer.json()["id"]) == front.id_of(MARI)
    assert MARI.code not in answer.text


@pytest.mark.parametrize("token", [SUPPORT, OPS])
async def test_page_14_staff_look_nobody_up_without_an_event(front: Front, token: str) -> None:
    answer = await front.post(PATH, token, {"country": "EE", "code": MARI.code})

    assert answer.status_code == 403
    assert rows(front.database, "SELECT FROM person") == []


async def test_a_new_person_who_is_looked_up_twice_at_once_becomes_one(front: Front) -> None:
    body = {"country": "EE", "code": MARI.code}

    answers = await asyncio.gather(*(front.post(PATH, PORTAL, body) for _ in range(4)))

    assert len({answer.json()["id"] for answer in answers}) == 1
    assert len(rows(front.database, "SELECT FROM person")) == 1


@pytest.mark.parametrize(
    ("country", "code", "pointer"),
    [
        pytest.param("EE", "60001019900", "/code", id="wrong-checksum"),
        pytest.param("EE", "", "/code", id="empty"),
        pytest.param("ee", "60001019906", "/country", id="country-in-small-letters"),
        pytest.param("SE", "1 2", "/code", id="no-code-of-any-country"),
    ],
)
async def test_an_impossible_code_is_refused_and_not_repeated(
    front: Front, country: str, code: str, pointer: str
) -> None:
    answer = await front.post(PATH, PORTAL, {"country": country, "code": code})

    assert answer.status_code == 422
    assert [error["pointer"] for error in answer.json()["errors"]] == [pointer]
    assert not code or code not in answer.text


_WORDS = {
    "found_in",
    *("after", "at", "ended_too", "event_id", "limit", "on", "side", "source", "state", "unread"),
    "external_id",  # of a program's own: what it may hold is told to its makers
    *("waiting", "waits_for"),
    *("account_id", "characteristic", "kind", "name", "network", "older_than", "process"),
    *("reason", "service_id", "target"),
    *("before", "ends_before", "origin", "permission", "person_id", "since", "subject_id"),
    *("actor", "actor_kind"),  # pseudonymous, or a program's name
    "block_id",  # a keyed digest
    "code",  # why a record was rejected
    *("all", "attention", "bank"),  # a name of the settings
    *("format", "month"),  # of a file; 2026-11
    "q",  # a name of an account, a registry code, a customer number
}
"""What paths and queries may take: ids, times, and words of a list of ours."""


def test_no_path_and_no_query_takes_a_code() -> None:
    for path, methods in api_description()["paths"].items():
        for operation in methods.values():
            parameters = operation.get("parameters", [])
            texts = [
                each["name"]
                for each in parameters
                if each["in"] in {"path", "query"} and each["schema"].get("format") != "uuid"
            ]
            assert set(texts) <= _WORDS, path

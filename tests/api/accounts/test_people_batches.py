"""api.1: a program learns the ids of many persons at once, and creates no one else."""

import asyncio
from datetime import timedelta
from uuid import UUID

import pytest

from api.auth.client_limits import CallerLimit, CallerLimits
from domain.identifiers import PersonKey
from domain.rates import Rate
from storage.database import Database
from tests.builders.people import JAAN, MARI, TIIU
from tests.builders.rows import rows
from tests.clients.api_client import BILLING, OPS, PORTAL, SUPPORT, Front, open_front

PATH = "/v1/people/lookups"
EVENTS = "SELECT person_id, subject_id, after, actor FROM event WHERE kind = 'people:looked_up'"


def codes(*persons: PersonKey) -> dict[str, list[dict[str, str]]]:
    return {"people": [{"country": "EE", "code": each.code} for each in persons]}


@pytest.mark.parametrize("token", [PORTAL, BILLING])
async def test_api_1_each_person_has_the_id_of_the_single_look_up(front: Front, token: str) -> None:
    tiiu = front.id_of(TIIU)

    answer = await front.post(PATH, token, codes(MARI, TIIU, JAAN, MARI))
    one = await front.post("/v1/people/lookup", token, codes(MARI)["people"][0])

    ids = [each["id"] for each in answer.json()["items"]]
    assert ids == [one.json()["id"], str(tiiu), str(front.id_of(JAAN)), one.json()["id"]]
    assert len(rows(front.database, "SELECT FROM person")) == 3
    assert MARI.code not in answer.text


async def test_api_1_a_batch_is_one_event_that_names_nobody(front: Front) -> None:
    await front.post(PATH, PORTAL, codes(MARI, JAAN))

    (looked,) = rows(front.database, EVENTS)
    assert (looked.person_id, looked.subject_id, looked.after) == (None, None, {"count": 2})
    assert looked.actor["kind"] == "system"


async def test_api_1_one_wrong_code_creates_nobody(front: Front) -> None:
    asked = codes(MARI, JAAN)
    asked["people"][1]["code"] = "60001019900"

    answer = await front.post(PATH, PORTAL, asked)

    assert answer.status_code == 422
    assert [each["pointer"] for each in answer.json()["errors"]] == ["/people/1/code"]
    assert "60001019900" not in answer.text
    assert rows(front.database, "SELECT FROM person") == []
    assert rows(front.database, EVENTS) == []


@pytest.mark.parametrize("token", [SUPPORT, OPS])
async def test_api_1_staff_look_nobody_up_so(front: Front, token: str) -> None:
    assert (await front.post(PATH, token, codes(MARI))).status_code == 403
    assert rows(front.database, "SELECT FROM person") == []


@pytest.mark.parametrize("number", [0, 101])
async def test_api_1_a_batch_has_one_to_a_hundred(front: Front, number: int) -> None:
    answer = await front.post(PATH, PORTAL, codes(*[MARI] * number))

    assert [each["pointer"] for each in answer.json()["errors"]] == ["/people"]


async def test_api_1_a_hundred_at_once_from_several_programs_become_one_each(front: Front) -> None:
    asked = [codes(MARI, JAAN, TIIU), codes(TIIU, JAAN, MARI)] * 3

    answers = await asyncio.gather(*(front.post(PATH, PORTAL, each) for each in asked))

    assert len({UUID(each["id"]) for one in answers for each in one.json()["items"]}) == 3


async def test_api_1_each_person_counts_in_the_rate_of_the_client(database: Database) -> None:
    limit = CallerLimit(Rate(3, timedelta(hours=3)), 100)
    async with open_front(database, limits=CallerLimits(program=limit, person=limit)) as front:
        first = await front.post(PATH, PORTAL, codes(MARI, JAAN, TIIU))
        second = await front.post(PATH, PORTAL, codes(MARI))
        other = await front.post(PATH, BILLING, codes(MARI))

    assert [each.status_code for each in (first, second, other)] == [200, 429, 200]

"""api.1: staff find many accounts at once, each as a search finds one."""

from uuid import uuid4

import pytest

from tests.builders.people import MARI
from tests.builders.register_states import KUUSK
from tests.builders.rows import account, put, rows
from tests.clients.api_client import OFFICER, OPS, PORTAL, SUPPORT, Front, person_token

PATH = "/v1/ops/accounts/lookups"
OFFICE, OWN = account(KUUSK, 1), account(MARI, 2)
EVENTS = "SELECT account_id, after, actor FROM event WHERE kind = 'accounts:looked_up'"


@pytest.mark.parametrize("token", [SUPPORT, OPS, OFFICER], ids=["support", "ops", "officer"])
async def test_api_1_each_account_is_what_a_search_finds(front: Front, token: str) -> None:
    put(front.database, OFFICE, OWN)
    named = [
        {"reference": OWN.reference},
        {"id": str(uuid4())},
        {"id": str(OFFICE.id)},
        {"reference": "no such number"},
        {"reference": OWN.reference},
    ]

    together = (await front.post(PATH, token, {"accounts": named})).json()["items"]
    alone = [(await front.post("/v1/ops/accounts/search", token, each)).json() for each in named]

    assert [[each["account"]] if each["account"] else [] for each in together] == [
        each["items"] for each in alone
    ]
    assert [each["account"] is not None for each in together] == [True, False, True, False, True]


async def test_api_1_a_batch_of_accounts_is_one_event(front: Front) -> None:
    put(front.database, OFFICE, OWN)

    await front.post(PATH, SUPPORT, {"accounts": [{"id": str(OFFICE.id)}, {"id": str(OWN.id)}]})

    (looked,) = rows(front.database, EVENTS)
    assert (looked.account_id, looked.after, looked.actor["kind"]) == (None, {"count": 2}, "ops")


async def test_api_1_an_account_is_named_in_one_way(front: Front) -> None:
    both = {"id": str(OFFICE.id), "reference": OFFICE.reference}

    answers = [await front.post(PATH, OPS, {"accounts": [each]}) for each in (both, {})]

    assert [[error["pointer"] for error in answer.json()["errors"]] for answer in answers] == [
        ["/accounts/0"]
    ] * 2


@pytest.mark.parametrize("token", [PORTAL, person_token(MARI)], ids=["portal", "person"])
async def test_api_1_nobody_else_looks_accounts_up(front: Front, token: str) -> None:
    answer = await front.post(PATH, token, {"accounts": [{"id": str(OFFICE.id)}]})

    assert answer.status_code == 403
    assert rows(front.database, EVENTS) == []

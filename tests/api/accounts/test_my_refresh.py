"""Refreshes: one open at a time for a person, and limits on how many."""

from collections.abc import AsyncIterator
from datetime import timedelta
from uuid import uuid4

import pytest

from domain.identifiers import PersonKey
from domain.rates import Rate
from domain.reasons import Reason
from domain.registry.refresh_limits import RefreshLimit, RefreshLimits
from storage.database import Database
from storage.requests import operations
from tests.builders.people import JAAN, MARI, TIIU
from tests.builders.rows import rows
from tests.clients.api_client import PORTAL, Answer, Front, open_front, person_token

HOUR = timedelta(hours=1)


@pytest.fixture
async def limited(database: Database) -> AsyncIterator[Front]:
    """The API with a limit of two refreshes for a person and three for a program."""
    rates = {
        RefreshLimit.PERSON: Rate(2, HOUR),
        RefreshLimit.CLIENT: Rate(3, HOUR),
        RefreshLimit.CLIENT_QUOTA: Rate(1000, HOUR),
    }
    async with open_front(database, refreshes=RefreshLimits(rates)) as opened:
        yield opened


async def refresh(front: Front, person: PersonKey = MARI, *, portal: bool = False) -> Answer:
    token = PORTAL if portal else person_token(person)
    headers = {"On-Behalf-Of": str(front.id_of(person))} if portal else {}
    headers["Idempotency-Key"] = str(uuid4())
    return await front.ask("POST", "/v1/me/refresh", token, headers=headers)


def all_end(front: Front) -> None:
    open_ones = rows(front.database, "SELECT id FROM operation WHERE state = 'pending'")
    with front.database.transaction() as session:
        for each in open_ones:
            operations.cancelled(session, each.id, Reason("ended", "For the test"))


async def test_fault_12_a_repeated_request_gets_the_open_operation(limited: Front) -> None:
    answers = [await refresh(limited, portal=portal) for portal in (False, True) * 3]

    (operation,) = rows(limited.database, "SELECT id FROM operation")
    assert {answer.status_code for answer in answers} == {202}
    assert {answer.headers["Location"] for answer in answers} == {f"/v1/operations/{operation.id}"}
    assert {answer.json()["id"] for answer in answers} == {str(operation.id)}


async def test_fault_12_a_repetition_keeps_its_answer_once_a_new_refresh_is_open(
    limited: Front,
) -> None:
    key = str(uuid4())

    async def repeat() -> Answer:
        return await limited.post("/v1/me/refresh", person_token(MARI), idempotency_key=key)

    await refresh(limited)
    first = await repeat()
    all_end(limited)
    await refresh(limited)

    assert (await repeat()).json() == first.json()


async def test_fault_12_refreshes_of_a_person_are_limited_and_retry_after_is_exact(
    limited: Front,
) -> None:
    for _ in range(2):
        assert (await refresh(limited)).status_code == 202
        all_end(limited)

    refused = await refresh(limited, portal=True)

    assert (refused.status_code, refused.json()["code"]) == (429, "too_many_requests")
    assert 0 < int(refused.headers["Retry-After"]) <= HOUR.total_seconds() / 2
    assert (await refresh(limited, JAAN)).status_code == 202


async def test_fault_12_a_program_may_refresh_so_many_people_and_no_more(limited: Front) -> None:
    people = [MARI, JAAN, TIIU, PersonKey("EE", "37605030299")]

    answers = [(await refresh(limited, person, portal=True)).status_code for person in people]

    assert answers == [202, 202, 202, 429]
    assert (await refresh(limited, people[-1])).status_code == 202

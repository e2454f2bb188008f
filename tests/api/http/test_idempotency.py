"""Repeated requests: one effect, one answer, whatever fails in between."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any
from uuid import uuid4

import httpx
import pytest
from temporalio.client import Client

from api.auth.principals import StaffRole
from storage.database import Database
from storage.requests import idempotency_keys
from storage.requests.idempotency_keys import Claim, Kept
from tests.builders.people import JAAN, MARI
from tests.builders.rows import rows
from tests.clients.api_client import OPS, PORTAL, Front, open_front, person_token, staff_token

PATH = "/v1/me/refresh"
_OWN = {"x-request-id", "idempotent-replayed"}
KEPT = Kept(202, {"Location": "/v1/x"}, {"b": 1, "a": [2]})


@pytest.fixture
async def started(database: Database, temporal: Client) -> AsyncIterator[Front]:
    """The API with Temporal there, and no worker: what is started stays pending."""
    async with open_front(database, temporal, task_queue=str(uuid4())) as opened:
        yield opened


def same(*answers: httpx.Response) -> bool:
    """Whether status, headers and body are, but the request id and whether it is the first."""
    distinct = {
        (
            answer.status_code,
            answer.content,
            *sorted((name, value) for name, value in answer.headers.items() if name not in _OWN),
        )
        for answer in answers
    }
    return len(distinct) == 1


async def test_a_repetition_gets_the_first_answer_and_starts_nothing(started: Front) -> None:
    key = str(uuid4())

    first, again = [
        await started.post(PATH, person_token(MARI), idempotency_key=key) for _ in range(2)
    ]

    assert first.status_code == 202
    assert same(first, again)
    assert "Idempotent-Replayed" not in first.headers
    assert again.headers["Idempotent-Replayed"] == "true"
    assert len(rows(started.database, "SELECT FROM operation")) == 1


async def test_quotes_around_a_key_are_not_part_of_it(started: Front) -> None:
    key = str(uuid4())

    answers = [
        await started.post(PATH, person_token(MARI), idempotency_key=each)
        for each in (key, f'"{key}"')
    ]

    assert same(*answers)


async def test_two_at_once_have_one_effect(started: Front) -> None:
    key = str(uuid4())

    answers = await asyncio.gather(
        *(started.post(PATH, person_token(MARI), idempotency_key=key) for _ in range(4))
    )

    statuses = {answer.status_code for answer in answers}
    assert statuses <= {202, 409}
    assert 202 in statuses
    assert {a.json()["code"] for a in answers if a.status_code == 409} <= {"idempotency_key_in_use"}
    assert len(rows(started.database, "SELECT FROM operation")) == 1


async def test_one_callers_key_means_nothing_to_another(started: Front) -> None:
    key = str(uuid4())
    mari, jaan = str(started.id_of(MARI)), str(started.id_of(JAAN))

    answers = [
        await started.post(PATH, person_token(MARI), idempotency_key=key),
        await started.post(PATH, person_token(JAAN), idempotency_key=key),
        await started.post(PATH, PORTAL, idempotency_key=key, on_behalf_of=mari),
        await started.post(PATH, PORTAL, idempotency_key=key, on_behalf_of=jaan),
    ]

    assert {answer.status_code for answer in answers} == {202}
    assert len({answer.headers["Location"] for answer in answers}) == 2  # one for each person
    assert len(rows(started.database, "SELECT FROM idempotency_key")) == 4


async def test_another_body_under_the_same_key_is_refused(started: Front) -> None:
    key = str(uuid4())
    await started.post("/v1/sync/runs", OPS, {"source": "check"}, idempotency_key=key)

    other = await started.post("/v1/sync/runs", OPS, {"source": "file"}, idempotency_key=key)

    assert (other.status_code, other.json()["code"]) == (422, "idempotency_key_reused")
    assert other.json()["type"] == "urn:volitus:problem:idempotency-key-reused"


@pytest.mark.parametrize("headers", [{}, {"idempotency_key": ""}, {"idempotency_key": "a b"}])
async def test_a_key_is_required(front: Front, headers: dict[str, str]) -> None:
    answer = await front.post(PATH, person_token(MARI), **headers)

    assert (answer.status_code, answer.json()["code"]) == (400, "idempotency_key_missing")


async def test_a_refusal_is_an_answer_too(front: Front) -> None:
    key, path = str(uuid4()), f"/v1/sync/runs/{uuid4()}/release"

    answers = [
        await front.post(path, OPS, {"reason": "fine"}, idempotency_key=key) for _ in range(2)
    ]
    (row,) = rows(front.database, "SELECT status FROM idempotency_key")

    assert [answer.status_code for answer in answers] == [404, 404]
    assert [each.headers.get("Idempotent-Replayed") for each in answers] == [None, "true"]
    assert row.status == 404


async def test_colleagues_do_not_share_keys(front: Front) -> None:
    key = str(uuid4())
    ann, bob = (staff_token(StaffRole.OPS, subject=name) for name in ("ann", "bob"))
    path = f"/v1/sync/runs/{uuid4()}/release"

    await front.post(path, ann, {"reason": "fine"}, idempotency_key=key)
    answer = await front.post(path, bob, {"reason": "other"}, idempotency_key=key)

    assert answer.json()["code"] == "not_found"


def claim(database: Database, key: str = "k", fingerprint: str = "f", **more: Any) -> object:
    with database.transaction() as session:
        return idempotency_keys.claim(session, "caller", key, fingerprint, **more)


def test_the_first_request_is_carried_out_and_its_answer_kept(database: Database) -> None:
    assert claim(database) is Claim.OURS
    assert claim(database) is Claim.RUNNING
    assert claim(database, fingerprint="other") is Claim.REUSED

    with database.transaction() as session:
        idempotency_keys.keep(session, "caller", "k", KEPT)

    assert claim(database) == KEPT
    assert claim(database, fingerprint="other") is Claim.REUSED


def test_a_request_that_could_not_be_answered_may_be_sent_anew(database: Database) -> None:
    claim(database)
    with database.transaction() as session:
        idempotency_keys.release(session, "caller", "k")

    assert claim(database, fingerprint="other") is Claim.OURS


def test_releasing_a_key_keeps_a_stored_answer(database: Database) -> None:
    claim(database)
    with database.transaction() as session:
        idempotency_keys.keep(session, "caller", "k", KEPT)
        idempotency_keys.release(session, "caller", "k")

    assert claim(database) == KEPT


def test_the_key_of_a_request_that_died_is_claimed_once(database: Database) -> None:
    claim(database)
    dead = timedelta(0)

    assert claim(database, fingerprint="other", patience=dead) is Claim.REUSED
    assert claim(database, patience=dead) is Claim.OURS
    assert claim(database) is Claim.RUNNING


def test_old_keys_are_deleted(database: Database) -> None:
    claim(database, "old")

    def forget(age: timedelta) -> int:
        with database.transaction() as session:
            return idempotency_keys.forget(session, age)

    assert forget(timedelta(hours=1)) == 0
    assert forget(timedelta(0)) == 1
    assert claim(database, "old") is Claim.OURS


async def test_after_a_crash_the_repetition_finds_the_same_operation(started: Front) -> None:
    """Whoever takes the place of a dead request makes the same ids, and so the same effect."""
    key = str(uuid4())
    first = await started.post(PATH, person_token(MARI), idempotency_key=key)
    with started.database.transaction() as session:
        forgotten = idempotency_keys.forget(session, timedelta(0))

    again = await started.post(PATH, person_token(MARI), idempotency_key=key)

    assert forgotten == 1
    assert again.headers["Location"] == first.headers["Location"]
    assert len(rows(started.database, "SELECT FROM operation")) == 1

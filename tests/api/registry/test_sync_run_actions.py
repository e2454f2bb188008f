"""Runs of the sync: started and decided about by operations."""

from collections.abc import AsyncIterator
from uuid import uuid4

import pytest

from domain.processes import sync_id
from domain.registry.sync import SyncSource
from tests.builders.rows import carry_out
from tests.builders.sync_runs import put_run
from tests.clients.api_client import ANN, BILLING, OPS, Front, open_front
from tests.fixtures.engine import Engine, until, until_told
from workflows.registry.register_sync import RegisterSync

RUNS = "/v1/sync/runs"


WHY = {"reason": "the file is broken"}


@pytest.mark.parametrize("state", ["running", "finished", "rejected"])
@pytest.mark.parametrize("act", ["release", "reject"])
async def test_only_a_held_run_can_be_decided(front: Front, act: str, state: str) -> None:
    id_ = put_run(front.database, "1", state)

    answer = await front.post(f"{RUNS}/{id_}/{act}", OPS, WHY, idempotency_key=str(uuid4()))

    assert (answer.status_code, answer.json()["code"]) == (409, "run_not_held")
    assert answer.json()["type"] == "urn:volitus:problem:run-not-held"


async def test_a_decision_has_a_reason(front: Front) -> None:
    id_ = put_run(front.database, "1", "held")

    answer = await front.post(f"{RUNS}/{id_}/release", OPS, {}, idempotency_key="k")

    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, "/reason")


async def test_fault_21_a_decision_stands_while_temporal_is_down(front: Front) -> None:
    id_ = put_run(front.database, "1", "held")

    answers = [
        await front.post(f"{RUNS}/{id_}/reject", OPS, WHY, idempotency_key="k") for _ in range(2)
    ]
    shown = (await front.get(f"{RUNS}/{id_}", OPS)).json()

    assert [answer.status_code for answer in answers] == [200, 200]
    assert answers[0].content == answers[1].content
    assert (shown["state"], shown["reason"]["code"]) == ("rejected", "rejected")
    assert (shown["decided_by"]["id"], shown["decided_by"]["name"]) == (ANN, "ann")
    assert shown["note"] == WHY["reason"]


@pytest.fixture
async def working(engine: Engine) -> AsyncIterator[Front]:
    """The API before an engine that works."""
    task_queue = engine.settings.task_queue
    async with open_front(engine.database, engine.client, task_queue=task_queue) as opened:
        yield opened


async def test_a_requested_run_is_started_once(working: Front, engine: Engine) -> None:
    key = str(uuid4())

    answers = [
        await working.post(RUNS, OPS, {"source": "check"}, idempotency_key=key) for _ in range(2)
    ]

    body = answers[0].json()
    assert [answer.status_code for answer in answers] == [202, 202]
    assert answers[0].content == answers[1].content
    assert answers[0].headers["Location"] == f"{RUNS}/{body['id']}"
    handle = engine.client.get_workflow_handle_for(
        RegisterSync.run, sync_id(SyncSource.CHECK, body["subject"])
    )
    assert str((await engine.ended(handle)).id) == body["id"]


@pytest.mark.parametrize(
    ("act", "ends"), [pytest.param("release", "finished"), pytest.param("reject", "rejected")]
)
async def test_operations_decide_about_a_held_run(
    working: Front, engine: Engine, act: str, ends: str
) -> None:
    engine.take_on(engine.codes())
    await engine.sync(SyncSource.FILE)
    leaving = sorted({grant.company for grant in engine.grants()})[::2]
    emptied = [{"code": code, "holders": []} for code in leaving]
    engine.register.control("POST", "/companies", emptied)
    handle = await engine.start(SyncSource.FILE)
    await until_told(handle, "Held")
    id_ = engine.run_of(handle).id

    answer = await working.post(f"{RUNS}/{id_}/{act}", OPS, WHY, idempotency_key="k")
    run_ = await engine.ended(handle)
    again = await working.post(f"{RUNS}/{id_}/{act}", OPS, WHY, idempotency_key="k")
    late = await working.post(f"{RUNS}/{id_}/{act}", OPS, WHY, idempotency_key="other")

    assert (answer.status_code, answer.json()["decided_by"]["id"]) == (200, ANN)
    assert (run_.state, run_.decided_by) == (ends, ANN)
    assert again.content == answer.content
    assert (late.status_code, late.json()["code"]) == (409, "run_not_held")
    carry_out(engine.database, "DELETE FROM idempotency_key")  # as if the API had died
    repeated = await working.post(f"{RUNS}/{id_}/{act}", OPS, WHY, idempotency_key="k")
    assert (repeated.status_code, repeated.json()["decided_by"]["id"]) == (200, ANN)


async def test_the_register_is_queried_about_a_new_customer(working: Front, engine: Engine) -> None:
    code = next(c["code"] for c in engine.companies() if c["status"] == "R" and c["holders"])
    owner = {"kind": "company", "country": "EE", "code": code}

    answer = await working.put(
        f"/v1/accounts/{uuid4()}", BILLING, {"reference": "K1", "owner": owner}
    )

    assert answer.headers["Volitus-Register-Check"] == "started"
    await until(lambda: bool(engine.rows("SELECT FROM register_state")))
    assert engine.rows("SELECT FROM sync_run WHERE source = 'company'")

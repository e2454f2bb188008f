"""Held runs that logins opened are released together, after a look at what they would end."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from uuid import uuid4

import pytest

from domain.registry.sync import SyncSource, login_subject
from tests.builders.people import JAAN, MARI, TIIU
from tests.builders.sync_runs import put_run
from tests.clients.api_client import ANN, BILLING, OPS, SUPPORT, Front, open_front
from tests.fixtures.engine import Engine, until

PATH = "/v1/sync/held-logins"
WHY = {"reason": "asked the register"}
CODES = "19000014", "19000020", "19000037"
FEW = {"VOLITUS_SYNC_HOLD_LEAST": "2", "VOLITUS_SYNC_HOLD_SHARE": "0.01"}


@pytest.fixture
async def working(engine: Engine) -> AsyncIterator[Front]:
    """The API before an engine that works."""
    task_queue = engine.settings.task_queue
    async with open_front(engine.database, engine.client, task_queue=task_queue) as opened:
        yield opened


async def held(engine: Engine) -> None:
    """Three persons leave their companies and log in: the first loses access, two are held."""
    people = [MARI, JAAN, TIIU]
    for code, person in zip(CODES, people, strict=True):
        engine.register.put(code, holders=[person])
    engine.take_on(CODES)
    await engine.sync(SyncSource.CHECK)
    for code in CODES:
        engine.register.put(code, holders=[])
    for person in people:
        await engine.refresh(engine.person_id(person.code))
    await until(lambda: len(engine.rows("SELECT FROM sync_run WHERE state = 'held'")) == 2)


@pytest.mark.settings(**FEW)
async def test_fault_6_held_logins_are_released_together(working: Front, engine: Engine) -> None:
    await held(engine)

    shown = (await working.get(PATH, OPS)).json()
    fewer = await working.post(
        f"{PATH}/release", OPS, WHY | {"max_endings": 1}, idempotency_key="a"
    )
    kept = len(engine.grants())
    done = await working.post(f"{PATH}/release", OPS, WHY | {"max_endings": 2}, idempotency_key="b")
    await until(lambda: not engine.grants())
    again = await working.post(
        f"{PATH}/release", OPS, WHY | {"max_endings": 0}, idempotency_key="c"
    )

    assert shown == {"runs": 2, "ending": 2, "starting": 0}
    assert (fewer.status_code, fewer.json()["code"], kept) == (409, "more_would_end", 2)
    assert done.json() == {"released": 2, "left": 0}
    assert again.json() == {"released": 0, "left": 0}
    decided = engine.rows("SELECT actor->>'id' AS by FROM event WHERE kind = 'sync:released'")
    assert [row.by for row in decided] == [ANN, ANN]


async def test_fault_6_only_runs_that_logins_opened_are_counted(front: Front) -> None:
    login = login_subject(uuid4(), datetime.now(UTC))
    put_run(front.database, "today", "held")
    put_run(front.database, f"{uuid4()}:2026-11-28T09Z", "held", SyncSource.COMPANY)
    put_run(front.database, login, "held", SyncSource.COMPANY)

    shown = await front.get(PATH, OPS)
    down = await front.post(f"{PATH}/release", OPS, WHY | {"max_endings": 9}, idempotency_key="k")

    assert shown.json() == {"runs": 1, "ending": 5, "starting": 0}
    assert down.json() == {"released": 1, "left": 0}


@pytest.mark.parametrize("token", [SUPPORT, BILLING])
async def test_only_operations_release_held_logins(front: Front, token: str) -> None:
    asked = WHY | {"max_endings": 0}

    answers = [
        await front.get(PATH, token),
        await front.post(f"{PATH}/release", token, asked, idempotency_key="k"),
    ]

    assert {answer.status_code for answer in answers} == {403}

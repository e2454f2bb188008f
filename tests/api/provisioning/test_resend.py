"""Re-sending a service's settings: asked for, in order, and decided about where it is stuck."""

from collections.abc import AsyncIterator
from typing import Any
from uuid import uuid4

import pytest

from tests.builders.register_states import KUUSK
from tests.builders.rows import NOTED, account, put_service, rows, service
from tests.builders.stuck_items import services
from tests.clients.api_client import ANN, BILLING, OPS, Answer, Front, open_front
from tests.fixtures.resend_stack import Resends, idle_resends, resending

__all__ = ["idle_resends", "resending"]

WHY = {"reason": "settings were lost"}


async def ask(front: Front, about: Any, *, token: str = OPS, key: str = "") -> Answer:
    path = f"/v1/services/{about}/resend"
    return await front.post(path, token, WHY, idempotency_key=key or str(uuid4()))


async def test_a_resend_is_accepted_in_its_order_without_temporal(front: Front) -> None:
    (here,) = services(front.database, 1)

    answers = [await ask(front, here.id, token=token) for token in (OPS, BILLING)]

    for answer in answers:
        body = answer.json()
        assert (answer.status_code, answer.headers["Retry-After"]) == (202, "1")
        assert answer.headers["Location"] == f"/v1/operations/{body['id']}"
        assert (body["kind"], body["state"], body["subject_id"]) == (
            "resend",
            "pending",
            str(here.id),
        )
        shown = (await front.get(answer.headers["Location"], OPS)).json()
        assert shown["service"]["id"] == str(here.id)
        assert shown | {"service": None} == body
    steps = rows(front.database, "SELECT * FROM step ORDER BY place")
    assert [(str(step.process_id), step.action, step.state, step.resource) for step in steps] == [
        (answer.json()["id"], action, "asked", f"service/{here.id}")
        for answer in answers
        for action in ("read", "configure", "activate")
    ]
    events = rows(front.database, f"{NOTED} WHERE kind = 'service:resend_requested' ORDER BY id")
    assert [(e.actor["kind"], e.actor["id"], e.note) for e in events] == [
        ("ops", ANN, WHY["reason"]),
        ("system", "billing", WHY["reason"]),
    ]


async def test_a_repeated_request_resends_once(front: Front) -> None:
    (here,) = services(front.database, 1)

    first, again = [await ask(front, here.id, key="k") for _ in range(2)]

    assert (first.status_code, again.content) == (202, first.content)
    assert again.headers["Location"] == first.headers["Location"]
    assert len(rows(front.database, "SELECT FROM operation")) == 1
    assert len(rows(front.database, "SELECT FROM step")) == 3


async def test_only_an_existing_service_is_resent(front: Front) -> None:
    services(front.database, 1)
    over = service(9, account(KUUSK), status="ended")
    put_service(front.database, over)

    unknown, ended = await ask(front, uuid4()), await ask(front, over.id)

    assert (unknown.status_code, unknown.json()["code"]) == (404, "not_found")
    assert (ended.status_code, ended.json()["code"]) == (409, "service_ended")
    assert rows(front.database, "SELECT FROM operation") == []


@pytest.fixture
async def working(resending: Resends) -> AsyncIterator[Front]:
    """The API before a worker and a network."""
    queue = resending.settings.task_queue
    async with open_front(resending.database, resending.client, task_queue=queue) as opened:
        yield opened


async def test_a_refused_resend_is_found_corrected_and_done(
    working: Front, resending: Resends
) -> None:
    (here,) = resending.services(1)
    resending.network.tell_service(str(here.id), known=False)
    operation = (await ask(working, here.id)).json()["id"]
    row = await resending.stuck(operation)

    (item,) = (await working.get("/v1/ops/stuck?reason=service_unknown", OPS)).json()["items"]
    waits = (await working.get(f"/v1/operations/{operation}", OPS)).json()["waits_for"]
    decided = await working.post(
        f"/v1/ops/stuck/{item['id']}/retry",
        OPS,
        {"version": item["version"], **WHY, "correction": {"network_id": "NET-7"}},
        idempotency_key="k",
    )
    ended = await resending.ended(operation)
    story = (await working.get(f"/v1/ops/stuck/{item['id']}", OPS)).json()

    assert (item["id"], waits, decided.status_code) == (str(row.id), "operations", 200)
    assert ended.state == "succeeded"
    assert len(resending.network.applied(service="NET-7")) == 2
    assert (story["state"], story["resolution"]) == ("closed", "retried")
    assert {step["state"] for step in story["steps"]} == {"done"}
    assert [event["kind"] for event in story["events"]] == [
        "stuck:opened",
        "stuck:decided",
        "stuck:ended",
    ]

"""Retrying in bulk through the API: what would happen, what was asked for, how it is ended."""

from typing import Any
from uuid import UUID, uuid4

import pytest

from api.auth.principals import StaffRole
from domain.processes import ProcessType
from storage.ops import bulk_retry_items
from storage.requests import operations
from tests.builders.rows import NOTED, rows
from tests.builders.stuck_rows import all_stuck, decided_by, mixed, put_stuck, settle
from tests.clients.api_client import (
    ANN,
    BILLING,
    OPS,
    SUPPORT,
    Answer,
    Front,
    known_as,
    staff_token,
)

RETRY = "/v1/ops/bulk-retries"
WHY = "the network is back"


async def retry(front: Front, token: str = OPS, key: str = "", **asked: Any) -> Answer:
    body = {"reason": WHY, **asked}
    return await front.post(RETRY, token, body, idempotency_key=key or str(uuid4()))


async def cancel(front: Front, operation: UUID | str, token: str = OPS) -> Answer:
    path = f"/v1/operations/{operation}/cancel"
    return await front.post(path, token, {"reason": "wrong filter"}, idempotency_key=str(uuid4()))


async def begun(front: Front, **which: Any) -> str:
    answer = await retry(front, filter=which, dry_run=False)
    assert answer.status_code == 202, answer.text
    id_: str = answer.json()["id"]
    return id_


def work(front: Front, operation: str, rows_: int) -> None:
    """Process this many items, as the worker does."""
    for _ in range(rows_):
        with front.database.transaction() as session:
            bulk_retry_items.retry_next(session, UUID(operation))


async def test_a_dry_run_shows_what_would_happen_and_changes_nothing(front: Front) -> None:
    mixed(front.database, trouble=10)
    before = all_stuck(front.database)

    answer = await retry(front)

    preview = answer.json()
    assert answer.status_code == 200
    assert preview["everything"] is True
    assert preview["text"] == (
        "Without a filter, ALL 25 stuck items match: 15 would be retried,"
        " 4 are in doubt and not retried, 6 cannot be retried."
    )
    assert len(preview["samples"]) == min(10, preview["total"])
    assert preview["samples"] == sorted(preview["samples"], key=lambda each: each["since"])
    counted = [preview[name] for name in ("total", "would_retry", "in_doubt", "refused")]
    assert counted == [25, 15, 4, 6]
    groups = {
        each["reason"]: (each["total"], each["would_retry"], each["in_doubt"], each["refused"])
        for each in preview["groups"]
    }
    assert groups == {
        "busy": (13, 10, 0, 3),
        "refused": (5, 5, 0, 0),
        "answer_lost": (4, 0, 4, 0),
        "workflow_missing": (2, 0, 0, 2),
        "target_paused": (1, 0, 0, 1),
    }
    assert all_stuck(front.database) == before
    assert rows(front.database, "SELECT FROM operation") == []
    assert rows(front.database, "SELECT FROM event") == []


async def test_a_filter_finds_what_it_names_and_nothing_else(front: Front) -> None:
    account = str(uuid4())
    put_stuck(front.database, 3, account_id=account, age="10 minutes")
    put_stuck(front.database, 2, target="sms", kind="refused", code="refused", age="2 hours")
    cases: list[tuple[dict[str, Any], int]] = [
        ({"target": "network"}, 3),
        ({"reason": "refused"}, 2),
        ({"kind": "trouble"}, 3),
        ({"process": "resend"}, 5),
        ({"process": "refresh"}, 0),
        ({"account_id": account}, 3),
        ({"older_than": "PT1H"}, 2),
        ({"target": "network", "older_than": "PT1H"}, 0),
    ]

    found = [(which, (await retry(front, filter=which)).json()["total"]) for which, _ in cases]
    narrowed = (await retry(front, filter={"target": "sms"})).json()

    assert found == cases
    assert narrowed["everything"] is False
    assert narrowed["text"].startswith("With this filter, 2 stuck items match")


@pytest.mark.parametrize(
    "asked",
    [
        {"filter": {"target": "no where"}},
        {"filter": {"process": "other"}},
        {"filter": {"older_than": "yesterday"}},
        {"filter": {"colour": "red"}},
        {"rate": 201},
        {"rate": 0},
        {"dry_run": "no"},
        {"reason": "x"},
    ],
    ids=str,
)
async def test_an_invalid_request_is_refused(front: Front, asked: dict[str, Any]) -> None:
    answer = await retry(front, **asked)

    assert (answer.status_code, answer.json()["code"]) == (422, "invalid")


async def test_a_bulk_retry_keeps_the_items_of_its_request(front: Front) -> None:
    made = mixed(front.database, trouble=10)
    which = {"target": "network"}

    answer = await retry(front, key="k", filter=which, dry_run=False, rate=5)
    again = await retry(front, key="k", filter=which, dry_run=False, rate=5)
    put_stuck(front.database, 1)

    operation = answer.json()
    assert answer.status_code == 202
    assert answer.headers["Location"] == f"/v1/operations/{operation['id']}"
    assert (operation["kind"], operation["state"]) == ("bulk_retry", "pending")
    assert operation["progress"] == {"done": 0, "total": 25}
    assert again.json() == operation

    path = f"/v1/ops/bulk-retries/{operation['id']}/items?limit=15"
    first = (await front.get(path, OPS)).json()
    second = (await front.get(f"{path}&after={first['next']}", OPS)).json()
    shown = first["items"] + second["items"]
    longest_first = made["trouble"] + made["refused"] + made["doubt"] + made["decided"]
    assert [each["stuck_id"] for each in shown[:22]] == [str(id_) for id_ in longest_first]
    assert {(each["version"], each["result"]) for each in shown} == {(1, None)}
    assert (len(shown), second["next"]) == (25, None)

    (event,) = rows(front.database, NOTED)
    assert (event.kind, str(event.subject_id)) == ("bulk_retry:requested", operation["id"])
    assert event.actor == {"kind": "ops", "id": ANN}
    assert event.note == WHY
    assert event.reason["facts"] == {"filter": {"target": "network"}, "items": 25, "rate": 5}


async def test_api_10_a_bulk_retry_says_what_became_of_what_it_retried(front: Front) -> None:
    made = mixed(front.database, trouble=3)
    healed, again, open_ = made["trouble"]
    id_ = await begun(front)
    path = f"/v1/ops/bulk-retries/{id_}"
    before = (await front.get(path, OPS)).json()
    work(front, id_, 30)
    settle(front.database, healed=[healed], again=[again])

    after = (await front.get(path, OPS)).json()
    items = (await front.get(f"{path}/items", OPS)).json()["items"]
    unknown = await front.get(f"/v1/ops/bulk-retries/{uuid4()}", OPS)

    assert (before["state"], before["result"]) == ("pending", None)
    assert before["outcomes"] == {"healed": 0, "stuck_again": 0, "under_way": 0, "ended": 0}
    assert (after["state"], after["note"]) == ("succeeded", WHY)
    assert after["requested_by"]["id"] == ANN
    assert after["result"]["retried"] == sum(after["outcomes"].values()) == 8
    assert after["outcomes"] == {"healed": 1, "stuck_again": 1, "under_way": 6, "ended": 0}
    became = {each["stuck_id"]: (each["result"], each["outcome"]) for each in items}
    assert [became[str(each)] for each in (healed, again, open_, made["doubt"][0])] == [
        ("retried", "healed"),
        ("retried", "stuck_again"),
        ("retried", "under_way"),
        ("in_doubt", None),
    ]
    assert unknown.status_code == 404


async def test_a_cancelled_bulk_retry_shows_what_it_did(front: Front) -> None:
    made = put_stuck(front.database, 5)
    operation = await begun(front)
    work(front, operation, 2)
    path = f"/v1/operations/{operation}"
    under_way = (await front.get(path, OPS)).json()

    answer = await cancel(front, operation, staff_token(StaffRole.OPS, subject="bob"))
    work(front, operation, 2)
    again = await cancel(front, operation)

    assert (under_way["state"], under_way["progress"]) == ("running", {"done": 2, "total": 5})
    shown = (await front.get(path, OPS)).json()
    assert answer.json() == shown | {"items": []}
    assert (shown["state"], shown["error"]["code"]) == ("cancelled", "bulk_retry_cancelled")
    assert shown["result"] == {"retried": 2, "skipped": 0, "refused": 0, "in_doubt": 0}
    assert (again.status_code, again.json()) == (200, answer.json())
    assert decided_by(front.database) == {made[0]: [ANN], made[1]: [ANN]}
    left = (await front.get(f"{RETRY}/{operation}/items", OPS)).json()["items"]
    assert [each["result"] for each in left] == ["retried", "retried", None, None, None]
    (event,) = rows(front.database, f"{NOTED} WHERE kind LIKE '%cancelled'")
    assert (event.actor["id"], event.note) == (known_as("bob"), "wrong filter")
    assert event.after == {"state": "cancelled", **shown["result"]}


async def test_only_a_running_bulk_retry_can_be_cancelled(front: Front) -> None:
    other = uuid4()
    with front.database.transaction() as session:
        operations.request(session, other, ProcessType.RESEND, None)
    nothing_stuck = await begun(front)
    work(front, nothing_stuck, 1)

    ended = (await front.get(f"/v1/operations/{nothing_stuck}", OPS)).json()
    answers = [await cancel(front, each) for each in (other, nothing_stuck, uuid4())]
    refused = [await cancel(front, other, token) for token in (SUPPORT, BILLING)]
    no_retry = await front.get(f"{RETRY}/{other}/items", OPS)

    assert (ended["state"], set(ended["result"].values())) == ("succeeded", {0})
    assert [each.json()["code"] for each in answers] == [
        "not_cancellable",
        "not_cancellable",
        "not_found",
    ]
    assert [each.status_code for each in refused] == [403, 403]
    assert no_retry.status_code == 404


async def test_only_operations_may_retry(front: Front) -> None:
    put_stuck(front.database, 1)

    answers = [await retry(front, token, dry_run=False) for token in (SUPPORT, BILLING)]

    assert [each.status_code for each in answers] == [403, 403]
    assert rows(front.database, "SELECT FROM operation") == []

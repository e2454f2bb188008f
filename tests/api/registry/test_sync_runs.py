"""Runs of the sync and rejected records: listed and shown to operations."""

from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest

from domain.processes import sync_id
from domain.registry.register import Defect
from domain.registry.sync import SyncSource, login_subject
from storage.registry import rejected_records, sync_runs
from tests.builders.register_states import KUUSK
from tests.builders.rows import account, put, rows
from tests.builders.sync_runs import put_run
from tests.clients.api_client import OPS, Front

RUNS = "/v1/sync/runs"


async def test_runs_are_listed_newest_first_page_by_page(front: Front) -> None:
    ids = [put_run(front.database, f"day-{number}") for number in range(5)]

    first = (await front.get(f"{RUNS}?limit=3", OPS)).json()
    second = (await front.get(f"{RUNS}?limit=3&after={first['next']}", OPS)).json()

    assert [each["id"] for each in first["items"] + second["items"]] == ids[::-1]
    assert second["next"] is None


async def test_runs_are_found_by_source_and_state(front: Front) -> None:
    put_run(front.database, "1")
    held = put_run(front.database, "2", "held")
    check = put_run(front.database, "3", source=SyncSource.CHECK)

    by_state = (await front.get(f"{RUNS}?state=held", OPS)).json()["items"]
    by_source = (await front.get(f"{RUNS}?source=check", OPS)).json()["items"]
    strange = await front.get(f"{RUNS}?state=asleep", OPS)

    assert [each["id"] for each in by_state] == [held]
    assert [each["id"] for each in by_source] == [check]
    assert strange.status_code == 422


async def test_page_13_a_run_says_what_it_is_about_and_what_it_waits_for(front: Front) -> None:
    database = front.database
    put(database, account(KUUSK, 1))
    ((company,),) = rows(database, "SELECT id FROM company WHERE code = :code", code=KUUSK.code)
    subject = login_subject(company, datetime.now(UTC))
    id_ = put_run(database, subject, "running", SyncSource.COMPANY)
    held = put_run(database, "1", "held")

    async def waits(run_id: str = id_) -> str | None:
        body = (await front.get(f"{RUNS}/{run_id}", OPS)).json()
        return str(body["waits_for"]) if body["waits_for"] else None

    shown = (await front.get(f"{RUNS}?source=company", OPS)).json()["items"][0]
    found = [await waits(held), await waits()]
    with database.transaction() as session:
        sync_runs.set_counts(session, UUID(id_), to_query=2, answered=1)
    found.append(await waits())
    with database.transaction() as session:
        sync_runs.wait_until(session, UUID(id_), datetime.now(UTC) + timedelta(hours=1))
    found.append(await waits())
    with database.transaction() as session:
        sync_runs.wait_until(session, UUID(id_), datetime.now(UTC))
        sync_runs.add_counts(session, UUID(id_), unknown=1)
    found.append(await waits())

    assert (shown["company"]["code"], shown["is_by_login"]) == (KUUSK.code, True)
    assert shown["workflow_id"] == sync_id(SyncSource.COMPANY, subject)
    assert found == ["decision", "source", "register", "queries", None]


async def test_a_held_run_shows_why_and_what_it_would_do(front: Front) -> None:
    id_ = put_run(front.database, "2026-11-22", "held")

    body = (await front.get(f"{RUNS}/{id_}", OPS)).json()

    assert (body["state"], body["reason"]["code"]) == ("held", "too_much_would_end")
    assert body["preview"] == {
        "open_grants": 9,
        "ending": {"total": 5, "shown": []},
        "starting": {"total": 0, "shown": []},
        "suspending": {"total": 0, "shown": []},
    }
    assert (await front.get(f"{RUNS}/{uuid4()}", OPS)).status_code == 404


@pytest.mark.parametrize("found_in", ["register", "ee-open-data", "import:accounts"])
async def test_records_can_be_listed_by_where_they_were_found(front: Front, found_in: str) -> None:
    with front.database.transaction() as session:
        rejected_records.reject(session, found_in, Defect("1", "line_unreadable", "no code"))
        rejected_records.reject(session, "elsewhere", Defect("2", "line_unreadable", "no code"))

    answer = await front.get(f"/v1/sync/rejected-records?found_in={found_in}", OPS)

    assert [item["key"] for item in answer.json()["items"]] == ["1"]


async def test_rejected_records_are_listed_until_they_can_be_used(
    front: Front,
) -> None:
    with front.database.transaction() as session:
        for key in ("10000024", "10000025"):
            rejected_records.reject(session, "esindus", Defect(key, "holder_unreadable", "no code"))
        rejected_records.resolve_others(session, "esindus", ["10000025"])

    (item,) = (await front.get("/v1/sync/rejected-records", OPS)).json()["items"]
    other = (await front.get("/v1/sync/rejected-records?found_in=elsewhere", OPS)).json()["items"]

    assert (item["key"], item["code"], item["occurrences"]) == ("10000025", "holder_unreadable", 1)
    assert other == []

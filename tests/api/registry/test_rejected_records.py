"""Rejected records: counted, shown with what becomes of them, and tried again now."""

from typing import Any
from uuid import UUID, uuid4

from domain.registry.register import Defect
from storage.audit import events
from storage.registry import rejected_records
from storage.registry.rejected_records import QUERY_ANSWERS
from tests.builders.register_states import KUUSK
from tests.builders.rows import account, put, rows
from tests.clients.api_client import OPS, Front

RECORDS = "/v1/sync/rejected-records"
ABSENT = Defect(KUUSK.code, "company_absent", "only one source says so")
PART = Defect(f"{KUUSK.code}/XYZ", "role_unknown", "the role is in no table")
STRANGE = Defect("2026-11-01#3", "registry_code_invalid", "")
LINE = Defect("a.csv:7", "duplicate", "the same id as in line 3")
UNREADABLE = Defect("12345678", "record_unreadable", "no name")


def reject(front: Front) -> UUID:
    """Reject one record of each place; returns the id of the company that is known."""
    put(front.database, account(KUUSK, 1))
    ((company,),) = rows(
        front.database, "SELECT id FROM company WHERE code = :code", code=KUUSK.code
    )
    with front.database.transaction() as session:
        rejected_records.reject(session, QUERY_ANSWERS, ABSENT, company_id=company)
        rejected_records.reject(session, QUERY_ANSWERS, PART)
        rejected_records.reject(session, QUERY_ANSWERS, STRANGE)
        rejected_records.reject_lines(session, "import:accounts", [LINE])
        rejected_records.reject(session, "ee-open-data", UNREADABLE)
    return UUID(str(company))


async def by_key(front: Front, query: str = "") -> dict[str, Any]:
    items = (await front.get(f"{RECORDS}{query}", OPS)).json()["items"]
    return {each["key"]: each for each in items}


async def test_page_13_records_are_counted_and_found_by_place_and_cause(front: Front) -> None:
    reject(front)

    groups = (await front.get(f"{RECORDS}/groups", OPS)).json()["items"]
    listed = await by_key(front)

    assert {(each["found_in"], each["code"]) for each in groups} == {
        (each["found_in"], each["code"]) for each in listed.values()
    }
    assert {each["count"] for each in groups} == {1}
    assert listed[ABSENT.key]["company_code"] == KUUSK.code
    assert set(await by_key(front, "?code=role_unknown")) == {PART.key}
    assert set(await by_key(front, "?found_in=ee-open-data&code=role_unknown")) == set()


async def test_page_13_each_record_says_what_tries_it_again_and_is_tried_once(
    front: Front,
) -> None:
    company = reject(front)
    listed = await by_key(front)

    async def one(key: str) -> Any:
        return (await front.get(f"{RECORDS}/{listed[key]['id']}", OPS)).json()

    async def retry(key: str, once: str) -> tuple[int, Any]:
        path = f"{RECORDS}/{listed[key]['id']}/retry"
        answer = await front.post(path, OPS, idempotency_key=once)
        return answer.status_code, answer.json()

    found = {key: (await one(key))["tried_again_by"] for key in listed}
    runs = [await retry(PART.key, "same") for _ in range(2)]
    by_file = await retry(UNREADABLE.key, "file")
    refused = [await retry(each.key, str(uuid4())) for each in (LINE, STRANGE)]

    assert found == {
        ABSENT.key: "company",
        PART.key: "company",
        STRANGE.key: None,
        LINE.key: None,
        UNREADABLE.key: "file",
    }
    assert [code for code, _ in (*runs, by_file)] == [202] * 3
    assert runs[0] == runs[1]
    assert (runs[0][1]["source"], runs[0][1]["company"]["id"]) == ("company", str(company))
    assert by_file[1]["source"] == "file"
    assert [(code, body["code"]) for code, body in refused] == [(409, "record_not_retried")] * 2
    with front.database.transaction() as session:
        rejected_records.resolve(session, QUERY_ANSWERS, KUUSK.code, read_at=events.now(session))
    after = await one(PART.key)
    assert after["resolved_at"] is not None
    assert (await retry(PART.key, "late"))[1]["code"] == "record_not_retried"
    assert (await front.get(f"{RECORDS}/{uuid4()}", OPS)).status_code == 404

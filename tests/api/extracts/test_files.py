"""bill.4, bill.5: an extract's files are its maker's alone, for a week, while they may see it."""

from datetime import timedelta
from uuid import uuid4

import pytest

from domain import retention
from domain.identifiers import PersonKey
from storage import retention as sweep
from tests.builders.extracts import put_chunk
from tests.builders.people import JAAN, KATI, MARI, PEETER
from tests.builders.rows import carry_out, history, rows
from tests.clients.api_client import OPS, SUPPORT, Front, person_token
from tests.clients.extracting import MARIS, OFFICE, extracts_of, file, made, refusal, shown
from workflows.catalog import KEPT_FOR

JAANS = person_token(JAAN)
CSV = "\N{BYTE ORDER MARK}started_at\r\n2026\r\n".encode()


async def ready(front: Front, who: PersonKey = MARI) -> str:
    id_ = await made(front, person_token(who))
    put_chunk(front.database, CSV)
    return id_


def time_passes(front: Front, days: float) -> None:
    carry_out(
        front.database,
        "UPDATE extract SET kept_until = kept_until - :time",
        time=timedelta(days=days),
    )
    sweep.tidy(front.database, KEPT_FOR)


async def test_bill_4_the_file_comes_as_it_was_made(customers: Front) -> None:
    id_ = await ready(customers)

    got = await file(customers, id_)

    assert (got.status_code, got.content) == (200, CSV)
    head = await shown(customers, id_)
    days = f"{head['from_day']}-{head['through_day']}"
    assert got.headers["content-disposition"] == f'attachment; filename="call-details-{days}.csv"'
    assert got.headers["content-type"] == "text/csv; charset=utf-8"
    assert got.headers["content-length"] == str(len(CSV))
    assert got.headers["cache-control"] == "private, no-store"
    assert got.headers["x-content-type-options"] == "nosniff"
    assert (head["state"], head["rows"], head["csv_size"]) == ("ready", 1, len(CSV))
    assert head["may_download"]


async def test_bill_4_a_large_file_comes_chunk_by_chunk(customers: Front) -> None:
    id_ = await made(customers)
    put_chunk(customers.database, *[f"{n};".encode() * 1000 for n in range(5)])

    got = await file(customers, id_)

    assert got.content == b"".join(f"{n};".encode() * 1000 for n in range(5))


async def test_bill_5_who_made_and_who_downloaded_is_in_the_history(customers: Front) -> None:
    id_ = await ready(customers, JAAN)
    await file(customers, id_, JAANS)
    await file(customers, id_, JAANS)

    events = rows(
        customers.database,
        "SELECT kind, actor ->> 'id' AS by, person_id, account_id, after FROM event"
        " WHERE subject_id = CAST(:id AS uuid) ORDER BY id",
        id=id_,
    )
    jaan = customers.id_of(JAAN)
    assert [(each.kind, each.by) for each in events] == [
        ("extract:requested", str(jaan)),
        ("extract:made", "usage_extract"),
        ("extract:downloaded", str(jaan)),
        ("extract:downloaded", str(jaan)),
    ]
    assert {each.person_id for each in events} == {jaan}
    assert {each.account_id for each in events} == {OFFICE.id}
    assert (events[1].after, events[2].after) == (None, {"format": "csv", "level": "own"})


@pytest.mark.parametrize("who", [MARI, KATI, PEETER])
async def test_bill_5_nobody_but_the_maker_has_the_file(customers: Front, who: PersonKey) -> None:
    """Also not those who manage the account, and see that there is one."""
    id_ = await ready(customers, JAAN)
    token = person_token(who)

    assert refusal(await file(customers, id_, token)) == (404, "not_found")
    listed = await customers.get(extracts_of(), token)
    if who == MARI:
        (head,) = listed.json()["items"]
        assert (head["is_mine"], head["may_download"], head["may_delete"]) == (False,) * 3
        assert head["created_by"]["id"] == str(customers.id_of(JAAN))
        counts = ("rows", "rejected", "csv_size", "pdf_size")
        assert [head[each] for each in counts] == [None] * 4, "it would say how many called him"
    elif who == KATI:
        assert listed.json()["items"] == []
    else:
        assert listed.status_code == 404
    assert "extract:downloaded" not in history(customers.database)


@pytest.mark.parametrize("token", [SUPPORT, OPS], ids=["support", "ops"])
async def test_bill_5_staff_have_no_files(customers: Front, token: str) -> None:
    assert (await file(customers, await ready(customers), token)).status_code == 403


async def test_bill_5_access_that_has_ended_is_no_access_to_a_file(customers: Front) -> None:
    id_ = await ready(customers, JAAN)
    carry_out(
        customers.database,
        "UPDATE access_grant SET validity = tstzrange(lower(validity), now()),"
        " ended_reason = '{}' WHERE person_id = :id",
        id=customers.id_of(JAAN),
    )

    assert refusal(await file(customers, id_, JAANS)) == (404, "not_found")


async def test_bill_5_a_file_of_ones_own_number_is_theirs_while_the_number_is(
    customers: Front,
) -> None:
    """They may still ask for what anybody sees, but not fetch what is their own no more."""
    id_ = await ready(customers, JAAN)
    carry_out(
        customers.database,
        "UPDATE access_grant SET origin = 'operator' WHERE person_id = :id",
        id=customers.id_of(JAAN),
    )

    assert refusal(await file(customers, id_, JAANS)) == (404, "not_found")
    assert not (await shown(customers, id_, JAANS))["may_download"]


async def test_bill_4_files_are_dropped_after_a_week(customers: Front) -> None:
    id_ = await ready(customers)
    days = retention.EXTRACT.days
    time_passes(customers, days - 0.01)
    assert (await file(customers, id_)).status_code == 200

    time_passes(customers, 0.02)

    assert refusal(await file(customers, id_)) == (410, "extract_expired")
    head = await shown(customers, id_)
    assert (days, head["state"], head["csv_size"], head["may_download"]) == (
        7,
        "dropped",
        None,
        False,
    )
    assert rows(customers.database, "SELECT count(*) AS n FROM extract_chunk")[0].n == 0


async def test_bill_4_files_are_refused_after_a_week_also_while_no_sweep_deletes_them(
    customers: Front, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nor do they count among those that are kept."""
    monkeypatch.setattr("domain.call_details.extracts.KEPT_PER_PERSON", 1)
    id_ = await ready(customers)
    overdue = "UPDATE extract SET kept_until = now() - interval '1 second'"
    carry_out(customers.database, overdue)

    assert refusal(await file(customers, id_)) == (410, "extract_expired")
    head = await shown(customers, id_)
    (listed,) = (await customers.get(extracts_of(), MARIS)).json()["items"]
    for each in (head, listed):
        assert (each["state"], each["csv_size"], each["may_download"]) == ("dropped", None, False)
    await made(customers)


async def test_bill_4_a_file_that_is_deleted_meanwhile_does_not_look_whole(
    customers: Front, capsys: pytest.CaptureFixture[str]
) -> None:
    """The server breaks the transfer off, which is no crash: a line of the log says so."""
    id_ = await made(customers)
    put_chunk(customers.database, b"1" * 10, b"2" * 10)
    carry_out(customers.database, "DELETE FROM extract_chunk WHERE number = 1")

    with pytest.raises(AssertionError):  # of httpx: the answer is not complete
        await file(customers, id_)

    logged = capsys.readouterr().out
    assert logged.count("answer_broken_off") == 1
    assert "request_crashed" not in logged


async def test_bill_4_there_is_no_file_before_it_is_made(customers: Front) -> None:
    id_ = await made(customers)

    assert refusal(await file(customers, id_)) == (409, "extract_not_ready")


async def test_bill_4_there_is_no_pdf_unless_one_was_made(customers: Front) -> None:
    id_ = await ready(customers)

    assert refusal(await file(customers, id_, kind="pdf")) == (404, "not_found")


async def cancel(front: Front, id_: str, token: str) -> tuple[int, str]:
    path = f"{extracts_of()}/{id_}/cancel"
    answer = await front.post(path, token, idempotency_key=str(uuid4()))
    return (200, answer.json()["state"]) if answer.status_code == 200 else refusal(answer)


async def test_bill_4_its_maker_cancels_an_extract(customers: Front) -> None:
    id_ = await made(customers, JAANS)

    assert await cancel(customers, id_, person_token(MARI)) == (404, "not_found")
    assert await cancel(customers, id_, JAANS) == (200, "cancelled")
    assert await cancel(customers, id_, JAANS) == (200, "cancelled")

    head = await shown(customers, id_, JAANS)
    assert head["reason"]["code"] == "extract_cancelled"
    operation = await customers.get(f"/v1/operations/{id_}", JAANS)
    assert operation.json()["state"] == "cancelled"
    assert history(customers.database).count("extract:cancelled") == 1


async def test_bill_4_operations_cancel_an_extract_that_burdens_billing(customers: Front) -> None:
    id_ = await made(customers, JAANS)
    path = f"/v1/operations/{id_}/cancel"
    answer = await customers.post(path, OPS, {"reason": "too many"}, idempotency_key="k1")

    assert (answer.status_code, answer.json()["state"]) == (200, "cancelled")
    done = await ready(customers, JAAN)
    path = f"/v1/operations/{done}/cancel"
    late = await customers.post(path, OPS, {"reason": "too many"}, idempotency_key="k2")
    assert refusal(late) == (409, "not_cancellable")


async def test_bill_4_an_extract_that_is_made_is_not_cancelled_but_deleted(
    customers: Front,
) -> None:
    id_ = await made(customers, JAANS)
    path = f"{extracts_of()}/{id_}"
    early = await customers.ask("DELETE", path, JAANS)
    put_chunk(customers.database)

    assert refusal(early) == (409, "extract_not_ready")
    assert await cancel(customers, id_, JAANS) == (409, "not_cancellable")
    assert (await customers.ask("DELETE", path, person_token(MARI))).status_code == 404
    assert (await customers.ask("DELETE", path, JAANS)).status_code == 204
    assert (await customers.ask("DELETE", path, JAANS)).status_code == 404
    assert (await customers.get(path, JAANS)).status_code == 404
    assert rows(customers.database, "SELECT count(*) AS n FROM extract_chunk")[0].n == 0
    assert history(customers.database)[-1] == "extract:deleted"


async def test_bill_4_extracts_are_listed_by_pages_the_newest_first(customers: Front) -> None:
    first, second, third = [await ready(customers) for _ in range(3)]

    page = await customers.get(f"{extracts_of()}?limit=2", person_token(MARI))
    rest = await customers.get(
        f"{extracts_of()}?limit=2&after={page.json()['next']}", person_token(MARI)
    )

    assert [each["id"] for each in page.json()["items"]] == [third, second]
    assert [each["id"] for each in rest.json()["items"]] == [first]
    assert rest.json()["next"] is None


async def test_bill_4_what_is_left_of_an_extract_goes_with_its_process(
    customers: Front,
) -> None:
    await ready(customers)
    carry_out(customers.database, "UPDATE process SET ended_at = now() - interval '91 days'")
    sweep.tidy(customers.database, KEPT_FOR)

    assert rows(customers.database, "SELECT count(*) AS n FROM extract")[0].n == 0

"""Usage of a month: sums of billing's records by local months, and who is shown what of them."""

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from storage.database import Database
from tests.builders import billed_office as billed
from tests.builders.billed_office import (
    ACCOUNTANT,
    NUMBER,
    OFFICE,
    OWNER,
    PHONE,
    SECOND,
    STRANGER,
    USER,
    Record,
    an_office,
    final_october,
    months_ago,
    records,
    written,
)
from tests.builders.people import JAAN, KATI
from tests.builders.proofs import proved_at
from tests.builders.rows import account, put, put_service
from tests.clients.api_client import SUPPORT, Front, person_token
from tests.clients.billing_client import Client
from tests.clients.billing_reading import age, open_billing_front, settings_of

ACCOUNT = f"/v1/accounts/{OFFICE.id}/usage"
OF_PHONE = f"/v1/services/{PHONE.id}/usage"
Sums = dict[tuple[Any, ...], tuple[int, int, int, Decimal]]


@pytest.fixture(autouse=True)
def office(database: Database, billing: Client) -> None:
    an_office(database, billing)


async def read(front: Front, path: str, token: str = OWNER, **query: str) -> dict[str, Any]:
    asked = "&".join(f"{name}={value}" for name, value in query.items())
    answer = await front.get(f"{path}?{asked}", token)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def summed(found: Iterable[Record], by: Callable[[Record], tuple[Any, ...]]) -> Sums:
    """Sum up records, as somebody sees them who is not the number's own user."""
    sums: dict[tuple[Any, ...], list[Any]] = defaultdict(lambda: [0, 0, 0, Decimal(0)])
    for each in found:
        is_incoming = each.direction == "incoming"
        if is_incoming and not each.net:
            continue
        group = by(each._replace(direction="None") if is_incoming else each)
        told = (0, 0, 0) if is_incoming else (each.seconds, each.bytes, each.quantity)
        sums[group] = [*(a + b for a, b in zip(sums[group], (*told, each.net), strict=True))]
    return {group: tuple(values) for group, values in sums.items()}


def told(rows: list[dict[str, Any]], *names: str) -> Sums:
    return {
        tuple(str(row[name]) for name in names): (
            row["seconds"],
            row["bytes"],
            row["count"],
            Decimal(row["net"]["amount"]),
        )
        for row in rows
    }


async def test_bill_2_a_month_is_the_sum_of_the_records_that_began_in_it(
    front: Front, billing: Client
) -> None:
    october = final_october()
    all_of_it = records(billing, october)
    # One of its days has 25 hours, and both hours that are called 03:00 are that day's.
    assert all_of_it[0].at.utcoffset() != all_of_it[-1].at.utcoffset()

    found = await read(front, ACCOUNT, month=written(october))

    ways = summed(all_of_it, lambda r: (r.kind, str(r.roaming), r.direction))
    days = summed(all_of_it, lambda r: (r.at.date().isoformat(), r.kind))
    assert told(found["totals"], "kind", "roaming", "direction") == ways
    assert told(found["days"], "day", "kind") == days
    assert found["net"]["amount"] == str(round(sum(each.net for each in all_of_it), 2))
    assert (found["is_final"], found["is_open"], found["stale"]) == (True, False, None)
    assert [each["service"]["number"] for each in found["items"]] == [NUMBER, SECOND.number]
    of_phone = [each for each in all_of_it if each.service == str(PHONE.id)]
    phone = told(found["items"][0]["totals"], "kind", "roaming", "direction")
    assert phone == summed(of_phone, lambda r: (r.kind, str(r.roaming), r.direction))


async def test_bill_2_the_usage_of_a_service_has_its_days_and_what_is_allowed(
    front: Front, billing: Client
) -> None:
    october = final_october()
    mine = [each for each in records(billing, october) if each.service == str(PHONE.id)]

    found = await read(front, OF_PHONE, month=written(october))

    assert told(found["days"], "day", "kind") == summed(
        mine, lambda r: (r.at.date().isoformat(), r.kind)
    )
    assert found["service"]["number"] == NUMBER
    allowed = {each["kind"]: (each["unit"], each["allowed"]) for each in found["allowances"]}
    assert allowed["voice"] == ("seconds", 500 * 60)
    assert allowed["data"][0] == "bytes"
    assert allowed["sms"] == ("count", None)


async def test_bill_2_the_present_month_is_provisional(front: Front) -> None:
    began = written(months_ago(0))
    found = await read(front, ACCOUNT)

    assert found["month"] in {began, written(months_ago(0))}
    assert (found["is_final"], found["is_open"]) == (False, True)
    assert datetime.fromisoformat(found["as_of"]) <= datetime.now(UTC)


@pytest.mark.parametrize("month", [months_ago(-2), months_ago(38), "2026-13", "now", ""])
async def test_bill_2_a_month_of_the_future_or_of_long_ago_is_refused(
    front: Front, month: str | tuple[int, int]
) -> None:
    asked = month if isinstance(month, str) else written(month)
    for path in (ACCOUNT, OF_PHONE, f"/v1/accounts/{OFFICE.id}/costs"):
        answer = await front.get(f"{path}?month={asked}", OWNER)

        assert (answer.status_code, answer.json()["code"]) == (422, "invalid")
        assert [each["pointer"] for each in answer.json()["errors"]] == ["month"]


async def test_bill_5_a_user_sees_the_own_service_only(front: Front) -> None:
    whole, part = await read(front, ACCOUNT), await read(front, ACCOUNT, USER)

    assert [each["service_id"] for each in part["items"]] == [str(PHONE.id)]
    assert part["items"] == [each for each in whole["items"] if each["service_id"] == str(PHONE.id)]
    assert part["totals"] == part["items"][0]["totals"]
    assert part["days"] == (await read(front, OF_PHONE, USER))["days"]
    assert part["days"] != whole["days"]


@pytest.mark.parametrize(
    ("token", "path", "status"),
    [
        (OWNER, ACCOUNT, 200),
        (SUPPORT, ACCOUNT, 200),
        (ACCOUNTANT, ACCOUNT, 404),
        (STRANGER, ACCOUNT, 404),
        (OWNER, OF_PHONE, 200),
        (SUPPORT, OF_PHONE, 200),
        (USER, OF_PHONE, 200),
        (USER, f"/v1/services/{SECOND.id}/usage", 404),
        (ACCOUNTANT, OF_PHONE, 404),
        (STRANGER, OF_PHONE, 404),
        (OWNER, f"/v1/services/{billed.OFFICE.id}/usage", 404),
    ],
)
async def test_bill_6_usage_is_for_those_who_may_see_it(
    front: Front, token: str, path: str, status: int
) -> None:
    assert (await front.get(path, token)).status_code == status


async def test_bill_5_what_came_in_is_shown_to_the_numbers_own_user_only(
    front: Front, billing: Client
) -> None:
    """From the day of the proof on: earlier calls may be somebody else's."""
    year, month = asked = months_ago(2)
    day = date(year, month, 15)
    proved_at(front.database, KATI, NUMBER, datetime(year, month, 15, 10, tzinfo=billed.ZONE))
    mine = [each for each in records(billing, asked) if each.service == str(PHONE.id)]
    before = [each for each in mine if each.at.date() < day]
    after = [each._replace(direction="own") for each in mine if each.at.date() >= day]

    own = await read(front, OF_PHONE, USER, month=written(asked))

    assert told(own["days"], "day", "kind") == summed(
        [*before, *after], lambda r: (r.at.date().isoformat(), r.kind)
    )
    assert "incoming" in {each["direction"] for each in own["totals"]}
    for path, token in ((OF_PHONE, OWNER), (ACCOUNT, OWNER), (ACCOUNT, USER)):
        others = await read(front, path, token, month=written(asked))
        assert "incoming" not in {each["direction"] for each in others["totals"]}
        if token == OWNER and path == OF_PHONE:
            assert others["days"] != own["days"]


async def test_bill_1_usage_is_shown_while_billing_is_down(front: Front, billing: Client) -> None:
    known = await read(front, ACCOUNT)
    billing.fault("http_503", "usage_summary")
    age(front.database)

    shown = await read(front, ACCOUNT)

    assert shown["stale"]["reason"]["code"] == "billing_unavailable"
    assert {**shown, "stale": None} == known
    unknown = await front.get(f"{ACCOUNT}?month={written(months_ago(1))}", OWNER)
    assert (unknown.status_code, unknown.json()["code"]) == (503, "billing_unavailable")
    assert unknown.headers["retry-after"]


@pytest.mark.parametrize("kind", ["garbage", "wrong_shape", "wrong_values", "cut", "http_500"])
async def test_bill_1_a_wrong_answer_of_billing_is_none(
    front: Front, billing: Client, kind: str
) -> None:
    known = await read(front, OF_PHONE)
    billing.fault(kind, "usage_summary")
    age(front.database)

    shown = await read(front, OF_PHONE)

    assert shown["stale"] is not None
    assert shown["totals"] == known["totals"]


async def test_bill_1_days_that_billing_does_not_say_hide_nothing_else(
    front: Front, billing: Client
) -> None:
    billing.fault("http_503", "usage_summary", subject=str(PHONE.id))

    found = await read(front, ACCOUNT, USER)

    assert (found["days"], found["stale"]) == (None, None)
    assert [each["service_id"] for each in found["items"]] == [str(PHONE.id)]


async def test_bill_1_nobody_waits_for_billing_that_is_slow(
    database: Database, billing: Client
) -> None:
    hasty = settings_of(billing, read_timeout=timedelta(milliseconds=100))
    async with open_billing_front(database, settings_of(billing)) as patient:
        known = await read(patient, ACCOUNT)
    age(database)
    billing.fault("delay", "usage_summary", seconds=600)

    async with open_billing_front(database, hasty) as front:
        shown = await read(front, ACCOUNT)
        billing.control("DELETE", "/faults")

    assert shown["stale"] is not None
    assert shown["items"] == known["items"]


async def test_bill_2_a_month_that_is_final_is_not_asked_for_again(
    front: Front, billing: Client
) -> None:
    final = written(months_ago(2))
    first = await read(front, ACCOUNT, month=final)
    open_ = (await read(front, ACCOUNT))["month"]
    billing.fault("http_503", "usage_summary")
    age(front.database)

    again = await read(front, ACCOUNT, month=final)
    provisional = await read(front, ACCOUNT, month=open_)

    assert again == first
    assert again["stale"] is None
    assert provisional["stale"] is not None


async def test_bill_2_services_come_in_pages(front: Front) -> None:
    first = await read(front, ACCOUNT, limit="1")
    second = await read(front, ACCOUNT, limit="1", after=first["next"])
    other = await front.get(
        f"{ACCOUNT}?month={written(months_ago(1))}&after={first['next']}", OWNER
    )

    assert [each["service_id"] for each in (*first["items"], *second["items"])] == [
        str(PHONE.id),
        str(SECOND.id),
    ]
    assert second["next"] is None
    assert first["totals"] == second["totals"]
    assert (other.status_code, other.json()["code"]) == (400, "cursor_invalid")


async def test_bill_2_a_service_that_left_the_account_is_named_no_more(front: Front) -> None:
    other = account(JAAN, 2)
    put(front.database, other)
    put_service(front.database, replace(PHONE, account_id=other.id))

    found = await read(front, ACCOUNT, month=written(months_ago(2)))

    assert [each["service"] and each["service"]["number"] for each in found["items"]] == [
        SECOND.number,
        None,
    ]
    assert found["items"][1]["service_id"] == str(PHONE.id)
    assert (await front.get(OF_PHONE, OWNER)).status_code == 404


async def test_bill_6_a_later_owner_does_not_see_an_earlier_ones_months(front: Front) -> None:
    put(front.database, account(JAAN))
    before, jaan = written(months_ago(2)), person_token(JAAN)

    seen = await front.get(ACCOUNT, jaan)
    not_seen = await front.get(f"{ACCOUNT}?month={before}", jaan)

    assert (seen.status_code, not_seen.status_code) == (200, 422)
    assert seen.json()["oldest_month"] == seen.json()["month"]
    assert (await front.get(f"{ACCOUNT}?month={before}", SUPPORT)).status_code == 200

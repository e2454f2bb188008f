"""bill.5: what is told of a number's use when the number, its user or its account changes."""

from dataclasses import replace
from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid4

import pytest

from storage.database import Database
from tests.builders.billed_office import (
    NUMBER,
    OFFICE,
    OWNER,
    PHONE,
    SECOND,
    USER,
    ZONE,
    Record,
    an_office,
    months_ago,
    records,
    written,
)
from tests.builders.billing_callers import IN_FULL
from tests.builders.days import DAY, today
from tests.builders.delegation_terms import terms
from tests.builders.delegations import given
from tests.builders.people import JAAN, KATI, MARI, PEETER
from tests.builders.proofs import proved_at
from tests.builders.rows import account, behind_its_back, carry_out, put, put_service, rows
from tests.clients.api_client import SUPPORT, Front, person_token
from tests.clients.billing_client import Client
from tests.clients.made_extracts import ask_for, made

ACCOUNT = f"/v1/accounts/{OFFICE.id}"
USAGE = f"{ACCOUNT}/usage"
LIMITS = f"{ACCOUNT}/credit-limit"
OF_PHONE = f"/v1/services/{PHONE.id}/usage"
BEFORE = months_ago(2)
MIDDLE = date(*BEFORE, 15)
JAANS_ACCOUNT = account(JAAN, 2)
JAANS = person_token(JAAN)


@pytest.fixture(autouse=True)
def office(database: Database, billing: Client) -> None:
    """Kati has the phone by its number alone: nobody gave her anything."""
    an_office(database, billing)
    carry_out(
        database,
        "UPDATE access_grant SET validity = tstzrange(lower(validity), clock_timestamp())"
        " WHERE service_id IS NOT NULL",
    )


def moment(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 10, tzinfo=ZONE)


async def read(front: Front, path: str, token: str, **query: str) -> dict[str, Any]:
    asked = "&".join(f"{name}={value}" for name, value in query.items())
    answer = await front.get(f"{path}?{asked}", token)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def used(found: dict[str, Any], way: str = "voice") -> int:
    """Seconds of calls that went out."""
    return sum(
        each["seconds"]
        for each in found["totals"]
        if each["kind"] == way and each["direction"] == "outgoing"
    )


def called(found: list[Record], since: date) -> int:
    return sum(
        each.seconds
        for each in found
        if each.kind == "voice"
        and each.direction == "outgoing"
        and each.service == str(PHONE.id)
        and each.at.date() >= since
    )


async def test_bill_5_a_new_user_sees_what_was_used_from_the_day_of_their_proof_on(
    front: Front, billing: Client
) -> None:
    proved_at(front.database, KATI, NUMBER, moment(MIDDLE))
    month = written(BEFORE)
    theirs = called(records(billing, BEFORE), MIDDLE)
    assert 0 < theirs < called(records(billing, BEFORE), date(*BEFORE, 1))

    one = await read(front, OF_PHONE, USER, month=month)
    of_account = await read(front, USAGE, USER, month=month)

    assert used(one) == used(of_account) == used(of_account["items"][0]) == theirs
    assert [each["service_id"] for each in of_account["items"]] == [str(PHONE.id)]
    for found in (one, of_account):
        assert min(each["day"] for each in found["days"]) >= MIDDLE.isoformat()
        assert found["oldest_month"] == month
    assert one["allowances"] == of_account["items"][0]["allowances"] == []
    for path in (USAGE, OF_PHONE):
        earlier = await front.get(f"{path}?month={written(months_ago(3))}", USER)
        assert earlier.status_code == 422
    now = await read(front, OF_PHONE, USER)
    assert now["allowances"]
    assert now["allowances"] == (await read(front, USAGE, USER))["items"][0]["allowances"]


async def test_bill_5_whoever_had_the_number_before_is_told_nothing_more(front: Front) -> None:
    proved_at(front.database, JAAN, NUMBER, moment(date(*months_ago(4), 3)))
    assert used(await read(front, OF_PHONE, JAANS, month=written(BEFORE)))

    proved_at(front.database, KATI, NUMBER, moment(MIDDLE))

    for path in (OF_PHONE, USAGE, LIMITS):
        assert (await front.get(path, JAANS)).status_code == 404
        assert (await front.get(path, USER)).status_code == 200
    assert (await front.get(f"/v1/services/{PHONE.id}", JAANS)).status_code == 200


async def test_bill_5_where_the_operator_names_another_user_a_proof_shows_nothing(
    front: Front,
) -> None:
    proved_at(front.database, KATI, NUMBER, moment(MIDDLE))

    put_service(front.database, replace(PHONE, user=JAAN))

    for path in (OF_PHONE, USAGE, LIMITS):
        assert (await front.get(path, USER)).status_code == 404


async def test_bill_6_days_before_the_account_got_its_owner_are_not_shown(
    front: Front,
) -> None:
    put(front.database, account(JAAN))
    behind_its_back(
        front.database,
        f"UPDATE event SET at = '{moment(MIDDLE).isoformat()}' WHERE kind = 'account:changed'",
    )
    month = written(BEFORE)

    for path in (USAGE, OF_PHONE):
        found = await read(front, path, JAANS, month=month)
        whole = await read(front, path, SUPPORT, month=month)
        assert min(each["day"] for each in found["days"]) >= MIDDLE.isoformat()
        assert min(each["day"] for each in whole["days"]) < MIDDLE.isoformat()
        assert used(found) == used(whole), "billing bills the month to whose the account is"


async def test_bill_5_a_number_that_came_from_another_account_brings_no_use_with_it(
    front: Front, billing: Client
) -> None:
    """Jaan's number becomes the company's. Billing that keeps the usage with it tells it all."""
    moved = replace(SECOND, id=uuid4(), number="+37255500009", account_id=JAANS_ACCOUNT.id)
    put(front.database, JAANS_ACCOUNT)
    put_service(front.database, moved)
    path = f"/v1/services/{moved.id}/usage"
    numbers = {PHONE.id: NUMBER, moved.id: moved.number}
    billing.ledger(
        *({"service": str(id_), "number": number} for id_, number in numbers.items()),
        account=str(OFFICE.id),
        months=3,
    )

    put_service(front.database, replace(moved, account_id=OFFICE.id))

    assert (await front.get(f"{path}?month={written(BEFORE)}", OWNER)).status_code == 422
    behind_its_back(
        front.database,
        f"UPDATE event SET at = '{moment(MIDDLE).isoformat()}' WHERE subject_id = '{moved.id}'",
    )
    found = await read(front, path, OWNER, month=written(BEFORE))
    whole = await read(front, path, SUPPORT, month=written(BEFORE))
    assert found["oldest_month"] == written(BEFORE)
    assert min(each["day"] for each in found["days"]) >= MIDDLE.isoformat()
    assert 0 < used(found) < used(whole)
    days = {"from_day": f"{written(BEFORE)}-01", "through_day": f"{written(BEFORE)}-28"}
    extract = await made(front, billing, ACCOUNT, OWNER, **days)
    of_moved = [each for each in extract.lines if each["service_id"] == str(moved.id)]
    assert 0 < len(of_moved) < len(extract.lines)
    assert min(each["started_at"] for each in of_moved) >= moment(MIDDLE).isoformat()


async def test_bill_5_calls_of_the_account_before_are_not_the_owners_either(
    front: Front, billing: Client
) -> None:
    """The company's phone becomes Kati's own: she proved it, and reads no call of before."""
    hers = account(KATI, 2)
    put(front.database, hers)
    put_service(front.database, replace(PHONE, account_id=hers.id))
    proved_at(front.database, KATI, NUMBER, datetime.now(ZONE))
    billing.ledger({"service": str(PHONE.id), "number": NUMBER}, account=str(hers.id), months=3)
    days = {"from_day": f"{written(BEFORE)}-01", "through_day": f"{written(BEFORE)}-28"}

    extract = await made(front, billing, f"/v1/accounts/{hers.id}", USER, level="own", **days)

    assert extract.lines == []


async def test_bill_5_of_whole_numbers_only_those_are_told_whose_calls_they_are(
    front: Front,
) -> None:
    """Jaan had the phone until the middle of the month before last; then Kati has it."""
    proved_at(front.database, JAAN, NUMBER, moment(date(*months_ago(4), 3)))
    proved_at(front.database, KATI, NUMBER, moment(MIDDLE))
    first = today()
    asked = terms(*IN_FULL, on=[PHONE.id], first=first, last=first + 30 * DAY)
    full = replace(asked, purpose="Vaidlus")
    given(front.database, MARI, PEETER, OFFICE, full)
    later, earlier = MIDDLE + 2 * DAY, MIDDLE - 2 * DAY

    for begin, told in ((later, {KATI}), (earlier, {KATI, JAAN})):
        answer = await ask_for(
            front,
            ACCOUNT,
            person_token(PEETER),
            services=[str(PHONE.id)],
            level="full",
            purpose="Vaidlus arve üle",
            from_day=begin.isoformat(),
            through_day=(begin + DAY).isoformat(),
        )
        notices = rows(
            front.database,
            "SELECT person_id FROM notice WHERE subject_id = :id",
            id=UUID(answer.json()["id"]),
        )
        assert {each.person_id for each in notices} == {front.id_of(each) for each in told}

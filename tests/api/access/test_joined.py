"""api.1: until when access lasts, where grants follow one another: in checks and in lists."""

from datetime import datetime, timedelta
from uuid import UUID

import pytest

from domain.access.grants import Origin
from storage.access import grants
from storage.parties import upsert
from tests.builders.days import DAY
from tests.builders.delegations import OFFICE, set_up_customers
from tests.builders.freezes import freeze
from tests.builders.people import JAAN, KATI, MARI
from tests.builders.rows import BILLING, starting
from tests.clients.api_client import Front, person_token

HOUR = timedelta(hours=1)


def give(front: Front, since: datetime, until: datetime | None, role: str = "accountant") -> None:
    with front.database.transaction() as session:
        ids = upsert.person_ids(session, [JAAN, KATI])
        grant = starting(
            *(ids[JAAN], OFFICE, role),
            origin=Origin.DELEGATION,
            since=since,
            until=until,
            passed_on_by=ids[KATI],
        )
        grants.start(session, [grant], actor=BILLING)


async def told(front: Front, permission: str = "invoice:view") -> list[datetime | None]:
    """Until when Jaan has access: by the check, by many, in his list, in the account's list."""
    jaan, question = person_token(JAAN), {"account_id": str(OFFICE.id), "permission": permission}
    one = (await front.post("/v1/access/check", jaan, question)).json()
    many = (await front.post("/v1/access/checks", jaan, {"questions": [question]})).json()
    mine = (await front.get("/v1/me/accounts", jaan)).json()
    people = (await front.get(f"/v1/accounts/{OFFICE.id}/people", person_token(MARI))).json()
    said = [
        one["valid_until"],
        many["items"][0]["valid_until"],
        *(each["until"] for each in mine["items"] if each["account_id"] == str(OFFICE.id)),
        *(each["until"] for each in people["items"] if each["person_id"] == _id(front)),
    ]
    return [None if each is None else datetime.fromisoformat(each) for each in said]


def _id(front: Front) -> str:
    id_: UUID = front.id_of(JAAN)
    return str(id_)


@pytest.fixture
def now(front: Front) -> datetime:
    set_up_customers(front.database)
    return front.database.clock()


async def test_api_1_what_follows_without_a_gap_counts_everywhere(
    front: Front, now: datetime
) -> None:
    give(front, now - DAY, now + DAY)
    give(front, now + DAY, now + 3 * DAY)
    give(front, now + 3 * DAY + HOUR, now + 9 * DAY)

    assert await told(front) == [now + 3 * DAY] * 4


async def test_api_1_access_that_goes_on_for_ever_has_no_end(front: Front, now: datetime) -> None:
    give(front, now - DAY, now + DAY)
    give(front, now + DAY, None)

    assert await told(front) == [None] * 4


async def test_api_1_a_check_counts_only_what_gives_its_permission(
    front: Front, now: datetime
) -> None:
    give(front, now - DAY, now + DAY)
    give(front, now + DAY, now + 3 * DAY, role="user")

    assert await told(front, "invoice:pay") == [now + DAY] * 2 + [now + 3 * DAY] * 2


async def test_api_1_what_is_frozen_carries_nothing_on(front: Front, now: datetime) -> None:
    with front.database.transaction() as session:
        (jaan,) = upsert.person_ids(session, [JAAN]).values()
        first = starting(jaan, OFFICE, "accountant", since=now - DAY, until=now + DAY)
        grants.start(session, [first], actor=BILLING)
    give(front, now + DAY, now + 3 * DAY)
    assert await told(front) == [now + 3 * DAY] * 4

    freeze(front.database, KATI)

    assert await told(front) == [now + DAY] * 4

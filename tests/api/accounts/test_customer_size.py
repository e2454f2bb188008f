"""contract.1: the size of an account's owner is data, with its source and its day."""

from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any
from uuid import UUID, uuid4

import pytest

from storage.database import Database
from tests.builders.delegations import OFFICE, OWN, set_up_customers
from tests.builders.people import MARI
from tests.builders.register_states import TAMM
from tests.builders.rows import put, rows
from tests.clients.api_client import (
    BILLING,
    OPS,
    PORTAL,
    SUPPORT,
    Answer,
    Front,
    open_front,
    person_token,
)

TOLD = {"size_class": "larger", "source": "annual_report", "as_of": "2026-06-30"}


@pytest.fixture
async def front(database: Database) -> AsyncIterator[Front]:
    set_up_customers(database)
    async with open_front(database) as opened:
        yield opened


async def tell(
    front: Front, account_id: UUID = OFFICE.id, token: str = BILLING, **changes: Any
) -> Answer:
    return await front.put(f"/v1/accounts/{account_id}/size", token, {**TOLD, **changes})


async def size(front: Front, account_id: UUID = OFFICE.id, token: str = SUPPORT) -> Answer:
    return await front.get(f"/v1/accounts/{account_id}/size", token)


async def test_contract_1_the_newest_size_counts_with_its_source_and_day(front: Front) -> None:
    unknown = (await size(front)).json()
    answers = [await tell(front) for _ in range(2)]
    old = await tell(front, size_class="micro", as_of="2026-06-29")
    newer = await tell(front, size_class="small", source="declared", as_of="2026-07-01")
    corrected = await tell(front, size_class="micro", source="declared", as_of="2026-07-01")

    assert unknown == {"size_class": "micro", "source": None, "as_of": None}
    assert [answer.status_code for answer in answers] == [201, 200]
    assert (old.status_code, old.json()["code"]) == (409, "size_outdated")
    assert (newer.status_code, corrected.status_code) == (200, 200)
    assert (await size(front)).json() == {
        "size_class": "micro",
        "source": "declared",
        "as_of": "2026-07-01",
    }
    told = rows(
        front.database,
        "SELECT before, after FROM event WHERE kind = 'account:size_told' ORDER BY id",
    )
    assert [(row.before, row.after["size_class"]) for row in told[:1]] == [(None, "larger")]
    assert [row.before["size_class"] for row in told[1:]] == ["larger", "small"]


@pytest.mark.parametrize(
    ("account_id", "changes", "status", "code"),
    [
        (uuid4(), {}, 404, "not_found"),
        (OFFICE.id, {"size_class": "consumer"}, 409, "size_not_of_owner"),
        (OWN.id, {"size_class": "non_profit"}, 409, "size_not_of_owner"),
        (OFFICE.id, {"size_class": "huge"}, 422, "invalid"),
        (OFFICE.id, {"source": "Mari said so"}, 422, "invalid"),
        (OFFICE.id, {"as_of": "2999-01-01"}, 422, "invalid"),
    ],
)
async def test_contract_1_a_size_that_cannot_be_is_refused(
    front: Front, account_id: UUID, changes: dict[str, str], status: int, code: str
) -> None:
    answer = await tell(front, account_id, **changes)

    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert not rows(front.database, "SELECT FROM customer_size")


async def test_contract_1_another_owner_of_the_account_is_of_another_size(front: Front) -> None:
    await tell(front)

    put(front.database, replace(OFFICE, owner=TAMM))

    assert (await size(front)).json()["source"] is None
    assert (await tell(front, as_of="2020-01-01")).status_code == 201


async def test_contract_1_only_the_operators_systems_tell_a_size_and_staff_read_it(
    front: Front,
) -> None:
    mari = person_token(MARI)
    told = [await tell(front, token=token) for token in (SUPPORT, OPS, PORTAL, mari)]
    read = [await size(front, token=token) for token in (SUPPORT, OPS, BILLING, PORTAL, mari)]

    assert {answer.status_code for answer in told} == {403}
    assert [answer.status_code for answer in read] == [200, 200, 200, 403, 403]

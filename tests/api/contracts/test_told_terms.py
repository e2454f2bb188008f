"""contract.11: a Mobiil-ID that the operator's systems tell ends with its term, after warnings."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

from storage.contracts import expiring
from storage.database import Database
from tests.builders.days import ZONE, today
from tests.builders.delegations import OFFICE, PHONE
from tests.builders.people import PEETER
from tests.builders.rows import rows
from tests.clients.api_client import BILLING, Front
from tests.clients.contracting import read

TOLD: dict[str, Any] = {
    "account_id": str(OFFICE.id),
    "product": "Mobiil-ID",
    "state": "active",
    "services": [],
    "user": {"country": "EE", "code": PEETER.code},
    "host_service_id": str(PHONE.id),
}


async def put(front: Front, id_: str, *, in_days: int | None) -> None:
    day = None if in_days is None else str(today() + timedelta(days=in_days))
    answer = await front.put(f"/v1/contracts/{id_}", BILLING, TOLD | {"expires_on": day})
    assert answer.status_code in (200, 201), answer.text


def swept(database: Database) -> tuple[int, int]:
    """How many were warned of, and how many ended, by the sweeps of now."""
    with database.transaction() as session:
        return expiring.warn(session, ZONE), expiring.expire(session, ZONE)


async def test_contract_11_one_that_is_told_with_a_term_is_warned_of_and_ends_with_it(
    front: Front,
) -> None:
    id_, done = str(uuid4()), []

    for days in (31, 30, 8, 7, 0):
        await put(front, id_, in_days=days)
        done.append(swept(front.database))

    # Each time the term is told to be another one: people are warned of that one.
    # The term that is over by then ends it in the transaction that takes the record in.
    assert done == [(0, 0), (1, 0), (1, 0), (1, 0), (0, 0)]
    assert len(rows(front.database, "SELECT FROM notice WHERE kind = 'contract_expires'")) == 3
    (stored,) = rows(front.database, "SELECT state, end_reason FROM contract")
    assert (stored.state, stored.end_reason) == ("ending", "term")


async def test_contract_11_a_record_that_says_the_same_term_again_warns_nobody_twice(
    front: Front,
) -> None:
    id_, done = str(uuid4()), []

    for _ in range(2):
        await put(front, id_, in_days=20)
        await front.put(f"/v1/contracts/{id_}", BILLING, TOLD | _in(20, billed_until=str(today())))
        done.append(swept(front.database))

    assert done == [(1, 0), (0, 0)]


async def test_contract_11_a_term_that_is_told_is_shown_and_taken_back(front: Front) -> None:
    id_ = str(uuid4())

    await put(front, id_, in_days=3)
    first = (await read(front, id_, PEETER)).json()
    await put(front, id_, in_days=None)
    then = (await read(front, id_, PEETER)).json()

    assert first["expires_on"] == str(today() + timedelta(days=3))
    assert then["expires_on"] is None
    assert swept(front.database) == (0, 0)


def _in(days: int, **other: str) -> dict[str, str]:
    return {"expires_on": str(today() + timedelta(days=days)), **other}

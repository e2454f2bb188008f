"""contract.10: after its contract ended a number rests, as the contract had it then."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from domain.accounts import ServiceStatus
from storage.contracts import hosts
from storage.database import Database
from storage.retention import tidy
from tests.builders import contracts
from tests.builders.contract_ends import carried_out, come_to_its_end, subscription
from tests.builders.delegations import OFFICE, OWN, PHONE
from tests.builders.rows import carry_out, put_service, rows, service
from tests.builders.services_since import had_for_a_year
from tests.clients.api_client import BILLING, Front
from tests.clients.contracting import end
from tests.clients.porting import NUMBER, tell

OTHER_NUMBER = "+37255500002"
OTHER = service(8, OFFICE, phone=OTHER_NUMBER)


def rests(database: Database, number: str = NUMBER) -> bool:
    """Whether the number is kept from another account's contracts."""
    with database.transaction() as session:
        return hosts.is_taken(session, number, OWN.id)


def kept(database: Database, id_: UUID) -> tuple[bool, list[str]]:
    """Whether the contract has a moment until which numbers rest, and these."""
    (row,) = rows(database, "SELECT * FROM contract WHERE id = :id", id=id_)
    return row.number_kept_until is not None, row.resting_numbers


def has(database: Database, number: str | None, *, ended: bool = False) -> None:
    status = ServiceStatus.ENDED if ended else ServiceStatus.ACTIVE
    put_service(database, replace(PHONE, number=number, status=status))


async def over(front: Front, id_: UUID) -> None:
    """End it, at its moment."""
    assert (await end(front, str(id_))).status_code == 200
    come_to_its_end(front.database, id_)
    carried_out(front.database, id_)


@pytest.fixture
def contract(front: Front) -> UUID:
    """Kuusk's, of a telephone with this number, which its terms do not name."""
    has(front.database, NUMBER)
    id_ = subscription(front.database)
    had_for_a_year(front.database)
    return id_


async def test_contract_10_the_number_of_a_contract_that_is_told_rests_as_it_says(
    front: Front,
) -> None:
    has(front.database, NUMBER)
    id_, now = uuid4(), datetime.now(UTC)
    told: dict[str, Any] = {"account_id": str(OFFICE.id), "product": "Kõnepakett XL"}
    told["services"] = [str(PHONE.id)]
    until = {"number_kept_until": (now + timedelta(days=30)).isoformat()}
    over = {"state": "ended", "ends_at": (now - timedelta(minutes=1)).isoformat()}
    path = f"/v1/contracts/{id_}"

    await front.put(path, BILLING, told | {"state": "active"})
    await front.put(path, BILLING, told | until | over)
    has(front.database, None, ended=True)
    resting = rests(front.database)
    await front.put(path, BILLING, told | over)

    assert (resting, rests(front.database)) == (True, False)


@pytest.mark.parametrize("ended_by", ["record", "port_out"])
async def test_contract_10_no_record_lets_a_number_rest_that_has_left(
    front: Front, ended_by: str
) -> None:
    """The same record comes each night; of several numbers, what is left here rests."""
    has(front.database, NUMBER)
    put_service(front.database, OTHER)
    had_for_a_year(front.database)
    id_, now = uuid4(), datetime.now(UTC)
    told: dict[str, Any] = {"account_id": str(OFFICE.id), "product": "Kõnepakett XL"}
    told |= {"services": [str(PHONE.id)], "state": "active"}
    over = {
        "state": "ended",
        "ends_at": (now - timedelta(minutes=1)).isoformat(),
        "number_kept_until": (now + timedelta(days=30)).isoformat(),
    }
    path = f"/v1/contracts/{id_}"
    await front.put(path, BILLING, told)
    if ended_by == "record":
        await front.put(path, BILLING, told | over)
        assert kept(front.database, id_) == (True, [NUMBER])
    left = await tell(front, "completed")

    answers = [await front.put(path, BILLING, told | over) for _ in range(2)]
    versions = {row.version for row in rows(front.database, "SELECT version FROM contract")}
    again = await front.put(path, BILLING, told | over)

    assert left.status_code == 200, left.text
    assert [each.status_code for each in (*answers, again)] == [200, 200, 200]
    assert kept(front.database, id_) == (False, [])
    assert not rests(front.database)
    assert versions == {row.version for row in rows(front.database, "SELECT * FROM contract")}
    both = told | over | {"services": [str(PHONE.id), str(OTHER.id)]}
    await front.put(path, BILLING, both)
    assert kept(front.database, id_) == (True, [OTHER_NUMBER])


@pytest.mark.parametrize("told", [NUMBER, None])
async def test_contract_10_a_number_rests_also_where_billing_ends_its_service(
    front: Front, contract: UUID, told: str | None
) -> None:
    has(front.database, told, ended=True)

    assert kept(front.database, contract) == (True, [NUMBER])
    assert rests(front.database)


async def test_contract_10_a_number_that_moved_with_its_service_does_not_rest(
    front: Front, contract: UUID
) -> None:
    put_service(front.database, replace(PHONE, number=NUMBER, account_id=OWN.id))

    assert kept(front.database, contract) == (False, [])


async def test_contract_10_the_number_that_it_had_at_last_rests_and_no_earlier_one(
    front: Front, contract: UUID
) -> None:
    has(front.database, OTHER_NUMBER)
    before = [rests(front.database, each) for each in (contracts.NUMBER, NUMBER)]

    await over(front, contract)

    assert before == [False, False]
    assert kept(front.database, contract) == (True, [OTHER_NUMBER])
    assert [rests(front.database, each) for each in (NUMBER, OTHER_NUMBER)] == [False, True]


async def test_contract_10_it_rests_although_its_person_is_erased_and_is_erased_afterwards(
    front: Front, contract: UUID
) -> None:
    await over(front, contract)
    carry_out(front.database, "UPDATE contract SET terms = '{}'")
    carry_out(front.database, "UPDATE service SET number = NULL")
    tidy(front.database, {})
    resting = rests(front.database)
    carry_out(front.database, "UPDATE contract SET number_kept_until = clock_timestamp()")
    tidy(front.database, {})

    assert resting
    assert kept(front.database, contract) == (True, [])


async def test_contract_10_what_leaves_after_the_customers_own_end_rests_no_more(
    front: Front, contract: UUID
) -> None:
    await over(front, contract)
    before = rests(front.database)

    left, again = [await tell(front, "completed") for _ in range(2)]

    assert before
    assert (left.status_code, left.json()["services"]) == (200, [str(PHONE.id)])
    assert again.json() == left.json()
    assert kept(front.database, contract) == (False, [])
    assert not rests(front.database)

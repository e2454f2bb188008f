"""contract.8: what a set end costs by the time it is carried out, and what its paper says of it."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest

from activities.contracts.confirm_end import ConfirmEndActivities
from activities.contracts.end import ContractEndInput
from storage.contracts import ended
from storage.documents import documents
from tests.builders.contract_ends import carried_out, come_to_its_end, subscription
from tests.builders.days import ZONE, today
from tests.builders.delegations import OFFICE, PHONE
from tests.builders.people import MARI
from tests.builders.rendering import PROVIDER, Pages
from tests.builders.rows import carry_out, put_service, rows
from tests.builders.services_since import had_for_a_year
from tests.clients.api_client import BILLING, Front
from tests.clients.contracting import end, preview
from tests.clients.porting import NUMBER, tell
from tests.clients.suspending import suspend


@pytest.fixture
def contract(front: Front) -> UUID:
    """Kuusk's, of a telephone whose number may leave."""
    put_service(front.database, replace(PHONE, number=NUMBER))
    had_for_a_year(front.database)
    return subscription(front.database)


async def device(front: Front, id_: UUID, cents: int) -> None:
    facts = {"device_instalments_left_cents": cents}
    answer = await front.put(f"/v1/contracts/{id_}/end-facts", BILLING, facts)
    assert answer.status_code == 204, answer.text


async def by_customer(front: Front, id_: UUID, days: int) -> None:
    on = str(today() + timedelta(days=days))
    digest = (await preview(front, str(id_), MARI, f"?on={on}")).json()["digest"]
    answer = await end(front, str(id_), preview=digest, on=on)
    assert answer.status_code == 200, answer.text


def ended_at_cost(front: Front, id_: UUID) -> Sequence[int]:
    """Cents that the contract costs, once it has ended; its order has the same."""
    (row,) = rows(front.database, "SELECT * FROM contract WHERE id = :id", id=id_)
    assert row.state == "ended"
    items = "SELECT price FROM service_order_item WHERE order_id = :id"
    cost = [each["cents"] for each in row.end_cost]
    for item in rows(front.database, items, id=row.end_order_id):
        assert [each["cents"] for each in item.price or ()] == cost
    return cost


async def test_contract_8_a_number_that_leaves_takes_no_kept_device_along_for_free(
    front: Front, contract: UUID
) -> None:
    await device(front, contract, 9000)
    await tell(front, "announced")
    come_to_its_end(front.database, contract)
    carried_out(front.database, contract)

    assert ended_at_cost(front, contract) == [9000]


@pytest.mark.parametrize("messages", [("own", "announced"), ("announced", "own"), ("own",), ()])
async def test_contract_8_an_end_costs_the_same_in_whatever_order_it_is_said(
    front: Front, contract: UUID, messages: Sequence[str]
) -> None:
    await device(front, contract, 9000)
    for message in messages:
        if message == "own":
            await by_customer(front, contract, 30)
        else:
            await tell(front, message)
    await tell(front, "completed")

    assert ended_at_cost(front, contract) == [9000]


@pytest.mark.parametrize(("left", "cost"), [(6000, [6000]), (0, []), (48000, [24000])])
async def test_contract_8_an_end_set_far_ahead_costs_what_is_left_of_the_device_by_then(
    front: Front, contract: UUID, left: int, cost: Sequence[int]
) -> None:
    """It never costs more than what was confirmed."""
    await device(front, contract, 24000)
    await by_customer(front, contract, 180)
    await device(front, contract, left)
    come_to_its_end(front.database, contract)
    carried_out(front.database, contract)

    assert ended_at_cost(front, contract) == cost


async def test_contract_9_the_paper_says_when_the_end_was_asked_for_whatever_came_after(
    front: Front, contract: UUID
) -> None:
    await by_customer(front, contract, 30)
    with front.database.reading() as connection:
        first = ended.set_at(connection, contract)

    await suspend(front, contract)
    await device(front, contract, 1)

    with front.database.reading() as connection:
        assert first is not None
        assert ended.set_at(connection, contract) == first


async def test_contract_9_a_told_end_was_asked_for_when_it_was_told_first(front: Front) -> None:
    id_, path = UUID(int=91), f"/v1/contracts/{UUID(int=91)}"
    record = {
        "account_id": str(OFFICE.id),
        "product": "Mobile",
        "state": "ending",
        "services": [str(PHONE.id)],
        "ends_at": f"{today() + timedelta(days=9)}T00:00:00Z",
    }
    assert (await front.put(path, BILLING, record)).status_code < 300
    with front.database.reading() as connection:
        first = ended.set_at(connection, id_)

    await front.put(path, BILLING, record | {"product": "Mobile XL"})

    with front.database.reading() as connection:
        assert first is not None
        assert ended.set_at(connection, id_) == first


@pytest.mark.parametrize("size", ["micro", "larger"])
async def test_contract_8_what_the_preview_did_not_know_neither_contract_nor_paper_know(
    front: Front, contract: UUID, size: str
) -> None:
    """Of a told contract the prices are not known; a protected customer pays none of them."""
    committed = {"committed_until": today() + timedelta(days=90), "terms": "{}"}
    carry_out(
        front.database,
        "UPDATE contract SET committed_until = :committed_until, terms = CAST(:terms AS jsonb)",
        **committed,
    )
    carry_out(
        front.database,
        "INSERT INTO customer_size (account_id, size_class, source, as_of)"
        " VALUES (:id, :size, 'annual_report', :day)",
        id=OFFICE.id,
        size=size,
        day=today(),
    )
    shown = (
        await preview(front, str(contract), MARI, f"?on={today() + timedelta(days=40)}")
    ).json()
    await by_customer(front, contract, days=40)
    come_to_its_end(front.database, contract)
    carried_out(front.database, contract)

    (row,) = rows(front.database, "SELECT * FROM contract WHERE id = :id", id=contract)
    assert row.state == "ended"
    assert row.is_end_cost_known is shown["cost_known"] is (size != "larger")
    pages = ConfirmEndActivities(front.database, Pages(), PROVIDER, ZONE)
    pages.confirm_end(ContractEndInput(contract_id=contract))
    with front.database.reading() as connection:
        (paper,) = documents.of_subject(connection, contract)
        said = (documents.read(connection, paper) or b"").decode()
    is_left_open = "Muud tasud, kui neid on, on lõpparvel." in said
    assert is_left_open is not shown["cost_known"], said

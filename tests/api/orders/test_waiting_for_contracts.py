"""contract.7: what is ordered for a service that a contract starts waits for that contract."""

from typing import Any
from uuid import UUID

import pytest

from services.sweeps import SweepRules, run
from storage.contracts import rows as contract_rows
from tests.builders import contracts
from tests.builders.catalogue import publish
from tests.builders.days import ZONE
from tests.builders.delegations import OFFICE
from tests.builders.products import LIMIT
from tests.clients.api_client import Front
from tests.clients.contracting import act
from tests.clients.ordering import PHONE, bars, limit, order, ordered, read


def service_of(front: Front, contract_id: UUID) -> UUID:
    with front.database.reading() as connection:
        found = contract_rows.read(connection, contract_id)
    assert found is not None
    return found.service_ids[0]


@pytest.fixture
def offered(front: Front) -> UUID:
    return contracts.promised(front.database, contracts.new_contract(OFFICE.id))


@pytest.mark.parametrize("state", ["offered", "activating"])
async def test_contract_7_an_order_is_taken_and_begins_when_the_contract_is_active(
    front: Front, offered: UUID, state: str
) -> None:
    if state == "activating":
        contracts.agree(front.database, offered)
        contracts.begin_to_set_up(front.database, offered)
    id_ = await ordered(front, bars(service_of(front, offered), dataBarred=True))

    waiting = (await read(front, id_)).json()
    run(front.database, SweepRules(ZONE))
    assert (await read(front, id_)).json() == waiting
    assert (waiting["state"], waiting["waits_for"]) == ("acknowledged", "contract")
    assert waiting["progress"] == "The order begins when the contract of the service is in force."

    if state == "offered":
        contracts.agree(front.database, offered)
    contracts.set_up(front.database, offered)
    begun = (await read(front, id_)).json()
    assert (begun["waits_for"], begun["began_at"] is not None) == (None, True)


async def test_contract_7_an_order_that_is_to_be_confirmed_waits_for_that_first(
    front: Front, offered: UUID
) -> None:
    id_ = await ordered(front, limit(on=service_of(front, offered)))

    assert (await read(front, id_)).json()["waits_for"] == "your_confirmation"


async def test_contract_7_an_order_whose_contract_never_becomes_active_is_cancelled(
    front: Front, offered: UUID
) -> None:
    service_id = service_of(front, offered)
    id_ = await ordered(front, bars(service_id, dataBarred=True))

    assert (await act(front, str(offered), "decline")).status_code == 200
    run(front.database, SweepRules(ZONE))

    shown = (await read(front, id_)).json()
    assert (shown["state"], shown["waits_for"]) == ("cancelled", None)
    assert "contract of a service that it is for ended" in shown["progress"]
    late = await order(front, bars(service_id, dataBarred=True))
    assert late.json()["items"][0]["error"]["code"] == "service_state"


async def test_contract_7_what_the_contract_brings_is_there_for_what_depends_on_it(
    front: Front, offered: UUID
) -> None:
    item: dict[str, Any] = {"product": "roaming-pass", "action": "add"}
    ours = await order(front, item | {"service_id": str(service_of(front, offered))})
    other = await order(front, item | {"service_id": str(PHONE.id)})

    assert ours.json()["state"] == "acknowledged"
    assert other.json()["items"][0]["error"]["code"] == "needs_other"


async def test_contract_7_a_product_that_needs_a_contract_is_refused_where_there_is_none(
    front: Front, offered: UUID
) -> None:
    needs = {**LIMIT["orderable"], "needsContract": True, "confirm": "nothing"}
    publish(front.database, LIMIT | {"orderable": needs})
    item: dict[str, Any] = {"product": "limit", "parameters": {"spendingLimit": 1}}

    without = await order(front, item | {"service_id": str(PHONE.id)})
    with_one = await order(front, item | {"service_id": str(service_of(front, offered))})

    assert without.json()["state"] == "rejected"
    assert without.json()["items"][0]["error"]["code"] == "contract_missing"
    assert with_one.json()["waits_for"] == "contract"

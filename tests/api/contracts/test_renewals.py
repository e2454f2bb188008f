"""contract.9: a service that another contract is about goes on when one of its contracts ends."""

from dataclasses import replace
from uuid import UUID, uuid4

import pytest

from domain.access.permissions import Permission
from services.access.check import check
from storage.contracts import ending
from tests.builders import contracts
from tests.builders.contract_ends import carried_out, come_to_its_end, mobiil_id, subscription
from tests.builders.delegations import OFFICE, PHONE
from tests.builders.people import PEETER, TIIU
from tests.builders.rows import carry_out, give, put_service, rows
from tests.builders.services_since import had_for_a_year
from tests.clients.api_client import BILLING, Front
from tests.clients.contracting import end, preview
from tests.clients.porting import NUMBER, tell

TOLD = {
    "account_id": str(OFFICE.id),
    "product": "Kõnepakett XL",
    "state": "active",
    "services": [str(PHONE.id)],
}
DUE = {"state": "ending", "ends_at": "2026-01-01T00:00:00Z"}


STATES = {
    "active": "state = 'active'",
    "activating": "state = 'activating'",
    "suspended": "state = 'suspended', suspend_reason = 'lost'",
    "ending": "state = 'ending', end_reason = 'customer', end_source = 'here',"
    " ends_at = clock_timestamp() + interval '90 days'",
}


def renewed(front: Front) -> tuple[UUID, UUID]:
    """Two contracts of the catalogue about the telephone."""
    new = contracts.new_contract(OFFICE.id, terms=contracts.terms(number="+37255500077"))
    return subscription(front.database), contracts.active(front.database, new, [PHONE.id])


def carry_out_due(front: Front, *contract_ids: UUID) -> None:
    with front.database.transaction() as session:
        assert ending.ask_for_due(session) == len(contract_ids)
    carried_out(front.database, *contract_ids)


def state_of(front: Front, contract_id: UUID) -> str:
    (found,) = rows(front.database, "SELECT state FROM contract WHERE id = :id", id=contract_id)
    return str(found.state)


def service_state(front: Front) -> str:
    (found,) = rows(front.database, "SELECT status FROM service WHERE id = :id", id=PHONE.id)
    return str(found.status)


def may_use(front: Front) -> bool:
    with front.database.reading() as connection:
        found = check(connection, PEETER, Permission.USAGE_VIEW, OFFICE.id, service_id=PHONE.id)
    return found.allowed


async def test_contract_9_the_end_of_an_old_told_contract_ends_neither_service_nor_renewal(
    front: Front,
) -> None:
    give(front.database, PEETER, OFFICE, "user", on=PHONE)
    old, renewal = uuid4(), uuid4()
    for id_, how in ((old, DUE), (renewal, {})):
        answer = await front.put(f"/v1/contracts/{id_}", BILLING, {**TOLD, **how})
        assert answer.status_code == 201, answer.text

    carry_out_due(front, old)
    after_old = state_of(front, old), state_of(front, renewal), service_state(front)
    assert (after_old, may_use(front)) == (("ended", "active", "active"), True)

    await front.put(f"/v1/contracts/{renewal}", BILLING, {**TOLD, **DUE})
    carry_out_due(front, renewal)
    assert (state_of(front, renewal), service_state(front)) == ("ended", "ended")
    assert not may_use(front)


async def test_contract_9_of_two_ends_that_are_due_the_last_one_ends_the_service(
    front: Front,
) -> None:
    old, renewal = renewed(front)
    on_it = mobiil_id(front.database, front.id_of(TIIU))
    for id_ in (old, renewal):
        assert (await end(front, str(id_))).status_code == 200
        come_to_its_end(front.database, id_)

    carry_out_due(front, old, renewal)

    assert service_state(front) == "ended"
    (on_phone,) = rows(
        front.database, "SELECT state, ends_at FROM contract WHERE id = :id", id=on_it
    )
    assert on_phone.state == "ending"


@pytest.mark.parametrize("state", STATES)
async def test_contract_9_what_is_left_to_another_contract_is_in_no_order_and_no_preview(
    front: Front, state: str
) -> None:
    give(front.database, PEETER, OFFICE, "user", on=PHONE)
    old, renewal = renewed(front)
    mobiil_id(front.database, front.id_of(TIIU))
    stands = f"UPDATE contract SET {STATES[state]} WHERE id = :id"
    carry_out(front.database, stands, id=renewal)

    shown = (await preview(front, str(old))).json()
    assert (await end(front, str(old))).status_code == 200
    come_to_its_end(front.database, old)
    carry_out_due(front, old)

    assert not any(shown["ends"].values()), shown["ends"]
    assert not rows(front.database, "SELECT FROM service WHERE status = 'ended'")
    over = rows(front.database, "SELECT id FROM contract WHERE state IN ('ended', 'cancelled')")
    assert [each.id for each in over] == [old]
    assert not rows(front.database, "SELECT FROM service_order WHERE contract_id = :id", id=old)


async def test_contract_9_the_order_of_the_last_contract_turns_its_service_off(
    front: Front,
) -> None:
    old, renewal = renewed(front)
    shown = []
    for id_ in (old, renewal):
        shown.append((await preview(front, str(id_))).json()["ends"]["services"])
        assert (await end(front, str(id_))).status_code == 200
        come_to_its_end(front.database, id_)
        carry_out_due(front, id_)

    orders = "SELECT contract_id FROM service_order WHERE contract_id = ANY(:ids)"
    placed = rows(front.database, orders, ids=[old, renewal])
    assert [each.contract_id for each in placed] == [renewal]
    assert shown == [[], [str(PHONE.id)]]


async def test_contract_10_a_number_that_has_left_ends_its_service_for_all_contracts(
    front: Front,
) -> None:
    put_service(front.database, replace(PHONE, number=NUMBER))
    old, renewal = renewed(front)
    had_for_a_year(front.database)

    answer = await tell(front, "completed")

    assert answer.status_code == 200, answer.text
    assert (state_of(front, old), state_of(front, renewal)) == ("ended", "ended")
    assert service_state(front) == "ended"
    orders = "SELECT FROM service_order WHERE contract_id = ANY(:ids)"
    assert len(rows(front.database, orders, ids=[old, renewal])) == 1

"""contract.10: a Mobiil-ID that is told on a telephone that was reported lost is suspended too."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from tests.builders.contract_ends import MOBIIL_ID, subscription
from tests.builders.delegations import OFFICE, PHONE, ROUTER
from tests.builders.rows import carry_out, put_service, rows
from tests.clients.api_client import BILLING, Answer, Front
from tests.clients.suspending import of, orders, resume, suspend

SECOND = replace(PHONE, id=UUID(int=77), number="+37255500078")


async def tell_mobiil_id(front: Front, id_: UUID, state: str = "active") -> Answer:
    put_service(front.database, MOBIIL_ID)
    body = {
        "account_id": str(OFFICE.id),
        "product": "Mobiil-ID",
        "state": state,
        "services": [str(MOBIIL_ID.id)],
        "host_service_id": str(PHONE.id),
    }
    return await front.put(f"/v1/contracts/{id_}", BILLING, body)


async def test_contract_10_a_mobiil_id_that_is_told_on_a_lost_telephone_is_suspended_with_it(
    front: Front,
) -> None:
    phone, on_it = subscription(front.database), uuid4()
    await suspend(front, phone)

    answer = await tell_mobiil_id(front, on_it)
    again = await tell_mobiil_id(front, on_it)
    lifted = await resume(front, on_it)

    assert (answer.status_code, answer.json()["state"]) == (201, "suspended"), answer.text
    assert of(front, on_it) == ("suspended", "host_suspended")
    assert (again.status_code, again.json()["state"]) == (200, "suspended"), "each night"
    assert (lifted.status_code, lifted.json()["code"]) == (409, "host_suspended")
    assert orders(front) == [(True, "suspend"), (True, "suspend")]


async def test_contract_10_one_that_only_the_operators_record_suspends_suspends_nothing_else(
    front: Front,
) -> None:
    phone, on_it = subscription(front.database), uuid4()
    carry_out(
        front.database,
        "UPDATE contract SET state = 'suspended', suspend_reason = 'told',"
        " suspension_is_told = true WHERE id = :id",
        id=phone,
    )

    answer = await tell_mobiil_id(front, on_it)

    assert (answer.status_code, of(front, on_it)) == (201, ("active", None)), answer.text
    assert not orders(front)


async def test_contract_10_one_that_is_told_to_rest_on_a_lost_telephone_later_is_suspended(
    front: Front,
) -> None:
    phone, on_it = subscription(front.database), uuid4()
    await tell_mobiil_id(front, on_it)
    carry_out(front.database, "UPDATE contract SET host_service_id = NULL WHERE id = :id", id=on_it)
    await suspend(front, phone)
    before = of(front, on_it)

    await tell_mobiil_id(front, on_it)

    assert (before, of(front, on_it)) == (("active", None), ("suspended", "host_suspended"))


def record(state: str, *services: UUID) -> dict[str, Any]:
    """A contract of Kuusk's as billing tells it."""
    ends = {"ended": later(-1), "ending": later(1)}.get(state)
    return {
        "account_id": str(OFFICE.id),
        "product": "Kõnepakett XL",
        "state": state,
        "services": [str(each) for each in services],
    } | ({} if ends is None else {"ends_at": ends})


def later(days: int) -> str:
    return (datetime.now(UTC) + timedelta(days=days)).isoformat()


@pytest.mark.parametrize("has_more", [False, True])
@pytest.mark.parametrize(
    ("state", "services"), [("ended", (PHONE.id,)), ("suspended", ()), ("suspended", (ROUTER.id,))]
)
async def test_contract_10_a_loss_outlives_a_contract_that_a_record_ends_or_takes_the_service_off(
    front: Front, state: str, services: tuple[UUID, ...], *, has_more: bool
) -> None:
    old, other, more = uuid4(), uuid4(), (ROUTER.id,) if has_more else ()
    for id_, about in ((old, (PHONE.id,)), (other, (PHONE.id, *more))):
        answer = await front.put(f"/v1/contracts/{id_}", BILLING, record("active", *about))
        assert answer.status_code == 201, answer.text
    assert (await suspend(front, old)).status_code == 202

    for _ in range(2):  # each night
        answer = await front.put(f"/v1/contracts/{old}", BILLING, record(state, *services))
        assert answer.status_code == 200, answer.text

    if has_more and ROUTER.id not in services:
        assert of(front, other) == ("active", None)
        assert orders(front) == [(True, "resume")], "nothing was sent: the other is cancelled"
    else:
        assert of(front, other) == ("suspended", "lost")
        assert orders(front) == [(True, "suspend")]
    told = "SELECT FROM notice WHERE subject_id = :id AND kind = ANY(:kinds)"
    kinds = ["contract_resumed", "contract_suspended"]
    assert len(rows(front.database, told, id=other, kinds=kinds)) == 1


async def test_contract_10_a_service_comes_and_goes_by_records_and_each_time_the_network_is_told(
    front: Front,
) -> None:
    old, other = uuid4(), uuid4()
    for id_, about in ((old, (PHONE.id, ROUTER.id)), (other, (PHONE.id, ROUTER.id, SECOND.id))):
        put_service(front.database, SECOND)
        body = record("active", *about)
        assert (await front.put(f"/v1/contracts/{id_}", BILLING, body)).status_code == 201
    assert (await suspend(front, old)).status_code == 202

    for left in ((ROUTER.id,), ()):
        body = record("suspended", *left)
        assert (await front.put(f"/v1/contracts/{old}", BILLING, body)).status_code == 200

    assert of(front, other) == ("active", None)
    assert [does for _, does in orders(front)] == ["resume", "resume"]


async def test_contract_10_what_a_record_hands_over_does_not_stand_for_what_is_found_afterwards(
    front: Front,
) -> None:
    """Two orders: the router works again for the other contract, and then the telephone."""
    put_service(front.database, SECOND)
    old, other = uuid4(), uuid4()
    for id_, about in ((old, (PHONE.id, ROUTER.id)), (other, (ROUTER.id, SECOND.id))):
        body = record("active", *about)
        assert (await front.put(f"/v1/contracts/{id_}", BILLING, body)).status_code == 201
    await suspend(front, old)
    body = record("ending", PHONE.id)
    assert (await front.put(f"/v1/contracts/{old}", BILLING, body)).status_code == 200

    assert (await resume(front, old)).status_code == 202

    opened = rows(
        front.database,
        "SELECT service_id FROM service_order_item WHERE plan -> 0 ->> 'do' = 'resume'",
    )
    assert {each.service_id for each in opened} == {PHONE.id, ROUTER.id}
    assert of(front, old) == ("ending", None)

"""contract.10: a Mobiil-ID that is told on a telephone that was reported lost is suspended too."""

from uuid import UUID, uuid4

from tests.builders.contract_ends import MOBIIL_ID, subscription
from tests.builders.delegations import OFFICE, PHONE
from tests.builders.rows import carry_out, put_service
from tests.clients.api_client import BILLING, Answer, Front
from tests.clients.suspending import of, orders, resume, suspend


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

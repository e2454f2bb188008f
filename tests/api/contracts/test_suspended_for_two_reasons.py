"""contract.10: a loss counts beside what else shuts a service off, and each is lifted by itself."""

from uuid import UUID, uuid4

import pytest

from tests.builders import contracts
from tests.builders.contract_ends import MOBIIL_ID, mobiil_id, subscription
from tests.builders.delegations import OFFICE, PHONE, ROUTER
from tests.builders.people import MARI, PEETER
from tests.builders.rows import carry_out, give, rows
from tests.clients.api_client import BILLING, Front
from tests.clients.suspending import of, orders, resume, suspend

FACTS = {"account_id": str(OFFICE.id), "product": "Äri M", "services": [str(PHONE.id)]}
LOST, TOLD = ("suspended", "lost"), ("suspended", "told")


async def tell(front: Front, id_: UUID, state: str) -> tuple[int, tuple[str, str | None]]:
    """Tell a contract of the telephone as the operator's systems do."""
    ends = {"ends_at": "2099-01-01T00:00:00Z"} if state == "ending" else {}
    answer = await front.put(f"/v1/contracts/{id_}", BILLING, FACTS | {"state": state} | ends)
    return answer.status_code, of(front, id_)


async def told(front: Front, *states: str) -> UUID:
    """A contract of the telephone that was told so, one after the other."""
    id_ = uuid4()
    for state in states:
        await tell(front, id_, state)
    return id_


def services_of(front: Front) -> list[tuple[str, UUID]]:
    """What the orders of contracts that are not cancelled do with each service, by their age."""
    found = rows(
        front.database,
        """SELECT i.plan -> 0 ->> 'do' AS does, i.service_id FROM service_order o
        JOIN service_order_item i ON i.order_id = o.id
        WHERE o.contract_id IS NOT NULL AND i.state <> 'cancelled'
        ORDER BY o.ordered_at, o.id, i.number""",
    )
    return [(row.does, row.service_id) for row in found]


async def test_contract_10_a_loss_counts_where_the_operator_suspended_it_already(
    front: Front,
) -> None:
    id_ = await told(front, "suspended")
    his = mobiil_id(front.database, front.id_of(PEETER))

    answers = [await suspend(front, id_) for _ in range(2)]

    assert answers[0].json() == answers[1].json()
    assert (answers[0].status_code, answers[0].json()["suspended"]) == (202, "lost")
    assert (of(front, id_), of(front, his)) == (LOST, ("suspended", "host_suspended"))
    assert sorted(services_of(front)) == sorted([("suspend", PHONE.id), ("suspend", MOBIIL_ID.id)])
    assert {urgent for urgent, _ in orders(front)} == {True}
    (event,) = rows(
        front.database,
        "SELECT * FROM event WHERE reason ->> 'code' = 'contract_reported_lost'",
    )
    assert event.before == {"state": "suspended", "suspended": "told"}
    assert event.after == {"state": "suspended", "suspended": "lost"}
    noticed = rows(front.database, "SELECT person_id FROM notice WHERE kind = 'contract_suspended'")
    assert {row.person_id for row in noticed} == {front.id_of(MARI), front.id_of(PEETER)}


async def test_contract_10_found_again_it_is_suspended_by_the_operator_until_told_otherwise(
    front: Front,
) -> None:
    id_ = await told(front, "suspended")
    await suspend(front, id_)

    found = await resume(front, id_)
    again = await resume(front, id_)
    opened = await tell(front, id_, "active")

    assert (found.status_code, found.json()["state"]) == (202, "suspended")
    assert (found.json()["suspended"], found.json()["order_id"]) == ("told", None)
    assert found.headers["Location"] == f"/v1/contracts/{id_}"
    assert (again.status_code, again.json()["code"]) == (409, "suspended_by_operator")
    assert opened == (200, ("active", None))
    assert services_of(front) == []
    kinds = rows(
        front.database,
        "SELECT reason ->> 'code' AS code FROM event WHERE after ->> 'suspended' = 'told'",
    )
    assert [row.code for row in kinds] == ["contract_suspension_told"]
    assert not rows(front.database, "SELECT FROM notice WHERE kind = 'contract_resumed'")


async def test_contract_10_the_operator_takes_back_its_own_suspension_and_the_loss_stays(
    front: Front,
) -> None:
    id_ = await told(front, "suspended")
    await suspend(front, id_)

    said = [await tell(front, id_, "active") for _ in range(2)]
    found = await resume(front, id_)

    assert said == [(200, LOST), (409, LOST)]
    assert (found.json()["state"], found.json()["suspended"]) == ("active", None)
    assert [does for _, does in orders(front)] == ["resume"]


async def test_contract_10_what_the_operator_suspends_after_a_loss_stays_when_it_is_found(
    front: Front,
) -> None:
    id_ = await told(front, "active")
    await suspend(front, id_)
    await tell(front, id_, "suspended")

    found = await resume(front, id_)

    assert (found.json()["suspended"], of(front, id_)) == ("told", TOLD)


async def test_contract_10_that_a_contract_ends_lifts_no_suspension(front: Front) -> None:
    by_them, lost = await told(front, "suspended", "ending"), await told(front, "ending")
    told_first = of(front, by_them)
    await suspend(front, lost)

    goes_on = await tell(front, lost, "active")
    await suspend(front, by_them)
    both = await tell(front, by_them, "active")

    assert told_first == ("ending", "told")
    assert goes_on == (409, ("ending", "lost"))
    assert both == (200, LOST)  # its end is called off, and the operator's suspension


async def test_contract_10_what_was_told_suspended_is_not_opened_while_its_sim_is_lost(
    front: Front,
) -> None:
    host = subscription(front.database)
    his = mobiil_id(front.database, front.id_of(PEETER))
    carry_out(
        front.database,
        """UPDATE contract SET state = 'suspended', suspend_reason = 'told',
        suspension_is_told = TRUE WHERE id = :id""",
        id=his,
    )

    await suspend(front, host)

    assert of(front, his) == ("suspended", "host_suspended")


async def test_contract_10_a_mobiil_id_with_its_host_is_reported_stolen_by_its_user(
    front: Front,
) -> None:
    host = subscription(front.database)
    his = mobiil_id(front.database, front.id_of(PEETER))
    await suspend(front, host)

    answer = await suspend(front, his, PEETER)
    early = await resume(front, his, PEETER)
    await resume(front, host)
    opened = await resume(front, his, PEETER)

    assert (answer.status_code, answer.json()["suspended"]) == (202, "lost")
    assert (early.status_code, early.json()["code"]) == (409, "host_suspended")
    assert (opened.json()["state"], opened.json()["suspended"]) == ("active", None)


@pytest.mark.parametrize("first_is_lifted_first", [True, False])
async def test_contract_10_a_service_stays_shut_off_until_the_last_of_its_contracts_is_lifted(
    front: Front, *, first_is_lifted_first: bool
) -> None:
    new = contracts.new_contract(OFFICE.id, terms=contracts.terms(number="+37255512346"))
    both = [
        subscription(front.database),
        contracts.active(front.database, new, [PHONE.id, ROUTER.id]),
    ]
    for each in both:
        await suspend(front, each)
    before, after = both if first_is_lifted_first else reversed(both)

    lifted = await resume(front, before)
    opened = services_of(front)
    await resume(front, after)

    assert lifted.json()["state"] == "active"
    only = [] if first_is_lifted_first else [("resume", ROUTER.id)]
    assert [each for each in opened if each[0] == "resume"] == only
    last = [each for each in services_of(front) if each not in opened]
    assert ("resume", PHONE.id) in last


async def test_contract_10_a_service_stays_shut_off_while_another_contract_is_told_suspended(
    front: Front,
) -> None:
    lost, theirs = subscription(front.database), await told(front, "suspended")
    await suspend(front, lost)

    first = await resume(front, lost)
    after_first = services_of(front)
    await suspend(front, lost)
    await tell(front, theirs, "active")
    await resume(front, lost)

    assert (first.json()["state"], first.json()["order_id"]) == ("active", None)
    assert after_first == []
    assert services_of(front) == [("resume", PHONE.id)]


async def test_contract_10_who_uses_one_of_several_services_shuts_off_none_of_the_others(
    front: Front,
) -> None:
    new = contracts.new_contract(OFFICE.id)
    id_ = contracts.active(front.database, new, [PHONE.id, ROUTER.id])
    give(front.database, PEETER, OFFICE, on=PHONE)

    of_one = await suspend(front, id_, PEETER)
    stays = of(front, id_)
    give(front.database, PEETER, OFFICE, on=ROUTER)
    of_all = await suspend(front, id_, PEETER)

    assert (of_one.status_code, of_one.json()["code"]) == (403, "contract_has_other_services")
    assert stays == ("active", None)
    assert of_all.status_code == 202, of_all.text

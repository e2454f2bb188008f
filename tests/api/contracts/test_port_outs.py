"""contract.10: a port-out is an end that comes from outside, moves, and can be called off."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from tests.builders import contracts
from tests.builders.contract_ends import carried_out, come_to_its_end, mobiil_id, subscription
from tests.builders.delegations import OFFICE, OWN, PHONE
from tests.builders.people import MARI, PEETER
from tests.builders.rows import give, put_service, rows
from tests.builders.services_since import had_for_a_year
from tests.clients.api_client import Front, person_token
from tests.clients.contracting import MOBILE, act, end, preview, read, start
from tests.clients.porting import ID, NOW, NUMBER, call_off, ends, tell


@pytest.fixture
def contract(front: Front) -> UUID:
    """Kuusk's, of a telephone that is there since yesterday, which Peeter uses."""
    put_service(front.database, replace(PHONE, number=NUMBER))
    id_ = subscription(front.database)
    give(front.database, PEETER, OFFICE, on=PHONE)
    had_for_a_year(front.database)
    return id_


async def test_contract_10_an_announced_one_ends_the_contract_at_its_moment(
    front: Front, contract: UUID
) -> None:
    first, again = [await tell(front, "announced") for _ in range(2)]

    assert (first.status_code, first.json()["services"]) == (200, [str(PHONE.id)])
    assert again.json() == first.json()
    assert await ends(front, contract) == ("ending", "ported_out", 3)
    shown = (await read(front, str(contract))).json()
    assert shown["end"]["is_from_outside"] is True
    by_person = await act(front, str(contract), "end/cancel")
    assert (by_person.status_code, by_person.json()["code"]) == (409, "end_from_outside")
    changes = "SELECT FROM event WHERE kind = 'contract:changed' AND after ->> 'state' = 'ending'"
    assert len(rows(front.database, changes)) == 1


async def test_contract_10_it_moves_and_is_called_off_and_a_late_message_changes_nothing(
    front: Front, contract: UUID
) -> None:
    await tell(front, "announced", days=3, known=9)
    await tell(front, "announced", days=5, known=7)
    moved = await ends(front, contract)
    await tell(front, "announced", days=4, known=8)
    late = await ends(front, contract)
    off = await tell(front, "cancelled", known=5)
    called_off = await ends(front, contract)
    await tell(front, "announced", days=3, known=6)
    after = await ends(front, contract)
    await tell(front, "announced", days=0.02, known=1)

    assert moved == late == ("ending", "ported_out", 5)
    assert off.json()["state"] == "cancelled"
    assert called_off == after == ("active", None, None)
    assert await ends(front, contract) == ("ending", "ported_out", 0)


async def test_contract_10_one_that_is_called_off_before_it_is_announced_never_ends_anything(
    front: Front, contract: UUID
) -> None:
    first = await tell(front, "cancelled", known=1)
    await tell(front, "announced", known=2)

    assert (first.status_code, first.json()["services"]) == (200, [])
    assert await ends(front, contract) == ("active", None, None)


@pytest.mark.parametrize(
    ("own", "both", "left"),
    [
        (2, ("ending", "customer", 2), ("ending", "customer", 2)),
        (9, ("ending", "ported_out", 5), ("ending", "customer", 9)),
    ],
)
@pytest.mark.parametrize("is_first", [True, False])
async def test_contract_10_of_the_customers_end_and_the_porting_the_earlier_counts(
    front: Front, contract: UUID, own: int, both: Any, left: Any, *, is_first: bool
) -> None:
    on = (NOW + timedelta(days=own)).date().isoformat()

    async def by_customer() -> None:
        digest = (await preview(front, str(contract), query=f"?on={on}")).json()["digest"]
        answer = await end(front, str(contract), preview=digest, on=on)
        assert answer.status_code == 200, answer.text

    if is_first:
        await by_customer()
        await tell(front, "announced", days=5.5, known=2)
    else:
        await tell(front, "announced", days=5.5, known=2)
        await by_customer()

    state, reason, days = await ends(front, contract)
    await tell(front, "cancelled", known=1)
    state_left, reason_left, days_left = await ends(front, contract)

    assert (state, reason) == both[:2]
    assert (state_left, reason_left) == left[:2]
    assert abs((days or 0) - both[2]) <= 1
    assert abs((days_left or 0) - left[2]) <= 1


async def test_contract_10_a_suspended_contract_is_suspended_again_when_it_is_called_off(
    front: Front, contract: UUID
) -> None:
    await act(front, str(contract), "suspend", body={"reason": "lost"})
    await tell(front, "announced", known=2)
    await tell(front, "cancelled", known=1)

    assert (await ends(front, contract))[0] == "suspended"


async def test_contract_10_gone_everything_of_the_number_ends_at_once_with_its_steps(
    front: Front, contract: UUID
) -> None:
    his = mobiil_id(front.database, front.id_of(PEETER))
    await tell(front, "announced", known=1)

    answer = await tell(front, "completed")
    late = [await tell(front, each) for each in ("cancelled", "announced", "completed")]

    assert answer.status_code == 200, answer.text
    assert {each.json()["state"] for each in late} == {"completed"}
    (gone,) = rows(front.database, "SELECT * FROM contract WHERE id = :id", id=contract)
    assert (gone.state, gone.end_reason, gone.number_kept_until) == ("ended", "ported_out", None)
    assert gone.end_order_id is not None
    assert gone.end_process_id is not None
    held = "SELECT FROM access_grant WHERE service_id = :id AND upper_inf(validity)"
    assert rows(front.database, held, id=PHONE.id) == []
    (ends_too,) = rows(front.database, "SELECT * FROM contract WHERE id = :id", id=his)
    assert (ends_too.state, ends_too.end_reason) == ("ending", "host_ended")
    assert ends_too.ends_at <= datetime.now(UTC)


async def test_contract_10_what_is_told_after_its_moment_finds_it_ended(
    front: Front, contract: UUID
) -> None:
    await tell(front, "announced", known=1)
    come_to_its_end(front.database, contract)
    carried_out(front.database, contract)

    answer = await tell(front, "completed")
    off = await tell(front, "cancelled")

    assert (answer.status_code, answer.json()["services"]) == (200, [str(PHONE.id)])
    assert off.json()["state"] == "completed"
    assert (await ends(front, contract))[0] == "ended"


async def test_contract_10_operations_call_it_off_too(front: Front, contract: UUID) -> None:
    await tell(front, "announced")

    answer = await call_off(front, contract)

    assert (answer.status_code, answer.json()["state"]) == (200, "active"), answer.text


async def test_contract_10_nothing_is_kept_of_a_number_that_nobody_has(front: Front) -> None:
    answers = [
        await tell(front, each, number="+37255599999") for each in ("announced", "completed")
    ]
    by_person = await front.put(f"/v1/port-outs/{ID}", person_token(MARI), {})

    assert [each.status_code for each in answers] == [404, 404]
    assert rows(front.database, "SELECT FROM port_out") == []
    assert by_person.status_code == 403


async def test_contract_10_an_id_is_of_one_number_also_before_it_is_gone(
    front: Front, contract: UUID
) -> None:
    await tell(front, "announced", known=2)

    other = await tell(front, "cancelled", known=1, number="+37255599999")

    assert (other.status_code, other.json()["code"]) == (409, "port_out_of_another")
    assert (await ends(front, contract))[0] == "ending"


async def test_contract_10_ending_and_starting_the_same_again_works(front: Front) -> None:
    """The number rests for its owner; nobody else gets it meanwhile."""
    put_service(front.database, replace(PHONE, number=contracts.NUMBER))
    id_ = contracts.active(front.database, contracts.new_contract(OFFICE.id), [PHONE.id])
    await end(front, str(id_))
    come_to_its_end(front.database, id_)
    carried_out(front.database, id_)

    by_another = await start(front, MOBILE, PEETER, OWN.id)
    again = await start(front, MOBILE)

    assert by_another.json()["refusals"] == ["number_taken"], by_another.text
    assert again.status_code == 201, again.text

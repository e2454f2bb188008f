"""A number leaves: its services, their access and what was ordered for them end, once."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from tests.builders.people import MARI
from tests.builders.register_states import KUUSK, TAMM
from tests.builders.rows import account, carry_out, give, put, put_service, rows, service
from tests.clients.api_client import BILLING, Answer, Front, client_token

NUMBER, OTHER = "+37255500001", "+37255600002"
OFFICE, HOME = account(KUUSK), account(TAMM, 2)
MOBILE = service(1, OFFICE, phone=NUMBER)
MOBIIL_ID = service(2, HOME, kind="mobiil_id", phone=NUMBER)
STAYS = service(3, OFFICE, phone=OTHER)
ID, SECOND = UUID(int=71), UUID(int=72)


@pytest.fixture
def office(front: Front) -> Front:
    """A number at a company's account, and its Mobiil-ID at another one."""
    put(front.database, OFFICE, HOME)
    put_service(front.database, MOBILE, MOBIIL_ID, STAYS)
    for on, of in ((MOBILE, OFFICE), (MOBIIL_ID, HOME), (STAYS, OFFICE)):
        give(front.database, MARI, of, on=on)
    return front


async def port_out(
    front: Front, id_: UUID = ID, number: str = NUMBER, ago: timedelta = timedelta()
) -> Answer:
    body = {"number": number, "ported_at": (datetime.now(UTC) - ago).isoformat()}
    return await front.put(f"/v1/port-outs/{id_}", BILLING, body)


def ended(front: Front) -> list[UUID]:
    found = rows(front.database, "SELECT id FROM service WHERE status = 'ended' ORDER BY id")
    return [row.id for row in found]


def access(front: Front) -> list[UUID]:
    statement = "SELECT service_id FROM access_grant WHERE upper_inf(validity) ORDER BY service_id"
    return [row.service_id for row in rows(front.database, statement)]


async def test_order_7_a_number_that_is_ported_out_ends_its_services_and_their_access(
    office: Front,
) -> None:
    answer = await port_out(office)

    gone = [MOBILE.id, MOBIIL_ID.id]
    assert answer.status_code == 200
    assert answer.json() == {
        "id": str(ID),
        "state": "completed",
        "services": [str(each) for each in gone],
    }
    assert (ended(office), access(office)) == (gone, [STAYS.id])
    (event,) = rows(office.database, "SELECT * FROM event WHERE kind = 'number:ported_out'")
    assert (event.subject_id, event.account_id) == (ID, OFFICE.id)
    assert NUMBER not in str(event)


async def test_order_7_a_repeated_port_out_leaves_a_number_that_has_come_back(
    office: Front,
) -> None:
    first = await port_out(office)
    put_service(office.database, back := service(4, HOME, phone=NUMBER))

    again = await port_out(office)

    assert (again.status_code, again.json()) == (200, first.json())
    assert back.id not in ended(office)


async def test_order_7_what_is_told_late_leaves_a_newer_service(office: Front) -> None:
    late = await port_out(office, ago=timedelta(days=1))

    assert late.status_code == 404
    assert ended(office) == []


async def test_order_7_a_service_that_was_there_then_ends_however_late_it_is_told(
    office: Front,
) -> None:
    carry_out(office.database, "UPDATE service SET created_at = now() - interval '1 year'")

    late = await port_out(office, ago=timedelta(days=1))

    assert (late.status_code, ended(office)) == (200, [MOBILE.id, MOBIIL_ID.id])


async def test_order_7_an_id_is_of_one_number(office: Front) -> None:
    await port_out(office)

    other = await port_out(office, number=OTHER)

    assert (other.status_code, other.json()["code"]) == (409, "port_out_of_another")
    assert access(office) == [STAYS.id]


@pytest.mark.parametrize(
    "changed",
    [
        {"number": "55500001"},
        {"number": None},
        {"ported_at": "2999-01-01T00:00:00Z"},
        {"ported_at": "2026-01-01T00:00:00"},
        {"more": 1},
        {"state": "announced"},
        {"state": "cancelled", "as_of": None},
        {"state": "gone"},
    ],
)
async def test_order_7_what_no_port_out_says_is_refused(
    office: Front, changed: dict[str, Any]
) -> None:
    body = {"number": NUMBER, "ported_at": "2026-01-01T00:00:00Z"} | changed

    answer = await office.put(f"/v1/port-outs/{ID}", BILLING, body)

    assert answer.status_code == 422
    assert NUMBER not in answer.text
    assert ended(office) == []


async def test_order_7_only_the_operators_systems_tell_of_port_outs(office: Front) -> None:
    body = {"number": NUMBER, "ported_at": "2026-01-01T00:00:00Z"}

    answer = await office.put(f"/v1/port-outs/{ID}", client_token("billing"), body)

    assert answer.status_code == 403
    assert ended(office) == []

"""contract.10: a port-out is about its number, whichever service here has it by then."""

from dataclasses import replace
from uuid import UUID

import pytest

from domain.accounts import ServiceKind, ServiceStatus
from storage.contract_orders import port_out_queries
from tests.builders import contracts
from tests.builders.contract_ends import MOBIIL_ID, mobiil_id, subscription
from tests.builders.delegations import FOREIGN, OFFICE, OTHER, PHONE, ROUTER
from tests.builders.people import MARI, TIIU
from tests.builders.rows import carry_out, put_service, rows
from tests.builders.services_since import had_for_a_year
from tests.clients.api_client import Front
from tests.clients.porting import ID, NUMBER, ends, tell

OF_KUUSK, OF_TAMM = replace(PHONE, number=NUMBER), replace(FOREIGN, number="+37255500777")
ANOTHER = "+37255500999"


@pytest.fixture
def contract(front: Front) -> UUID:
    """Kuusk's, of the number; Tamm has a contract of another one."""
    put_service(front.database, OF_KUUSK, OF_TAMM)
    had_for_a_year(front.database)
    other = contracts.new_contract(OTHER.id, terms=contracts.terms(number=OF_TAMM.number))
    contracts.active(front.database, other, [FOREIGN.id])
    return subscription(front.database)


def states(front: Front) -> tuple[str, str]:
    """States of Kuusk's contract and of Tamm's."""
    found = rows(front.database, "SELECT account_id, state FROM contract")
    by_account = {row.account_id: row.state for row in found}
    return by_account[PHONE.account_id], by_account[OTHER.id]


def told(front: Front, kind: str) -> list[UUID]:
    """Who was told so, each time."""
    found = rows(front.database, "SELECT person_id FROM notice WHERE kind = :kind", kind=kind)
    return [row.person_id for row in found]


def services(front: Front) -> dict[UUID, str]:
    """Kuusk's services, and whether they lasted."""
    found = rows(
        front.database, "SELECT id, status FROM service WHERE account_id = :id", id=OFFICE.id
    )
    return {row.id: row.status for row in found}


def change(front: Front) -> None:
    """Kuusk's service gets another number."""
    put_service(front.database, replace(OF_KUUSK, number=ANOTHER))


def move(front: Front) -> None:
    """Tamm's service takes the number."""
    put_service(front.database, replace(OF_KUUSK, number=None), replace(OF_TAMM, number=NUMBER))


@pytest.mark.parametrize(
    ("meanwhile", "word", "left"),
    [
        (change, "cancelled", ("active", "active")),
        (change, "announced", ("active", "active")),
        (change, "completed", ("active", "active")),
        (move, "cancelled", ("active", "active")),
        (move, "announced", ("active", "ending")),
    ],
)
async def test_contract_10_a_service_without_the_number_goes_on_and_what_has_it_ends(
    front: Front, contract: UUID, meanwhile: object, word: str, left: tuple[str, str]
) -> None:
    await tell(front, "announced", days=5, known=3)
    assert callable(meanwhile)
    meanwhile(front)
    at_once = states(front)
    answer = await tell(front, word, days=6, known=2)

    assert (at_once, answer.status_code) == (("active", "active"), 200), answer.text
    assert states(front) == left


@pytest.mark.parametrize(("hours", "left"), [(2, "ended"), (-1, "active")])
async def test_contract_10_gone_it_ends_what_had_the_number_when_it_left(
    front: Front, contract: UUID, hours: int, left: str
) -> None:
    """It moved so many hours before it left, or after: then it had come back."""
    await tell(front, "announced", days=5, known=3)
    move(front)
    carry_out(
        front.database,
        "UPDATE service SET number_since = now() - interval '1 hour' * :hours WHERE number = :n",
        hours=hours,
        n=NUMBER,
    )
    answer = await tell(front, "completed")

    assert answer.status_code == 200, answer.text
    assert states(front) == ("active", left)


async def test_contract_10_a_port_out_keeps_no_number(front: Front, contract: UUID) -> None:
    await tell(front, "announced")

    (kept,) = rows(front.database, "SELECT * FROM port_out")
    assert NUMBER not in str(kept)
    assert len(kept.number_digest) == 64


async def test_contract_10_an_id_is_of_one_number_also_where_it_was_never_announced(
    front: Front, contract: UUID
) -> None:
    await tell(front, "cancelled", known=3)

    other = await tell(front, "announced", known=2, number="+37255500777")

    assert (other.status_code, other.json()["code"]) == (409, "port_out_of_another")
    assert states(front) == ("active", "active")


async def test_contract_10_a_service_that_has_ended_is_still_what_had_the_number(
    front: Front, contract: UUID
) -> None:
    await tell(front, "announced", known=3)
    put_service(front.database, replace(OF_KUUSK, status=ServiceStatus.ENDED))

    answer = await tell(front, "completed")

    assert (answer.status_code, answer.json()["services"]) == (200, [str(PHONE.id)])


async def test_contract_10_the_owner_is_told_once_that_the_number_leaves_and_that_it_stays(
    front: Front, contract: UUID
) -> None:
    for known in (5, 4):
        await tell(front, "announced", days=5, known=known)
    first = told(front, "number_leaves")
    await tell(front, "announced", days=6, known=3)
    for known in (2, 1):
        await tell(front, "cancelled", known=known)

    mari = front.id_of(MARI)
    assert (first, told(front, "number_leaves")) == ([mari], [mari, mari])
    assert told(front, "number_stays") == [mari]


async def test_contract_10_a_number_that_is_not_told_to_have_left_is_counted(
    front: Front, contract: UUID
) -> None:
    await tell(front, "announced", days=-1.5, known=40)
    with front.database.reading() as connection:
        count, age = port_out_queries.overdue(connection)
    await tell(front, "completed")
    with front.database.reading() as connection:
        after = port_out_queries.overdue(connection)

    assert (count, age > 86400, after) == (1, True, (0, 0.0))


async def test_contract_10_of_several_numbers_one_leaves_and_the_last_ends_the_contract(
    front: Front,
) -> None:
    """Each leaves under an id of its own: announced, called off and announced again, and gone."""
    second = replace(ROUTER, kind=ServiceKind.MOBILE, number=ANOTHER)
    put_service(front.database, OF_KUUSK, second)
    had_for_a_year(front.database)
    new = contracts.new_contract(OFFICE.id)
    both = contracts.active(front.database, new, [PHONE.id, second.id])
    for id_, number in ((ID, NUMBER), (UUID(int=72), ANOTHER)):
        for word, known in (("announced", 3), ("cancelled", 2), ("announced", 1)):
            answer = await tell(front, word, id_=id_, number=number, known=known)
            assert (answer.status_code, await ends(front, both)) == (200, ("active", None, None))
    assert (len(told(front, "number_leaves")), len(told(front, "number_stays"))) == (4, 2)

    await tell(front, "completed")
    after_one = await ends(front, both), services(front)
    await tell(front, "completed", id_=UUID(int=72), number=ANOTHER)

    left = {PHONE.id: "ended", second.id: "active"}
    assert after_one == (("ending", "ported_out", 3), left), "the last one is announced to leave"
    assert (await ends(front, both))[0] == "ended"
    assert services(front) == {PHONE.id: "ended", second.id: "ended"}
    (row,) = rows(front.database, "SELECT * FROM contract WHERE id = :id", id=both)
    assert (row.end_reason, row.resting_numbers) == ("ported_out", [])


async def test_contract_10_a_mobiil_id_of_the_number_ends_once_with_its_host(front: Front) -> None:
    put_service(front.database, OF_KUUSK)
    host = subscription(front.database)
    on_it = mobiil_id(front.database, front.id_of(TIIU))
    put_service(front.database, replace(MOBIIL_ID, number=NUMBER))
    had_for_a_year(front.database)

    assert (await tell(front, "completed")).status_code == 200

    moves = rows(
        front.database,
        """SELECT subject_id, after ->> 'state' AS state FROM event
        WHERE kind = 'contract:changed' AND after ->> 'state' IN ('ending', 'ended')
        ORDER BY subject_id, id""",
    )
    by_contract = {
        id_: [each.state for each in moves if each.subject_id == id_] for id_ in (host, on_it)
    }
    assert by_contract == {host: ["ending", "ended"], on_it: ["ending", "ended"]}


async def test_contract_10_a_contract_that_got_another_number_outlives_the_one_that_leaves(
    front: Front,
) -> None:
    put_service(front.database, OF_KUUSK)
    had_for_a_year(front.database)
    one = subscription(front.database)
    await tell(front, "announced", known=3)
    assert (await ends(front, one))[:2] == ("ending", "ported_out")
    carry_out(
        front.database,
        "INSERT INTO contract_service (contract_id, service_id) VALUES (:id, :more)",
        id=one,
        more=ROUTER.id,
    )

    await tell(front, "completed")

    assert await ends(front, one) == ("active", None, None)
    assert services(front) == {PHONE.id: "ended", ROUTER.id: "active"}
    assert told(front, "number_stays") == []

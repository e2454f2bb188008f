"""contract.1: contracts that exist in the operator's systems are taken in."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from domain.access.permissions import Permission
from services.access.check import check
from tests.builders import contracts
from tests.builders.delegations import FOREIGN, OFFICE, PHONE, given, terms
from tests.builders.people import KATI, MARI, PEETER, TIIU
from tests.builders.rows import carry_out, give, rows
from tests.clients.api_client import BILLING, OPS, PORTAL, Answer, Front, person_token
from tests.clients.contracting import FIBRE, act, end, offered, read

TOLD: dict[str, Any] = {
    "account_id": str(OFFICE.id),
    "product": "Kõnepakett XL",
    "state": "active",
    "services": [str(PHONE.id)],
    "signed_at": "2024-05-02T09:00:00Z",
    "starts_on": "2024-05-03",
    "committed_until": "2026-05-02",
}
OVER = {"state": "ended", "ends_at": "2024-05-01T00:00:00Z"}


async def put(front: Front, id_: UUID | str, token: str = BILLING, **changes: Any) -> Answer:
    return await front.put(f"/v1/contracts/{id_}", token, {**TOLD, **changes})


def may_use(front: Front) -> bool:
    """Whether Tiiu has access to the telephone now."""
    with front.database.reading() as connection:
        found = check(connection, TIIU, Permission.USAGE_VIEW, OFFICE.id, service_id=PHONE.id)
    return found.allowed


async def test_contract_1_what_exists_is_taken_in_and_shown(front: Front) -> None:
    id_ = uuid4()

    first, again = [await put(front, id_) for _ in range(2)]
    shown = (await read(front, str(id_))).json()

    assert (first.status_code, again.status_code) == (201, 200), first.text
    assert (shown["state"], shown["product"]) == ("active", "Kõnepakett XL")
    assert (shown["services"], shown["committed_until"]) == ([str(PHONE.id)], "2026-05-02")
    assert (shown["starts_on"], shown["prices"], shown["months"]) == ("2024-05-03", [], None)
    told = rows(front.database, "SELECT FROM event WHERE kind = 'contract:told'")
    assert len(told) == 1


async def test_contract_1_what_is_told_anew_replaces_what_was_told(front: Front) -> None:
    id_ = uuid4()
    await put(front, id_, user={"country": "EE", "code": PEETER.code})

    await put(front, id_, state="suspended", committed_until=None, services=[])
    shown = (await read(front, str(id_))).json()

    assert (shown["state"], shown["suspended"], shown["services"]) == ("suspended", "told", [])
    assert (shown["committed_until"], shown["party"]) == (None, "owner")


@pytest.mark.parametrize(("hours", "allowed"), [(1, True), (-1, False)])
async def test_contract_9_access_to_its_services_ends_at_the_moment_that_is_told(
    front: Front, hours: int, allowed: bool
) -> None:
    """No worker runs here."""
    give(front.database, TIIU, OFFICE, "user", on=PHONE)
    moment = datetime.now(UTC) + timedelta(hours=hours)

    answer = await put(front, uuid4(), state="ending", ends_at=moment.isoformat())

    assert answer.status_code == 201, answer.text
    assert may_use(front) is allowed


@pytest.mark.parametrize("old_first", [True, False])
async def test_contract_1_access_to_a_service_lasts_as_long_as_one_of_its_contracts(
    front: Front, old_first: bool
) -> None:
    """Another contract was about the telephone before; whichever is told first."""
    give(front.database, TIIU, OFFICE, "user", on=PHONE)
    new = uuid4()
    told = [(uuid4(), OVER), (new, {})]

    between = []
    for id_, changes in told if old_first else reversed(told):
        await put(front, id_, **changes)
        between.append(may_use(front))
    await put(front, new, **OVER)

    assert (between, may_use(front)) == ([True, True], False)


async def test_contract_1_one_that_was_over_when_it_was_told_first_counts_once_it_was_in_force(
    front: Front,
) -> None:
    give(front.database, TIIU, OFFICE, "user", on=PHONE)
    id_ = uuid4()

    await put(front, id_, **OVER)
    as_history = may_use(front)
    await put(front, id_)
    await put(front, id_, **OVER)

    assert (as_history, may_use(front)) == (True, False)


async def test_contract_1_an_end_that_was_told_is_called_off_by_staff_only(front: Front) -> None:
    """The operator's systems would tell it again."""
    id_ = uuid4()
    await put(front, id_, state="ending", ends_at="2099-01-01T00:00:00Z")

    person = await act(front, str(id_), "end/cancel")
    shown = (await read(front, str(id_))).json()
    path, why = f"/v1/ops/contracts/{id_}/end/cancel", {"reason": "Eksitus"}
    staff = await front.post(path, OPS, why, idempotency_key="a")

    assert (person.status_code, person.json()["code"]) == (409, "end_from_outside")
    assert shown["end"]["is_from_outside"] is True
    assert (staff.status_code, (await read(front, str(id_))).json()["state"]) == (200, "active")


async def test_contract_1_a_service_of_no_contract_any_more_is_used_again(front: Front) -> None:
    give(front.database, TIIU, OFFICE, "user", on=PHONE)
    id_ = uuid4()
    await put(front, id_)
    await put(front, id_, **OVER)
    before = may_use(front)

    await put(front, id_, **OVER, services=[])

    assert (before, may_use(front)) == (False, True)


async def test_contract_1_what_was_decided_here_is_not_undone_by_what_is_told(
    front: Front,
) -> None:
    """The operator's systems do not know of the end yet."""
    ended, lost = str(uuid4()), uuid4()
    await put(front, ended)
    await put(front, lost, services=[])
    carry_out(
        front.database,
        "UPDATE contract SET state = 'suspended', suspend_reason = 'lost' WHERE id = :id",
        id=lost,
    )
    assert (await end(front, ended)).status_code == 200

    again = [await put(front, ended), await put(front, lost, services=[])]
    known = await put(
        front, ended, state="ended", ends_at="2026-01-01T00:00:00Z", billed_until="2026-12-31"
    )
    shown = (await read(front, ended)).json()

    assert [answer.json()["code"] for answer in again] == ["contract_decided_here"] * 2
    assert (known.status_code, known.json()["state"]) == (200, "ending")
    assert (shown["state"], shown["billed_until"]) == ("ending", "2026-12-31")
    assert shown["end"]["at"] > datetime.now(UTC).isoformat()


@pytest.mark.parametrize(
    ("changes", "status", "code"),
    [
        ({"services": [str(FOREIGN.id)]}, 409, "contract_incomplete"),
        ({"services": [str(uuid4())]}, 409, "contract_incomplete"),
        ({"account_id": str(uuid4())}, 409, "contract_incomplete"),
        ({"host_service_id": str(uuid4())}, 409, "contract_incomplete"),
        ({"state": "draft"}, 422, "invalid"),
        ({"state": "ended"}, 422, "invalid"),
        ({"state": "ended", "ends_at": "2099-01-01T00:00:00Z"}, 422, "invalid"),
        ({"ends_at": "2026-01-01T00:00:00Z"}, 422, "invalid"),
        ({"sim": "123"}, 422, "invalid"),
        ({"signed_at": "9999-12-31T23:59:59-14:00"}, 422, "invalid"),
    ],
)
async def test_contract_1_what_cannot_be_is_refused_and_nothing_is_kept(
    front: Front, changes: dict[str, Any], status: int, code: str
) -> None:
    answer = await put(front, uuid4(), **changes)

    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert not rows(front.database, "SELECT FROM contract")


async def test_contract_1_a_contract_that_was_started_here_is_not_told(front: Front) -> None:
    id_ = await offered(front, FIBRE)

    answer = await put(front, id_)

    assert (answer.status_code, answer.json()["code"]) == (409, "contract_started_here")
    assert (await read(front, id_)).json()["state"] == "offered"


@pytest.mark.parametrize("token", [OPS, PORTAL, person_token(MARI)])
async def test_contract_1_only_the_operators_systems_tell(front: Front, token: str) -> None:
    answer = await put(front, uuid4(), token)

    assert answer.status_code == 403


async def test_contract_12_the_user_sees_their_own_contract_and_no_other(front: Front) -> None:
    given(front.database, MARI, KATI, OFFICE, terms("service:view"))
    mine, other = uuid4(), uuid4()
    await put(front, mine, user={"country": "EE", "code": PEETER.code}, services=[])
    await put(front, other)

    assert (await read(front, str(mine), PEETER)).status_code == 200
    assert (await read(front, str(other), PEETER)).status_code == 404
    assert (await read(front, str(mine), PEETER)).json()["may_end"]
    assert contracts.NUMBER not in (await read(front, str(mine), PEETER)).text

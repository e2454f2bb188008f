"""order.7: a number that moves between owners waits for both: for who takes it, then who has it."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from domain.accounts import ServiceStatus
from domain.identifiers import PersonKey
from services.parties.people import ensure_person
from storage.database import Database
from storage.orders import confirming, due
from tests.builders import approvals
from tests.builders.delegations import OFFICE, OTHER, OWN
from tests.builders.people import ANNA, JAAN, KATI, MARI, PEETER, TIIU
from tests.builders.register_states import KUUSK
from tests.builders.rows import carry_out, give, history, put, put_service, rows, service
from tests.clients import approving
from tests.clients.api_client import Answer, Front, person_token
from tests.clients.ordering import PHONE, cancel, confirm, limit, order, ordered, read

NUMBER, JOINT_NUMBER = "+37255500042", "+37255500043"
GIVER = service(42, OWN, phone=NUMBER)
JOINT = service(43, OTHER, phone=JOINT_NUMBER)
NOBODYS = UUID(int=99)


@pytest.fixture
def numbers(front: Front) -> None:
    """Peeter has a number; so has the company for which Tiiu and Jaan sign together."""
    put_service(front.database, GIVER, JOINT)


pytestmark = pytest.mark.usefixtures("numbers")


def move(giver: UUID = GIVER.id, number: str = NUMBER, on: UUID = PHONE.id) -> dict[str, Any]:
    """A number that its owner is to let go."""
    parameters = {"fromService": str(giver), "number": number}
    return {"product": "number-move", "service_id": str(on), "parameters": parameters}


async def asked(front: Front, item: dict[str, Any] | None = None, **more: Any) -> str:
    """Mari orders that Kuusk gets the number, and confirms it; its owner is asked then."""
    id_ = await ordered(front, item or move(), **more)
    assert (await confirm(front, id_)).status_code == 200
    return id_


async def request(front: Front, id_: str, who: PersonKey = PEETER, language: str = "en") -> Answer:
    path = f"/v1/number-requests/{id_}"
    return await front.get(path, person_token(who), accept_language=language)


async def requests(front: Front, who: PersonKey = PEETER, of: UUID = OWN.id) -> Any:
    answer = await front.get(f"/v1/accounts/{of}/number-requests", person_token(who))
    assert answer.status_code == 200, answer.text
    return answer.json()["items"]


async def let_go(
    front: Front, id_: str, who: PersonKey = PEETER, seen: Any = None, **claims: Any
) -> Answer:
    """Read the request and confirm it, by a token with these claims."""
    shown = seen or (await request(front, id_, who)).json()
    body = {"digest": shown["digest"], "template_version": 1, "language": "en"}
    token = person_token(who, **claims)
    path = f"/v1/number-requests/{id_}/confirm"
    return await front.post(path, token, body, idempotency_key=str(uuid4()))


async def decline(front: Front, id_: str, who: PersonKey = PEETER) -> Answer:
    return await front.post(f"/v1/number-requests/{id_}/decline", person_token(who), None)


async def state(front: Front, id_: str, who: PersonKey = MARI) -> tuple[str, str | None]:
    shown = (await read(front, id_, who)).json()
    return shown["state"], shown["waits_for"]


def told(database: Database, kind: str) -> list[tuple[UUID, UUID]]:
    """Who was told this, and about which account."""
    found = rows(database, "SELECT person_id, account_id FROM notice WHERE kind = :k", k=kind)
    return [(each.person_id, each.account_id) for each in found]


def placed(database: Database) -> Sequence[str]:
    return [each.action for each in rows(database, "SELECT action FROM step ORDER BY place")]


async def test_order_7_the_owner_is_asked_after_who_takes_it_and_it_begins_with_their_word(
    front: Front,
) -> None:
    peeter = ensure_person(front.database, PEETER)
    id_ = await ordered(front, move())
    before = (
        await state(front, id_),
        await requests(front),
        told(front.database, "number_asked_for"),
    )
    assert (await request(front, id_)).status_code == 404
    await confirm(front, id_)
    waits = await state(front, id_)
    unbegun = placed(front.database)
    (listed,) = await requests(front)

    done = await let_go(front, id_)

    assert before == (("pending", "your_confirmation"), [], [])
    assert waits == ("pending", "giver")
    assert unbegun == []
    assert told(front.database, "number_asked_for") == [(peeter, OWN.id)]
    assert (listed["id"], listed["state"], listed["confirmed_at"]) == (id_, "pending", None)
    assert done.status_code == 200
    assert done.json()["confirmed_at"] is not None
    assert placed(front.database) == ["read-from.1", "release.1", "take.1"]
    assert (await state(front, id_))[1] is None
    assert history(front.database).count("order:confirmed") == 2
    assert told(front.database, "order_confirmed") == [
        (ensure_person(front.database, MARI), OFFICE.id)
    ]


async def test_order_7_the_owner_reads_which_number_goes_to_whom_and_nothing_of_the_other_side(
    front: Front,
) -> None:
    id_ = await asked(front)
    shown = (await request(front, id_)).json()
    whole = (await request(front, id_)).text

    for language in ("et", "ru", "en"):
        said = (await request(front, id_, language=language)).json()["shown"]["text"]
        assert NUMBER in said
        assert shown["receiver"] in said
    assert shown["receiver"].endswith(KUUSK.code)
    assert (shown["number"], shown["service"]["id"]) == (NUMBER, str(GIVER.id))
    assert str(PHONE.id) not in whole
    assert str(OFFICE.id) not in whole
    assert str(ensure_person(front.database, MARI)) not in whole


@pytest.mark.parametrize(
    ("giver", "number"),
    [(NOBODYS, NUMBER), (GIVER.id, JOINT_NUMBER), (GIVER.id, "+37255500999")],
)
async def test_order_7_whether_there_is_such_a_number_is_told_by_nothing(
    front: Front, giver: UUID, number: str
) -> None:
    """Until its owner answers, whoever orders sees the same of any number and any service."""

    async def seen(item: dict[str, Any]) -> Any:
        id_ = await asked(front, item)
        shown = (await read(front, id_)).json()
        for name in ("id", "ordered_at", "expected_at"):
            del shown[name]
        shown["confirmation"] |= dict.fromkeys(("confirm_by", "confirmed_at"))
        assert shown["items"][0].pop("parameters") == item["parameters"]
        return shown

    there, nowhere = await seen(move()), await seen(move(giver, number))

    assert there == nowhere
    assert len(told(front.database, "number_asked_for")) == 1
    carry_out(front.database, "UPDATE service_order SET confirm_by = clock_timestamp()")
    with front.database.transaction() as session:
        assert confirming.lapse(session) == 2
    ended = rows(front.database, "SELECT DISTINCT state, cancel_reason FROM service_order")
    assert [tuple(each) for each in ended] == [("cancelled", "order_not_confirmed")]


async def test_order_7_a_number_that_goes_elsewhere_meanwhile_is_told_by_nothing(
    front: Front,
) -> None:
    id_ = await asked(front)
    shown = (await request(front, id_)).json()
    put_service(front.database, replace(GIVER, status=ServiceStatus.ENDED))

    assert await state(front, id_) == ("pending", "giver")
    assert (await let_go(front, id_, seen=shown)).status_code == 404
    assert await requests(front) == []


async def test_order_7_a_service_that_has_another_number_by_now_lets_none_go(front: Front) -> None:
    id_ = await asked(front)
    put_service(front.database, replace(GIVER, number="+37255500777"))

    assert (await request(front, id_)).status_code == 404
    assert await state(front, id_) == ("pending", "giver")


async def test_order_7_a_group_lets_its_number_go_together(front: Front) -> None:
    id_ = await asked(front, move(JOINT.id, JOINT_NUMBER))
    first = await let_go(front, id_, TIIU)
    (waiting,) = await approving.listed(front, JAAN)
    shown = (await request(front, id_, JAAN)).json()
    unbegun = placed(front.database)

    second = await let_go(front, id_, JAAN)
    approvals.conclude(front.database, UUID(waiting["id"]))

    assert (first.status_code, second.status_code) == (202, 202)
    assert first.headers["location"] == f"/v1/approvals/{waiting['id']}"
    assert (waiting["kind"], waiting["id"]) == ("number_give", shown["approval_id"])
    assert waiting["shown"]["text"] == shown["shown"]["text"]
    assert (waiting["digest"], unbegun) == (shown["digest"], [])
    assert placed(front.database) == ["read-from.1", "release.1", "take.1"]
    assert rows(front.database, "SELECT FROM order_confirmation WHERE of_giver") == []


async def test_order_7_a_group_takes_a_number_together(front: Front) -> None:
    id_ = await ordered(front, move(on=JOINT.id), who=TIIU, account=OTHER.id)
    await confirm(front, id_, TIIU)
    (waiting,) = await approving.listed(front, JAAN)
    nothing = await requests(front)
    await confirm(front, id_, JAAN)
    approvals.conclude(front.database, UUID(waiting["id"]))
    waits = await state(front, id_, TIIU)
    await let_go(front, id_)

    assert (nothing, waits) == ([], ("pending", "giver"))
    assert placed(front.database) == ["read-from.1", "release.1", "take.1"]


@pytest.mark.parametrize("who", [MARI, KATI, TIIU, ANNA])
async def test_order_7_nobody_else_lets_a_number_go(front: Front, who: PersonKey) -> None:
    """Not even who administers the account, for the owner."""
    give(front.database, KATI, OWN, "administrator")
    id_ = await asked(front)
    shown = (await request(front, id_)).json()

    assert (await request(front, id_, who)).status_code == 404
    assert (await let_go(front, id_, who, shown)).status_code == 404
    assert (await decline(front, id_, who)).status_code == 404
    listed = await front.get(f"/v1/accounts/{OWN.id}/number-requests", person_token(who))
    assert listed.status_code == 404
    assert await state(front, id_) == ("pending", "giver")


async def test_order_7_the_owner_confirms_what_they_saw_by_a_fresh_login(front: Front) -> None:
    id_ = await asked(front)
    shown = (await request(front, id_)).json()
    changed = await let_go(front, id_, seen=shown | {"digest": "0" * 64})
    stale = await let_go(front, id_, auth_time=int(datetime.now(UTC).timestamp()) - 3600)
    done = await let_go(front, id_, seen=shown)
    again = await let_go(front, id_, seen=shown)

    assert (changed.status_code, changed.json()["code"]) == (409, "act_changed")
    assert stale.json()["code"] == "step_up_needed"
    assert (done.status_code, again.status_code) == (200, 200)
    (kept,) = rows(front.database, "SELECT * FROM order_confirmation WHERE of_giver")
    assert (kept.person_id, kept.digest) == (ensure_person(front.database, PEETER), shown["digest"])


async def test_order_7_the_owner_declines_and_the_order_is_cancelled(front: Front) -> None:
    id_ = await asked(front)
    declined = await decline(front, id_)

    assert declined.status_code == 204
    shown = (await read(front, id_)).json()
    assert (shown["state"], placed(front.database)) == ("cancelled", [])
    assert shown["progress"].endswith("Somebody who was asked to confirm it declined.")
    mari = ensure_person(front.database, MARI)
    assert told(front.database, "order_not_confirmed") == [(mari, OFFICE.id)]
    assert await requests(front) == []


async def test_order_7_one_of_a_group_declines_alone(front: Front) -> None:
    id_ = await asked(front, move(JOINT.id, JOINT_NUMBER))
    await let_go(front, id_, TIIU)

    assert (await decline(front, id_, JAAN)).status_code == 204

    assert (await state(front, id_))[0] == "cancelled"
    (approval,) = rows(front.database, "SELECT state FROM approval")
    assert approval.state == "declined"


async def test_order_7_who_takes_it_cancels_and_the_owner_is_asked_no_more(front: Front) -> None:
    id_ = await asked(front, move(JOINT.id, JOINT_NUMBER))
    await let_go(front, id_, TIIU)

    await cancel(front, id_)

    (approval,) = rows(front.database, "SELECT state FROM approval")
    assert approval.state == "refused"
    assert await requests(front, TIIU, OTHER.id) == []


async def test_order_7_a_word_given_for_later_can_be_taken_back_until_it_begins(
    front: Front,
) -> None:
    later = (datetime.now(UTC) + timedelta(days=3)).isoformat()
    id_ = await asked(front, requested_start_at=later)
    given = await let_go(front, id_)
    waits = await state(front, id_)

    assert (given.json()["may_decline"], waits[1]) == (True, "start")
    assert (await decline(front, id_)).status_code == 204
    assert (await state(front, id_))[0] == "cancelled"


async def test_order_7_the_word_of_an_earlier_owner_of_the_account_does_not_count(
    front: Front,
) -> None:
    later = (datetime.now(UTC) + timedelta(days=3)).isoformat()
    id_ = await asked(front, requested_start_at=later)
    await let_go(front, id_)
    put(front.database, replace(OWN, owner=ANNA))
    carry_out(front.database, "UPDATE service_order SET requested_start_at = clock_timestamp()")

    with front.database.transaction() as session:
        assert due.begin(session) == 1

    shown = (await read(front, id_)).json()
    assert (shown["state"], placed(front.database)) == ("cancelled", [])
    assert (await request(front, id_, ANNA)).status_code == 404


async def test_order_7_nothing_else_is_ordered_with_it(front: Front) -> None:
    rejected = (await order(front, move(NOBODYS), limit())).json()

    assert rejected["state"] == "rejected"
    assert rejected["items"][0]["error"]["code"] == "ordered_alone"

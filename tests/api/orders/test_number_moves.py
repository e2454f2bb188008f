"""order.7, order.6: people order that a number moves, if they may on both accounts."""

from typing import Any
from uuid import UUID

import pytest

from storage.access import grants
from storage.access.grants import Ending
from storage.database import Database
from tests.builders.delegations import OFFICE, OTHER, OWN, given, terms
from tests.builders.orders import Orders
from tests.builders.people import JAAN, KATI, MARI, PEETER, TIIU
from tests.builders.rows import BILLING, give, put_service, rows, service
from tests.clients.api_client import Front
from tests.clients.ordering import PHONE, confirm, fibre, order, ordered, read, seen

NUMBER = "+37255500042"
GIVER = service(42, OWN, phone=NUMBER)
JOINT = service(43, OTHER, phone="+37255500043")


@pytest.fixture
def giver(front: Front) -> str:
    """Peeter's service, which has a number; the account where Tiiu and Jaan sign has one, too."""
    put_service(front.database, GIVER, JOINT)
    return str(GIVER.id)


def move(giver: str = str(GIVER.id), on: UUID = PHONE.id) -> dict[str, Any]:
    parameters = {"fromService": giver}
    return {"product": "number-move", "service_id": str(on), "parameters": parameters}


def kept(database: Database) -> list[Any]:
    return rows(database, "SELECT to_jsonb(i)::text AS row FROM service_order_item i")


async def test_order_7_who_may_on_both_accounts_confirms_the_very_number(
    front: Front, giver: str
) -> None:
    give(front.database, MARI, OWN, "administrator")
    id_ = await ordered(front, move())
    shown = (await read(front, id_)).json()

    assert shown["state"] == "pending"
    assert shown["items"][0]["parameters"] == {"fromService": giver, "number": NUMBER}
    assert NUMBER in shown["confirmation"]["shown"]["text"]
    assert (await confirm(front, id_)).status_code == 200
    places = rows(front.database, "SELECT action, resource FROM step ORDER BY place")
    assert [(each.action, each.resource) for each in places] == [
        ("read-from.1", f"service/{giver}"),
        ("release.1", f"service/{giver}"),
        ("take.1", f"service/{PHONE.id}"),
    ]


async def test_order_7_who_does_not_see_the_giving_service_learns_nothing_of_it(
    front: Front, giver: str
) -> None:
    """Mari represents the company that takes the number. A made-up id gets the same answer."""
    errors = []
    for named in (giver, "0" * 8 + "-0000-0000-0000-" + "0" * 12):
        placed = await order(front, move(named))
        assert (placed.status_code, placed.json()["state"]) == (201, "rejected")
        item = (await read(front, placed.json()["id"])).json()["items"][0]
        errors.append((item["error"]["code"], item["error"]["parameter"], item["parameters"]))

    assert errors == [("service_unknown", "fromService", {})] * 2
    assert not [each for each in kept(front.database) if NUMBER in each.row]
    assert rows(front.database, "SELECT FROM step") == []


async def test_order_7_who_sees_the_number_and_may_not_end_its_contract_is_refused(
    front: Front, giver: str
) -> None:
    """A user of the number, and who may end other contracts of the owner only by service."""
    give(front.database, MARI, OWN, on=GIVER)
    give(front.database, MARI, OWN, "administrator", on=GIVER)
    refused = await order(front, move(giver))

    assert (refused.status_code, refused.json()["code"]) == (403, "not_permitted")
    assert kept(front.database) == []


@pytest.mark.parametrize(
    ("order_of", "item", "status"),
    [
        # The owner of the number alone does not put it on somebody else's service.
        ((PEETER, OFFICE.id), move(), 404),
        ((PEETER, OWN.id), move(), 201),
        # Nor does a group that would take it, or one of the group that has it.
        ((TIIU, OTHER.id), move(on=JOINT.id), 201),
        ((TIIU, OFFICE.id), move(str(JOINT.id)), 403),
        ((JAAN, OFFICE.id), move(), 404),
    ],
)
async def test_order_7_one_owner_alone_moves_nothing(
    front: Front, giver: str, order_of: Any, item: dict[str, Any], status: int
) -> None:
    who, account = order_of
    given(front.database, MARI, TIIU, OFFICE, terms("service:view", "service:order"))
    answer = await order(front, item, who=who, account=account)

    assert answer.status_code == status
    if status == 201:  # the one service or the other is of another account
        assert answer.json()["state"] == "rejected"
    assert not [each for each in kept(front.database) if NUMBER in each.row]
    assert rows(front.database, "SELECT FROM step") == []


async def test_order_7_a_permission_lost_on_the_giving_account_is_seen_at_the_confirmation(
    front: Front, giver: str
) -> None:
    """With the permission on the account that takes the number nothing has changed."""
    held = give(front.database, KATI, OWN, "administrator")
    id_ = await ordered(front, move(giver), who=KATI)
    digest = await seen(front, id_, KATI)
    with front.database.transaction() as session:
        grants.end(session, [Ending(held, {"code": "left", "text": "Left"})], actor=BILLING)

    refused = await confirm(front, id_, KATI, digest)

    assert (refused.status_code, refused.json()["code"]) == (409, "orderer_not_permitted")
    assert not Orders(front.database, OFFICE.id).begin(UUID(id_))


async def test_order_7_a_group_confirms_for_its_own_account_only(front: Front, giver: str) -> None:
    """Beside what needs a group the number moves no sooner than its own owner lets it."""
    held = give(front.database, KATI, OWN, "administrator")
    id_ = await ordered(front, move(giver), fibre(), who=KATI)
    with front.database.transaction() as session:
        grants.end(session, [Ending(held, {"code": "left", "text": "Left"})], actor=BILLING)

    await confirm(front, id_, MARI)

    assert (await read(front, id_)).json()["state"] == "cancelled"
    assert rows(front.database, "SELECT FROM step") == []

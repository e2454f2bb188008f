"""order.6, order.9: who may call TMF641, and what everybody else is told."""

from uuid import UUID, uuid4

import pytest

from api.tmf641.addresses import PATH
from domain.access.grants import Origin
from storage.database import Database
from tests.builders.listed_orders import put_order
from tests.builders.people import JAAN, MARI
from tests.builders.register_states import KUUSK
from tests.builders.rows import account, give, put, rows
from tests.clients.api_client import ORDER_PORTAL, ORDERS, OTHER_ORDERS, PORTAL, Front
from tests.clients.token_issuer import ISSUER
from tests.oracles.callers import CALLERS

ID = UUID(int=7)
CLIENT = f"{ISSUER} order-portal"
AT = "2099-03-01T10:00:00Z"
ROUTES = [
    ("GET", "/serviceOrder"),
    ("POST", "/serviceOrder"),
    ("GET", f"/serviceOrder/{ID}"),
    ("PATCH", f"/serviceOrder/{ID}"),
    ("DELETE", f"/serviceOrder/{ID}"),
    ("GET", "/cancelServiceOrder"),
    ("POST", "/cancelServiceOrder"),
    ("GET", f"/cancelServiceOrder/{ID}"),
    ("POST", "/hub"),
    ("DELETE", f"/hub/{ID}"),
]


@pytest.mark.parametrize(("method", "path"), ROUTES)
async def test_order_9_only_programs_with_the_scope_may_call(
    front: Front, method: str, path: str
) -> None:
    for name, token in (CALLERS | {"portal without the scope": PORTAL}).items():
        on_behalf = {"On-Behalf-Of": str(ID)} if name.startswith("portal") else {}
        answer = await front.ask(method, f"{PATH}{path}", token, {}, on_behalf)

        status, code = (401, "40") if token is None else (403, "50")
        assert (answer.status_code, answer.json()["code"]) == (status, code), name
        assert answer.headers["www-authenticate"].startswith("Bearer")
        assert answer.json()["reason"].split(":")[0] in {"token_missing", "insufficient_scope"}


async def test_order_9_a_program_without_the_right_to_act_for_people_names_nobody(
    front: Front,
) -> None:
    answers = [
        await front.get(f"{PATH}/serviceOrder", token, on_behalf_of=person)
        for token, person in [
            (ORDERS, str(ID)),
            (ORDER_PORTAL, "Mari"),
            (ORDER_PORTAL, str(ID)),
        ]
    ]

    assert [(each.status_code, each.json()["code"]) for each in answers] == [
        *((403, "50"), (400, "26"), (404, "60"))
    ]


async def test_order_9_an_order_of_another_program_is_like_none(
    front: Front, database: Database
) -> None:
    id_ = put_order(database, f"{ISSUER} orders", state="rejected")

    async def told(order_id: UUID) -> list[tuple[int, object]]:
        one, named = f"{PATH}/serviceOrder/{order_id}", {"serviceOrder": {"id": str(order_id)}}
        answers = [
            await front.get(one, OTHER_ORDERS),
            await front.ask("PATCH", one, OTHER_ORDERS, {"priority": "0"}),
            await front.ask("DELETE", one, OTHER_ORDERS),
            await front.post(f"{PATH}/cancelServiceOrder", OTHER_ORDERS, named),
        ]
        return [(answer.status_code, answer.json()) for answer in answers]

    found = await told(id_)
    assert [status for status, _ in found] == [404, 404, 404, 409]
    assert found == await told(uuid4())
    assert rows(database, "SELECT state, priority FROM service_order") == [("rejected", None)]


async def test_order_9_a_person_changes_orders_on_accounts_that_they_see_only(
    front: Front, database: Database
) -> None:
    home, other = account(KUUSK, 1), account(KUUSK, 2)
    put(database, home, other)
    give(database, MARI, home, "administrator")
    mari = str(front.id_of(MARI))
    ids = [
        put_order(database, CLIENT, account_id=each.id, state="rejected", person_id=mari)
        for each in (home, other)
    ]

    answers = [
        await front.ask(
            "PATCH",
            f"{PATH}/serviceOrder/{id_}",
            ORDER_PORTAL,
            {"note": [{"text": "seen"}]},
            {"On-Behalf-Of": mari},
        )
        for id_ in ids
    ]

    assert [answer.status_code for answer in answers] == [200, 404]
    (event,) = rows(database, "SELECT actor FROM event WHERE kind = 'order:amended'")
    assert event.actor["kind"] == "portal"
    assert event.actor["for"] == mari


async def test_order_9_a_person_who_did_not_place_an_order_only_looks_at_it(
    front: Front, database: Database
) -> None:
    home = account(KUUSK, 1)
    put(database, home)
    for person in (MARI, JAAN):
        give(database, person, home, "administrator")
    of_mari = {"account_id": home.id, "person_id": front.id_of(MARI)}
    id_ = put_order(database, CLIENT, {"product": "x"}, requested_start_at=AT, **of_mari)
    by_jaan = {"On-Behalf-Of": str(front.id_of(JAAN))}
    one, cancel = f"{PATH}/serviceOrder/{id_}", f"{PATH}/cancelServiceOrder"

    looked = await front.ask("GET", one, ORDER_PORTAL, headers=by_jaan)
    refused = [
        await front.ask("PATCH", one, ORDER_PORTAL, {"priority": "0"}, by_jaan),
        await front.ask("DELETE", one, ORDER_PORTAL, headers=by_jaan),
        await front.ask("POST", cancel, ORDER_PORTAL, {"serviceOrder": {"id": str(id_)}}, by_jaan),
    ]

    assert looked.status_code == 200
    assert [(each.status_code, each.json()["code"]) for each in refused] == [(403, "50")] * 3
    assert rows(database, "SELECT state, priority FROM service_order") == [("acknowledged", None)]


async def test_order_9_who_represents_the_owner_cancels_what_others_ordered(
    front: Front, database: Database
) -> None:
    home = account(JAAN, 1)
    put(database, home)
    give(database, MARI, home, "administrator")
    give(database, JAAN, home, "administrator", origin=Origin.REGISTER)
    of_mari = {"account_id": home.id, "person_id": front.id_of(MARI)}
    id_ = put_order(database, CLIENT, {"product": "x"}, requested_start_at=AT, **of_mari)

    cancelled = await front.post(
        f"{PATH}/cancelServiceOrder",
        ORDER_PORTAL,
        {"serviceOrder": {"id": str(id_)}},
        on_behalf_of=str(front.id_of(JAAN)),
    )

    assert (cancelled.status_code, cancelled.json()["state"]) == (201, "done")

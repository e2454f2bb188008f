"""order.9: POST /serviceOrder: what is taken, what is rejected, what is refused; order.8: once."""

import copy
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest

from api.tmf641.addresses import PATH
from domain.orders.requests import digest_of
from storage.database import Database
from tests.builders.catalogue import publish
from tests.builders.people import JAAN, MARI
from tests.builders.products import BOOST, LIMIT
from tests.builders.register_states import KUUSK
from tests.builders.rows import account, give, put, put_service, rows, service
from tests.clients.api_client import ORDER_PORTAL, ORDERS, OTHER_ORDERS, Answer, Front

HOME, OTHER = account(KUUSK, 1), account(KUUSK, 2)
LINE, ROUTER = service(1, HOME), service(2, HOME, kind="router")
THEIRS = service(3, OTHER)
LATER = datetime.now(timezone(timedelta(hours=2))).replace(microsecond=0) + timedelta(days=30)
FAR = "9999-12-30T23:59:59.999Z"
"""So far ahead that calendars hardly have what comes after."""
FIRST = "0001-01-01T23:59:59Z"
BY_OPERATOR = {**LIMIT["orderable"], "confirm": "nothing", "operator": True}


def limit(**changes: Any) -> dict[str, Any]:
    """An item that sets the spending limit of LINE."""
    return {
        "id": "1",
        "action": "modify",
        "service": {
            "id": str(LINE.id),
            "serviceSpecification": {"id": "limit"},
            "serviceCharacteristic": [{"name": "spendingLimit", "value": 5000}],
        },
    } | changes


def order(*items: dict[str, Any], **changes: Any) -> dict[str, Any]:
    """An order for later, so that it waits and no process is needed."""
    return {
        "serviceOrderItem": list(items or [limit()]),
        "requestedStartDate": LATER.isoformat(),
    } | changes


@pytest.fixture(autouse=True)
def catalogue(database: Database) -> None:
    put(database, HOME, OTHER)
    put_service(database, LINE, ROUTER, THEIRS)
    boost = BOOST | {"orderable": {**BOOST["orderable"], "operator": True}}
    publish(database, LIMIT | {"orderable": BY_OPERATOR}, boost)


async def post(front: Front, body: object, token: str = ORDERS, **headers: str) -> Answer:
    return await front.post(f"{PATH}/serviceOrder", token, body, **headers)


async def test_order_9_an_order_is_placed_and_shown(front: Front, database: Database) -> None:
    added = {
        "id": "b",
        "action": "add",
        "quantity": 1,
        "state": "completed",
        "errorMessage": [{"code": "x"}],
        "service": {
            "@type": "Service",
            "name": "More data",
            "place": [{"role": "home", "name": "Tamme 5"}],
            "serviceSpecification": {"id": "boost", "version": "1", "name": "Boost"},
            "serviceRelationship": [
                {"relationshipType": "reliesOn", "service": {"id": str(LINE.id)}},
                {"relationshipType": "bundles", "service": {"id": "r-1"}},
            ],
        },
        "serviceOrderItemRelationship": [
            {"relationshipType": "dependsOn", "orderItem": {"itemId": "1"}},
            {"relationshipType": "bundles", "orderItem": {"id": "1"}},
        ],
    }
    answer = await post(
        front,
        order(
            limit(),
            added,
            externalId="P-1",
            description="",
            priority="1",
            note=[{"text": "call first", "author": "desk"}],
            relatedParty=[{"id": "78", "role": "requester", "name": "Mari Maasikas"}],
            orderRelationship=[{"id": "PO-7", "relationshipType": "cross-ref"}],
            color="crimson",
        ),
    )

    shown = answer.json()
    read = await front.get(f"{PATH}/serviceOrder/{shown['id']}", ORDERS)
    assert answer.status_code == 201, answer.text
    assert (
        answer.headers["location"]
        == shown["href"]
        == f"http://api{PATH}/serviceOrder/{shown['id']}"
    )
    assert read.json() == shown
    assert (shown["state"], shown["externalId"]) == ("acknowledged", "P-1")
    assert datetime.fromisoformat(shown["requestedStartDate"]) == LATER
    assert shown["requestedStartDate"].endswith(".000Z")
    assert shown["expectedCompletionDate"] > shown["requestedStartDate"]
    assert "description" not in shown
    assert [each["state"] for each in shown["serviceOrderItem"]] == ["acknowledged"] * 2
    first, second = (each["service"] for each in shown["serviceOrderItem"])
    values = {each["name"]: each["value"] for each in first["serviceCharacteristic"]}
    assert values == {"spendingLimit": 5000, "spendingLimitAction": "bar"}
    assert first["serviceSpecification"]["version"] == "1"
    assert [each["service"]["id"] for each in second["serviceRelationship"]] == [
        *(str(LINE.id), "r-1")
    ]
    assert [
        (each["relationshipType"], each["orderItem"]["id"])
        for each in shown["serviceOrderItem"][1]["serviceOrderItemRelationship"]
    ] == [("dependency", "1"), ("bundles", "1")]
    assert [each["text"] for each in shown["note"]] == ["call first"]
    assert {each["id"] for each in shown["relatedParty"]} == {str(HOME.id), "78"}
    stored = str(rows(database, "SELECT o.*, i.* FROM service_order o, service_order_item i"))
    for left_out in ("Maasikas", "Tamme", "crimson"):
        assert left_out not in stored
        assert left_out not in answer.text


SPECIFIED = {"serviceSpecification": {"id": "limit"}}
VALUE = [{"name": "spendingLimit", "value": 5000}]
REJECTED: dict[str, tuple[dict[str, Any], str]] = {
    "an unknown product": ({"serviceSpecification": {"id": "none"}}, "product_unknown"),
    "another version": (
        {"serviceSpecification": {"id": "limit", "version": "9"}},
        "product_unknown",
    ),
    "no product": ({"serviceSpecification": None}, "product_unknown"),
    "no service": ({"id": None}, "service_missing"),
    "an id of others": ({"id": "CFS-1"}, "service_unknown"),
    "an unknown service": ({"id": "7d444840-9dc0-11d1-b245-5ffdce74fad2"}, "service_unknown"),
    "another kind of service": ({"id": str(ROUTER.id)}, "service_kind"),
    "a value that is too high": (
        {"serviceCharacteristic": [{"name": "spendingLimit", "value": 50001}]},
        "parameter_value",
    ),
    "a value of another type": (
        {"serviceCharacteristic": [{"name": "spendingLimit", "value": {"a": [1]}}]},
        "parameter_value",
    ),
    "an unknown characteristic": (
        {"serviceCharacteristic": [*VALUE, {"name": "color", "value": 1}]},
        "parameter_unknown",
    ),
    "a missing characteristic": ({"serviceCharacteristic": []}, "parameter_missing"),
}


@pytest.mark.parametrize(("changes", "code"), REJECTED.values(), ids=list(REJECTED))
async def test_order_9_an_order_that_breaks_a_rule_is_kept_as_rejected(
    front: Front, changes: dict[str, Any], code: str
) -> None:
    good = limit(id="good")
    bad = limit(id="bad", service=limit()["service"] | changes)

    answer = await post(front, order(good, bad))

    shown = answer.json()
    assert (answer.status_code, shown["state"]) == (201, "rejected"), answer.text
    assert [each["state"] for each in shown["serviceOrderItem"]] == ["rejected", "rejected"]
    assert "errorMessage" not in shown["serviceOrderItem"][0]
    (error,) = shown["serviceOrderItem"][1]["errorMessage"]
    assert error["code"] == code
    assert [each["serviceOrderItem"][0]["id"] for each in shown["errorMessage"]] == ["bad"]


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"requestedCompletionDate": "2018-01-01T00:00:00Z"}, "date_not_met"),
        ({"requestedStartDate": "9999-01-01T00:00:00Z"}, "date_not_met"),
        (dict.fromkeys(("requestedStartDate", "requestedCompletionDate"), FAR), "date_not_met"),
        (
            {
                "orderRelationship": [
                    {
                        "id": "7d444840-9dc0-11d1-b245-5ffdce74fad2",
                        "relationshipType": "Dependency",
                    }
                ]
            },
            "order_unknown",
        ),
    ],
)
async def test_order_9_an_order_that_cannot_be_met_as_a_whole_is_rejected(
    front: Front, changes: dict[str, Any], code: str
) -> None:
    answer = await post(front, order(**changes))

    assert (answer.status_code, answer.json()["state"]) == (201, "rejected")
    assert answer.json()["errorMessage"][0]["code"] == code


def without(path: str) -> dict[str, Any]:
    body = copy.deepcopy(order())
    *way, last = path.split("/")
    part: Any = body
    for step in way:
        part = part[int(step) if step.isdigit() else step]
    del part[last]
    return body


def related(to: str, kind: str = "dependency") -> dict[str, Any]:
    return {"serviceOrderItemRelationship": [{"relationshipType": kind, "orderItem": {"id": to}}]}


ITEM = "/serviceOrderItem/0"
MALFORMED: dict[str, tuple[object, int, str, str]] = {
    "no items": (order() | {"serviceOrderItem": []}, 400, "24", "/serviceOrderItem"),
    "no list of items": ({}, 400, "23", "/serviceOrderItem"),
    "an item without id": (without("serviceOrderItem/0/id"), 400, "23", f"{ITEM}/id"),
    "an item without action": (
        without("serviceOrderItem/0/action"),
        *(400, "23", f"{ITEM}/action"),
    ),
    "an item without service": (
        without("serviceOrderItem/0/service"),
        *(400, "23", f"{ITEM}/service"),
    ),
    "a specification without id": (
        without("serviceOrderItem/0/service/serviceSpecification/id"),
        *(400, "23", f"{ITEM}/service/serviceSpecification/id"),
    ),
    "a characteristic without value": (
        without("serviceOrderItem/0/service/serviceCharacteristic/0/value"),
        *(400, "23", f"{ITEM}/service/serviceCharacteristic/0/value"),
    ),
    "an unknown action": (order(limit(action="drop")), 400, "24", f"{ITEM}/action"),
    "an id that is no text": (order(limit(id=1)), 400, "24", f"{ITEM}/id"),
    "an empty id": (order(limit(id="")), 409, "409", f"{ITEM}/id"),
    "the same id twice": (order(limit(), limit()), 400, "24", "/serviceOrderItem/1/id"),
    "a characteristic twice": (
        order(limit(service=limit()["service"] | {"serviceCharacteristic": VALUE * 2})),
        *(400, "24", f"{ITEM}/service/serviceCharacteristic/1/name"),
    ),
    "an unknown item to wait for": (
        order(limit() | related("2")),
        *(400, "24", f"{ITEM}/serviceOrderItemRelationship"),
    ),
    "an item that waits for itself": (
        order(limit() | related("1", "ReliesOn")),
        *(400, "24", f"{ITEM}/serviceOrderItemRelationship"),
    ),
    "a dependency on no item": (
        order(limit() | related("")),
        *(400, "23", f"{ITEM}/serviceOrderItemRelationship/0/orderItem/id"),
    ),
    "a dependency on no order": (
        order(orderRelationship=[{"id": "7", "relationshipType": "dependency"}]),
        *(400, "24", "/orderRelationship/0/id"),
    ),
    "101 items": (order(*(limit(id=str(n)) for n in range(101))), 400, "24", "/serviceOrderItem"),
    "an empty date": (order(requestedStartDate=""), 400, "24", "/requestedStartDate"),
    "a date without offset": (
        order(requestedStartDate="2017-08-23T00:00"),
        *(400, "24", "/requestedStartDate"),
    ),
    "a date as a number": (order(requestedStartDate=1), 400, "24", "/requestedStartDate"),
    "a date out of range": (
        order(requestedStartDate="0001-01-01T00:00:00+14:00"),
        *(400, "24", "/requestedStartDate"),
    ),
    "a NUL": (order(description="a\0"), 409, "409", ""),
    "a NUL in a value": (
        order(
            limit(
                service=limit()["service"]
                | {"serviceCharacteristic": [{"name": "spendingLimit", "value": "\0"}]}
            )
        ),
        *(409, "409", ""),
    ),
    "text that turns around": (order(externalId="a\u202eb"), 409, "409", "/externalId"),
    "the end of the calendar": (
        order(requestedStartDate="9999-12-31T00:00:00Z", note=[{"text": "x", "date": FIRST}]),
        *(409, "409", "/requestedStartDate, /note/0/date"),
    ),
    "a long text": (order(category="a" * 201), 409, "409", "/category"),
    "many notes": (order(note=[{"text": "x"}] * 21), 409, "409", "/note"),
    "two of it": (order(limit(quantity=2)), 409, "409", f"{ITEM}/quantity"),
    "items in items": (
        order(limit(serviceOrderItem=[limit()])),
        *(409, "409", f"{ITEM}/serviceOrderItem"),
    ),
    "what only the server sets": (
        order(state="completed", id="1", completionDate=""),
        *(400, "24", "/id, /completionDate, /state"),
    ),
}


@pytest.mark.parametrize("case", MALFORMED.values(), ids=list(MALFORMED))
async def test_order_9_a_malformed_order_is_refused_and_not_kept(
    front: Front, database: Database, case: tuple[object, int, str, str]
) -> None:
    body, *wanted = case

    answer = await post(front, body)

    error = answer.json()
    assert [answer.status_code, error["code"], error.get("message", "")] == wanted, error
    assert rows(database, "SELECT * FROM service_order") == []


@pytest.mark.parametrize(
    "name",
    [
        *("id", "href", "orderDate", "startDate", "completionDate", "expectedCompletionDate"),
        *("state", "errorMessage", "jeopardyAlert", "milestone"),
    ],
)
async def test_order_9_only_the_server_sets_these(front: Front, name: str) -> None:
    answer = await post(front, order(**{name: None}))

    error = answer.json()
    assert (answer.status_code, error["message"]) == (400, f"/{name}")
    assert error["reason"].startswith("field_set_by_server:")


async def test_order_8_the_same_order_under_an_external_id_is_placed_once(
    front: Front, database: Database
) -> None:
    body = order(externalId="P-1")
    reordered = dict(reversed(body.items()))

    answers = [await post(front, each) for each in (body, body, reordered)]
    other = await post(front, body | {"priority": "0"})
    of_another = await post(front, body, OTHER_ORDERS)

    assert [answer.status_code for answer in answers] == [201, 201, 201]
    assert len({answer.json()["id"] for answer in answers}) == 1
    assert (other.status_code, other.json()["message"]) == (409, "/externalId")
    assert of_another.json()["id"] != answers[0].json()["id"]
    assert len(rows(database, "SELECT * FROM service_order")) == 2


async def test_order_8_a_key_is_optional_and_places_an_order_once(
    front: Front, database: Database
) -> None:
    keyed = [await post(front, order(), idempotency_key="k-1") for _ in range(2)]
    other = await post(front, order(priority="0"), idempotency_key="k-1")
    none = [await post(front, order()) for _ in range(2)]
    bad = await post(front, order(), idempotency_key="k" * 256)

    assert [answer.status_code for answer in (*keyed, *none)] == [201] * 4
    assert keyed[0].json() == keyed[1].json()
    assert len({answer.json()["id"] for answer in none}) == 2
    assert (other.status_code, other.json()["message"]) == (409, "Idempotency-Key")
    assert (bad.status_code, bad.json()["code"]) == (400, "26")
    assert len(rows(database, "SELECT * FROM service_order")) == 3


async def test_order_8_what_an_order_is_told_apart_by_gives_no_secret_away(
    front: Front, database: Database
) -> None:
    digests = []
    for name in ("wifiPassword", "spendingLimit"):
        values = [{"name": name, "value": "sunshine"}]
        item = limit(service=limit()["service"] | {"serviceCharacteristic": values})
        body = order(item, externalId=name)
        await post(front, body)
        stored = rows(
            database, "SELECT digest FROM service_order WHERE external_id = :name", name=name
        )
        digests.append(stored[0].digest == digest_of(body))

    assert digests == [False, True]
    assert "sunshine" not in str(rows(database, "SELECT * FROM service_order_item"))


async def test_order_6_a_person_orders_what_they_may_and_nobody_elses(
    front: Front, database: Database
) -> None:
    give(database, MARI, HOME, "administrator")
    give(database, JAAN, HOME, "user", on=LINE)
    mari, jaan = str(front.id_of(MARI)), str(front.id_of(JAAN))
    theirs = order(limit(service=limit()["service"] | {"id": str(THEIRS.id)}))

    allowed = await post(front, order(), ORDER_PORTAL, on_behalf_of=mari)
    not_theirs = await post(front, theirs, ORDER_PORTAL, on_behalf_of=mari)
    refused = await post(front, order(), ORDER_PORTAL, on_behalf_of=jaan)

    assert (allowed.status_code, allowed.json()["state"]) == (201, "acknowledged")
    assert not_theirs.json()["errorMessage"][0]["code"] == "service_unknown"
    assert (refused.status_code, refused.json()["code"]) == (403, "50")
    assert len(rows(database, "SELECT * FROM service_order")) == 2


async def test_order_6_who_orders_for_the_one_service_that_they_see_sees_the_order(
    front: Front, database: Database
) -> None:
    give(database, MARI, HOME, "administrator", on=LINE)
    mari = str(front.id_of(MARI))
    unseen = order(limit(service=limit()["service"] | {"id": str(ROUTER.id)}))

    placed = await post(front, order(), ORDER_PORTAL, on_behalf_of=mari)
    listed = await front.get(f"{PATH}/serviceOrder", ORDER_PORTAL, on_behalf_of=mari)
    of_another = await post(front, unseen, ORDER_PORTAL, on_behalf_of=mari)

    assert (placed.status_code, placed.json()["state"]) == (201, "acknowledged"), placed.text
    assert [each["id"] for each in listed.json()] == [placed.json()["id"]]
    assert of_another.json()["errorMessage"][0]["code"] == "service_unknown"
    assert "relatedParty" not in of_another.json()


async def test_order_6_an_order_waits_only_for_orders_that_its_person_sees(
    front: Front, database: Database
) -> None:
    give(database, MARI, HOME, "administrator")
    give(database, JAAN, OTHER, "administrator")
    mari, jaan = str(front.id_of(MARI)), str(front.id_of(JAAN))
    theirs = await post(front, order(), ORDER_PORTAL, on_behalf_of=mari)
    after = {"id": theirs.json()["id"], "relationshipType": "dependency"}
    mine = limit(service=limit()["service"] | {"id": str(THEIRS.id)})

    of_jaan = await post(
        front, order(mine, orderRelationship=[after]), ORDER_PORTAL, on_behalf_of=jaan
    )
    of_mari = await post(front, order(orderRelationship=[after]), ORDER_PORTAL, on_behalf_of=mari)

    assert of_jaan.json()["errorMessage"][0]["code"] == "order_unknown"
    assert of_mari.json()["state"] == "acknowledged"


async def test_order_8_an_order_for_somebody_else_is_another_order(
    front: Front, database: Database
) -> None:
    for person in (MARI, JAAN):
        give(database, person, HOME, "administrator")
    body, ids = order(externalId="P-1"), [str(front.id_of(each)) for each in (MARI, JAAN)]

    answers = [await post(front, body, ORDER_PORTAL, on_behalf_of=each) for each in ids]

    assert [each.status_code for each in answers] == [201, 409]
    assert answers[1].json()["message"] == "/externalId"

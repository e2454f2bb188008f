"""order.9: lists of orders over HTTP: filters, pages, who sees what."""

from typing import Any
from uuid import UUID

import pytest

from domain.orders.list_attributes import OrderAttribute
from storage.database import Database
from tests.builders.listed_orders import put_order
from tests.builders.people import JAAN, MARI
from tests.builders.register_states import KUUSK
from tests.builders.rows import account, carry_out, give, put, put_service, rows, service
from tests.clients.api_client import ORDER_PORTAL, ORDERS, OTHER_ORDERS, Answer, Front
from tests.clients.token_issuer import ISSUER

API = "/tmf-api/serviceOrdering/v4"
MINE, OTHERS, PORTALS = (f"{ISSUER} {name}" for name in ("orders", "orders-other", "order-portal"))
HOME = account(KUUSK, 1)
LINE = service(1, HOME)


async def listed(front: Front, query: str = "", token: str = ORDERS, **headers: str) -> Answer:
    return await front.get(f"{API}/serviceOrder?{query}", token, **headers)


def names(answer: Answer) -> list[str]:
    assert answer.status_code == 200, answer.text
    return [order["externalId"] for order in answer.json()]


@pytest.fixture
def orders(database: Database) -> dict[str, UUID]:
    """Orders a to e of one client, from the oldest to the newest, and one of another."""
    put(database, HOME)
    put_service(database, LINE)
    on_line = {"service_id": LINE.id, "product": "spending-limit", "product_version": "2"}
    added = {"action": "add", "service_id": LINE.id, "product": "roaming", "state": "held"}
    day = "2026-03-0{}T12:00:00.000{}Z".format
    found = {
        "a": put_order(
            database,
            MINE,
            on_line,
            external_id="a",
            state="completed",
            priority="0",
            account_id=HOME.id,
            ordered_at=day(1, 1),
            ended_at=day(2, 9),
        ),
        "b": put_order(database, MINE, added, external_id="b", state="held", ordered_at=day(2, 9)),
        "c": put_order(
            database,
            MINE,
            added | {"state": "completed"},
            on_line | {"state": "held"},
            external_id="c",
            state="held",
            priority="1",
            description="Robert'); DROP TABLE service_order;--",
            ordered_at=day(3, 0),
        ),
        "d": put_order(
            database,
            MINE,
            external_id="d",
            state="pending",
            category="sim",
            ordered_at=day(4, 0),
        ),
        "e": put_order(database, MINE, external_id="e,f", state="cancelled", ordered_at=day(4, 0)),
    }
    put_order(database, OTHERS, external_id="x", state="held")
    return found


@pytest.mark.parametrize(
    ("query", "wanted"),
    [
        ("state=held", "bc"),
        ("state=held,pending", "bcd"),
        ("state=held&state=pending", "bcd"),
        ("state=held;priority=0", "abc"),
        ("state=held&priority=1", "c"),
        ("state=held;priority=0&state=completed", "abc"),
        ("priority.gte=1", "c"),
        ("category=sim", "d"),
        ('externalId="e,f",a', "ae"),
        ("externalId=x", ""),
        ("externalId=%27%20OR%201=1--", ""),
        ("description.regex=DROP TABLE", "c"),
        ("description=Robert%27)%3B DROP TABLE service_order%3B--", "c"),
        ("serviceOrderItem.state=held", "bc"),
        ("serviceOrderItem.action=add", "bc"),
        # One item is held, another is added: TMF630 does not ask for the same item.
        ("serviceOrderItem.state=held&serviceOrderItem.action=add", "bc"),
        (f"serviceOrderItem.service.id={LINE.id}", "abc"),
        (f"serviceOrderItem.service.id={UUID(int=99)}", ""),
        ("serviceOrderItem.service.serviceSpecification.id=spending-limit", "ac"),
        ("serviceOrderItem.service.serviceSpecification.version=2", "ac"),
        ("serviceOrderItem.id=2", "c"),
        ("orderDate.gt=2026-03-02T12:00:00.000Z", "cde"),
        ("orderDate.gte=2026-03-02T12:00:00.000Z", "bcde"),
        ("orderDate=2026-03-02T12:00:00.000Z", "b"),
        ("orderDate.lt=2026-03-02T14:00:00+02:00", "a"),
        ("orderDate%3E2026-03-02&orderDate%3C2026-03-04", "bc"),
        ("completionDate=2026-03-02T12:00:00.000Z", "a"),
        ("cancellationDate.gt=2026-01-01", ""),
        ("id=no-such", ""),
    ],
)
async def test_order_9_filters_find_what_they_ask_for(
    front: Front, orders: dict[str, UUID], query: str, wanted: str
) -> None:
    answer = await listed(front, f"{query}&sort=externalId")

    assert [name[0] for name in names(answer)] == list(wanted)
    assert answer.headers["x-total-count"] == answer.headers["x-result-count"] == str(len(wanted))


async def test_order_9_pages_are_counted_and_linked(front: Front, orders: dict[str, UUID]) -> None:
    newest = [name[0] for name in names(await listed(front))]
    first = await listed(front, "state=held,pending,completed&limit=2&sort=externalId")
    following = await front.get(str(first.links["next"]["url"]), ORDERS)
    past = await listed(front, "offset=99")
    none = await listed(front, "limit=0")

    assert set(newest[:2]) == {"d", "e"}
    assert newest[2:] == ["c", "b", "a"]
    assert names(first) == ["a", "b"]
    assert names(following) == ["c", "d"]
    assert (first.headers["x-total-count"], first.headers["x-result-count"]) == ("4", "2")
    assert list(first.links) == ["first", "next", "last"]
    assert 'offset=0&limit=2>; rel="prev"' in following.headers["link"]
    assert 'rel="next"' not in following.headers["link"]
    assert (past.status_code, past.json(), past.headers["x-total-count"]) == (200, [], "5")
    assert (none.json(), none.headers["x-total-count"]) == ([], "5")


async def test_order_9_rows_that_sort_alike_are_on_one_page_only(
    front: Front, database: Database
) -> None:
    for _ in range(7):
        put_order(database, MINE, priority="1")

    pages = [(await listed(front, f"sort=-priority&limit=3&offset={n}")).json() for n in (0, 3, 6)]

    assert [len(page) for page in pages] == [3, 3, 1]
    assert len({order["id"] for page in pages for order in page}) == 7


async def test_order_9_a_program_sees_only_orders_that_it_placed(
    front: Front, orders: dict[str, UUID]
) -> None:
    path = f"{API}/serviceOrder/{orders['a']}"
    answers = [await front.get(path, token) for token in (ORDERS, OTHER_ORDERS)]

    assert [answer.status_code for answer in answers] == [200, 404]
    assert names(await listed(front, token=OTHER_ORDERS)) == ["x"]


async def test_order_9_for_a_person_a_program_sees_orders_on_accounts_that_they_see(
    front: Front, database: Database
) -> None:
    other = account(KUUSK, 2)
    put(database, HOME, other)
    put_service(database, LINE)
    give(database, MARI, HOME, "administrator")
    give(database, JAAN, HOME, "administrator", on=LINE)
    mari, jaan = str(front.id_of(MARI)), str(front.id_of(JAAN))
    put_order(database, PORTALS, external_id="home", account_id=HOME.id)
    put_order(database, PORTALS, external_id="other", account_id=other.id)
    put_order(database, PORTALS, external_id="jaans", account_id=HOME.id, person_id=UUID(jaan))
    unknown = {"external_id": "unknown", "state": "rejected", "person_id": UUID(mari)}
    id_ = put_order(database, PORTALS, **unknown)

    async def seen_for(person: str) -> set[str]:
        return set(names(await listed(front, token=ORDER_PORTAL, on_behalf_of=person)))

    path = f"{API}/serviceOrder/{id_}"
    assert await seen_for(mari) == {"home", "jaans", "unknown"}
    # Whoever uses one service sees what they ordered themselves.
    assert await seen_for(jaan) == {"jaans"}
    assert names(await listed(front, "sort=externalId", ORDER_PORTAL)) == [
        *("home", "jaans", "other", "unknown")
    ]
    assert (await front.get(path, ORDER_PORTAL, on_behalf_of=mari)).status_code == 200
    assert (await front.get(path, ORDER_PORTAL, on_behalf_of=jaan)).status_code == 404
    carry_out(database, "UPDATE access_grant SET validity = tstzrange(lower(validity), now())")
    assert await seen_for(mari) == {"unknown"}
    assert await seen_for(jaan) == set()


async def test_order_9_for_a_person_values_are_shown_that_they_may_see(
    front: Front, database: Database
) -> None:
    put(database, HOME)
    put_service(database, LINE)
    give(database, MARI, HOME, "administrator")
    values = {"iccid": "893720400000000001", "spendingLimit": 5000, "number": "+37255512401"}
    item = {"service_id": LINE.id, "product": "x", "parameters": values}
    id_ = put_order(database, PORTALS, item, account_id=HOME.id)

    async def seen(**headers: str) -> list[str]:
        answer = await front.get(f"{API}/serviceOrder/{id_}", ORDER_PORTAL, **headers)
        (shown,) = answer.json()["serviceOrderItem"]
        return [each["name"] for each in shown["service"].get("serviceCharacteristic", ())]

    mari = str(front.id_of(MARI))
    everything = ["iccid", "number", "spendingLimit"]
    assert await seen() == await seen(on_behalf_of=mari) == everything
    carry_out(database, "UPDATE access_grant SET permissions = '{service:view,sim:view}'")
    assert await seen(on_behalf_of=mari) == ["iccid"]
    carry_out(database, f"UPDATE service_order SET person_id = '{mari}'")
    assert await seen(on_behalf_of=mari) == everything


async def test_order_9_an_order_is_shown_as_tmf641_has_it(front: Front, database: Database) -> None:
    put(database, HOME)
    put_service(database, LINE)
    first = put_order(database, MINE, external_id="first", state="completed")
    ended = "2026-03-01T10:00:09.5+02:00"
    items: list[dict[str, Any]] = [
        {
            "item_id": "sim",
            "action": "modify",
            "service_id": LINE.id,
            "product": "sim-swap",
            "product_version": "1",
            "parameters": {"iccid": "893720400000000001", "keep": False},
            "error": "parameter_value",
            "error_about": "iccid",
            "ended_at": ended,
        },
        {
            "item_id": "roaming",
            "action": "add",
            "service_id": LINE.id,
            "product": "roaming",
            "product_version": "3",
            "after": [1],
            "given": {"name": "Roaming", "serviceType": "CFS"},
        },
    ]
    id_ = put_order(
        database,
        MINE,
        *items,
        external_id="P-1",
        account_id=HOME.id,
        state="rejected",
        description="Two\nlines",
        priority="1",
        ended_at=ended,
        depends_on=[first],
        given={
            "relatedParty": [{"id": "78", "role": "requester"}],
            "externalReference": [{"name": "ticket"}],
            "notificationContact": "desk 7",
        },
    )
    answer = await front.get(f"{API}/serviceOrder/{id_}", ORDERS)

    base = f"http://api{API}/serviceOrder"
    reference = {"serviceOrderId": str(id_), "@type": "ServiceOrderItemRef"}
    error = {
        "code": "parameter_value",
        "reason": "The product does not allow this value of a characteristic",
        "message": "iccid",
        "timestamp": "2026-03-01T08:00:09.500Z",
    }
    assert answer.headers["content-type"] == "application/json;charset=utf-8"
    assert answer.json() == {
        "id": str(id_),
        "href": f"{base}/{id_}",
        "externalId": "P-1",
        "description": "Two\nlines",
        "priority": "1",
        "notificationContact": "desk 7",
        "state": "rejected",
        "orderDate": "2026-03-01T10:00:00.123Z",
        "serviceOrderItem": [
            {
                "id": "sim",
                "action": "modify",
                "quantity": 1,
                "state": "rejected",
                "service": {
                    "id": str(LINE.id),
                    "serviceSpecification": {
                        "id": "sim-swap",
                        "version": "1",
                        "@type": "ServiceSpecificationRef",
                    },
                    "serviceCharacteristic": [
                        {
                            "name": "iccid",
                            "value": "893720400000000001",
                            "@type": "Characteristic",
                        },
                        {"name": "keep", "value": False, "@type": "Characteristic"},
                    ],
                    "@type": "Service",
                },
                "errorMessage": [error | {"@type": "ServiceOrderItemErrorMessage"}],
                "@type": "ServiceOrderItem",
            },
            {
                "id": "roaming",
                "action": "add",
                "quantity": 1,
                "state": "rejected",
                "service": {
                    "name": "Roaming",
                    "serviceType": "CFS",
                    "serviceSpecification": {
                        "id": "roaming",
                        "version": "3",
                        "@type": "ServiceSpecificationRef",
                    },
                    "serviceRelationship": [
                        {
                            "relationshipType": "reliesOn",
                            "service": {"id": str(LINE.id), "@type": "Service"},
                            "@type": "ServiceRelationship",
                        }
                    ],
                    "@type": "Service",
                },
                "serviceOrderItemRelationship": [
                    {
                        "relationshipType": "dependency",
                        "orderItem": {"id": "sim", "itemId": "sim"} | reference,
                        "@type": "ServiceOrderItemRelationship",
                    }
                ],
                "@type": "ServiceOrderItem",
            },
        ],
        "externalReference": [
            {
                "id": "P-1",
                "externalReferenceType": "externalId",
                "name": "P-1",
                "@type": "ExternalReference",
            },
            {"name": "ticket", "@type": "ExternalReference"},
        ],
        "relatedParty": [
            {
                "id": str(HOME.id),
                "role": "customer",
                "@referredType": "Account",
                "@type": "RelatedParty",
            },
            {
                "id": "78",
                "role": "requester",
                "@referredType": "Individual",
                "@type": "RelatedParty",
            },
        ],
        "orderRelationship": [
            {
                "id": str(first),
                "relationshipType": "dependency",
                "@referredType": "ServiceOrder",
                "@type": "ServiceOrderRelationship",
            }
        ],
        "errorMessage": [
            error
            | {
                "serviceOrderItem": [{"id": "sim", "itemId": "sim"} | reference],
                "@type": "ServiceOrderErrorMessage",
            }
        ],
        "@type": "ServiceOrder",
    }


async def test_order_9_no_value_of_a_query_becomes_sql(
    front: Front, database: Database, orders: dict[str, UUID]
) -> None:
    """Each attribute with each comparison takes a value that would be SQL, or refuses it."""
    value = "x%27)%20OR%20pg_sleep(5)%20IS%20NULL--"
    counts = set()
    for attribute in [*OrderAttribute, "sort", "fields", "offset", "limit", "filter"]:
        for suffix in ("", ".eq", ".gt", ".gte", ".lt", ".lte", ".regex"):
            answer = await listed(front, f"{attribute}{suffix}={value}")
            assert answer.status_code in {200, 400}, (attribute, suffix, answer.text)
            assert "pg_sleep" not in answer.text
            counts.add(answer.headers.get("x-total-count"))
    assert rows(database, "SELECT count(*) FROM service_order")[0][0] == 6
    assert "6" not in counts

"""order.9: what of an order can be changed by PATCH, and which orders can be deleted."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from api.tmf641.addresses import PATH
from storage.database import Database
from tests.builders.listed_orders import put_order
from tests.builders.people import MARI
from tests.builders.register_states import KUUSK
from tests.builders.rows import account, carry_out, give, put, rows
from tests.clients.api_client import ORDERS, Answer, Front
from tests.clients.token_issuer import ISSUER

CLIENT = f"{ISSUER} orders"
SOON = (datetime.now(UTC) + timedelta(days=30)).date()
EXPECTED = "2099-03-01T10:00:00.123456Z"
ITEM = {"product": "spending-limit", "product_version": "1", "parameters": {"monthlyLimit": 1}}


async def patch(front: Front, id_: UUID, body: Any, **headers: str) -> Answer:
    return await front.ask("PATCH", f"{PATH}/serviceOrder/{id_}", ORDERS, body, headers)


def waiting(database: Database, **order: Any) -> UUID:
    """An order that waits for its time."""
    begins = {"requested_start_at": "2099-03-01T10:00:00Z", "expected_at": EXPECTED}
    return put_order(database, CLIENT, ITEM, external_id="P-1", **(begins | order))


CHANGES: list[tuple[dict[str, Any], dict[str, Any]]] = [
    ({"description": "new"}, {"description": "new"}),
    ({"description": None}, {"description": None}),
    ({"priority": "0"}, {"priority": "0"}),
    ({"priority": ""}, {"priority": None}),
    ({"notificationContact": "desk 7"}, {"notificationContact": "desk 7"}),
    (
        {"requestedStartDate": f"{SOON}T12:00:00+02:00"},
        {"requestedStartDate": f"{SOON}T10:00:00.000Z"},
    ),
    (
        {
            "requestedStartDate": f"{SOON}T10:00:00Z",
            "requestedCompletionDate": f"{SOON}T11:00:00Z",
        },
        {"requestedCompletionDate": f"{SOON}T11:00:00.000Z"},
    ),
    (
        {"requestedCompletionDate": "2099-03-02T00:00:00Z"},
        {"requestedCompletionDate": "2099-03-02T00:00:00.000Z"},
    ),
    (
        {"relatedParty": [{"id": "1", "role": "requester", "name": "Mari Maasikas"}]},
        {
            "relatedParty": [
                {
                    "id": "1",
                    "role": "requester",
                    "@referredType": "Individual",
                    "@type": "RelatedParty",
                }
            ]
        },
    ),
    ({"color": "red", "@baseType": "x"}, {"color": None}),
    ({"state": "acknowledged", "externalId": "P-1"}, {"state": "acknowledged"}),
    (
        {"expectedCompletionDate": "2099-03-01T12:00:00.123+02:00"},
        {"expectedCompletionDate": "2099-03-01T10:00:00.123Z"},
    ),
    ({"completionDate": None, "milestone": []}, {"milestone": None}),
]


@pytest.mark.parametrize(("body", "shown"), CHANGES, ids=[str(list(b)) for b, _ in CHANGES])
async def test_order_9_a_patch_changes_what_can_be_changed(
    front: Front, database: Database, body: dict[str, Any], shown: dict[str, Any]
) -> None:
    id_ = waiting(database, description="old", priority="3")

    answers = [await patch(front, id_, body), await patch(front, id_, body)]

    assert [answer.status_code for answer in answers] == [200, 200], answers[0].text
    assert {name: answers[1].json().get(name) for name in shown} == shown
    assert "Maasikas" not in str(rows(database, "SELECT * FROM service_order"))


async def test_order_9_what_was_read_can_be_sent_back_with_a_change(
    front: Front, database: Database
) -> None:
    id_ = waiting(database, description="old")
    read = (await front.get(f"{PATH}/serviceOrder/{id_}", ORDERS)).json()

    answer = await patch(front, id_, read | {"description": "new"})

    assert answer.json() == read | {"description": "new"}
    events = rows(database, "SELECT after FROM event WHERE kind = 'order:amended'")
    assert [event.after for event in events] == [{"parts": ["description"]}]


Case = tuple[dict[str, Any], dict[str, Any], int, str, str]
REFUSED: list[Case] = [
    ({}, {"serviceOrderItem": []}, 409, "not_amendable", "/serviceOrderItem"),
    ({}, {"state": "cancelled"}, 409, "not_patchable", "/state"),
    ({}, {"externalId": "P-2"}, 409, "not_patchable", "/externalId"),
    ({}, {"category": "x"}, 409, "not_patchable", "/category"),
    ({}, {"orderRelationship": [{"id": "1"}]}, 409, "not_patchable", "/orderRelationship"),
    (
        {},
        {"expectedCompletionDate": "2099-01-01T00:00:00Z"},
        *(409, "not_patchable", "/expectedCompletionDate"),
    ),
    (
        {},
        {"requestedCompletionDate": "2099-01-01T00:00:00Z"},
        *(409, "not_patchable", "/requestedCompletionDate"),
    ),
    (
        {},
        {"requestedStartDate": "2099-04-01T10:00:00Z"},
        *(409, "not_patchable", "/requestedStartDate"),
    ),
    (
        {},
        {"requestedStartDate": "9999-12-30T23:59:59.999Z"},
        *(409, "not_patchable", "/requestedStartDate"),
    ),
    (
        {"requested_completion_at": f"{SOON}T10:00:00Z", "requested_start_at": None},
        {"requestedStartDate": f"{SOON}T10:00:01Z"},
        *(409, "not_patchable", "/requestedStartDate"),
    ),
    ({}, {"requestedStartDate": ""}, 400, "field_invalid", "/requestedStartDate"),
    ({}, {"requestedStartDate": "2099-01-01"}, 400, "field_invalid", "/requestedStartDate"),
    ({}, {"priority": 1}, 400, "field_invalid", "/priority"),
    ({}, {"note": [{"author": "x"}]}, 400, "field_missing", "/note/0/text"),
    ({}, {"description": "a\u0000b"}, 409, "not_supported", ""),
    ({}, {"description": "a\u202eb"}, 409, "not_supported", "/description"),
    (
        {"state": "inProgress", "began_at": EXPECTED},
        {"requestedStartDate": "2099-04-01T10:00:00Z"},
        *(409, "not_patchable", "/requestedStartDate"),
    ),
    (
        {"state": "pending", "confirm": "own"},
        {"description": "what nobody was shown"},
        *(409, "not_patchable", "/description"),
    ),
    ({"state": "completed", "ended_at": EXPECTED}, {"priority": "0"}, 409, "order_over", ""),
]


@pytest.mark.parametrize("case", REFUSED, ids=[f"{each[3]} {each[4]}" for each in REFUSED])
async def test_order_9_a_patch_of_what_cannot_be_changed_changes_nothing(
    front: Front, database: Database, case: Case
) -> None:
    order, body, status, word, place = case
    id_ = waiting(database, **order)
    before = rows(database, "SELECT * FROM service_order")

    answer = await patch(front, id_, {"note": [{"text": "kept out"}]} | body)

    assert (answer.status_code, answer.json()["reason"].split(":")[0]) == (status, word)
    assert answer.json().get("message", "") == place
    assert rows(database, "SELECT * FROM service_order") == before
    assert rows(database, "SELECT * FROM order_note") == []


async def test_order_9_notes_are_added_and_never_changed(front: Front, database: Database) -> None:
    id_ = waiting(database, state="completed", ended_at=EXPECTED)
    first = {"id": "n1", "author": "desk", "text": "called", "date": "2026-03-01T12:00:00+02:00"}

    await patch(front, id_, {"note": [first]})
    await patch(front, id_, {"note": [{"text": "called again"}]})
    again = await patch(front, id_, {"note": [{"text": "called again"}]})
    same = await patch(front, id_, {"note": again.json()["note"]})
    none = await patch(front, id_, {"note": []})
    changed = await patch(front, id_, {"note": [first | {"text": "never called"}]})

    notes = again.json()["note"]
    assert notes[0] == first | {"date": "2026-03-01T10:00:00.000Z", "@type": "Note"}
    assert [each["text"] for each in notes] == ["called", "called again"]
    assert same.json()["note"] == none.json()["note"] == notes
    assert (changed.status_code, changed.json()["message"]) == (409, "/note")
    assert len(rows(database, "SELECT * FROM order_note")) == 2


async def test_order_9_a_patch_has_one_of_two_media_types(front: Front, database: Database) -> None:
    path = f"{PATH}/serviceOrder/{waiting(database)}"

    async def sent(media_type: str | None, content: bytes = b'{"priority": "0"}') -> Answer:
        headers = {"Authorization": f"Bearer {ORDERS}"}
        headers |= {"Content-Type": media_type} if media_type else {}
        return await front.http.patch(path, content=content, headers=headers)

    statuses = {
        media_type: (await sent(media_type)).status_code
        for media_type in [
            "application/json",
            "application/json;charset=utf-8",
            "Application/JSON; charset=UTF-8",
            "application/merge-patch+json",
            "application/json-patch+json",
            "application/json; charset=latin-1",
            "text/plain",
            "nonsense",
            None,
        ]
    }
    codes = [
        (await sent("application/json", content)).json()["code"]
        for content in (b"", b"{", b"[]", b'"x"', b"\xff", b"[" * 5000, b'{"a":NaN}')
    ]

    assert list(statuses.values()) == [200, 200, 200, 200, 415, 415, 415, 415, 415]
    assert codes == ["21", "22", "22", "22", "22", "22", "22"]


async def test_order_9_a_start_that_is_moved_to_now_begins_the_order(
    front: Front, database: Database
) -> None:
    id_ = waiting(database)

    answer = await patch(front, id_, {"requestedStartDate": "2026-01-01T00:00:00Z"})

    assert answer.status_code == 200
    assert answer.json()["startDate"] > "2026"
    assert rows(database, "SELECT type FROM process") == [("order",)]


async def test_order_6_a_start_is_moved_to_now_in_vain_without_the_permission(
    front: Front, database: Database
) -> None:
    home = account(KUUSK, 1)
    put(database, home)
    give(database, MARI, home, "user")
    mari = front.id_of(MARI)
    id_ = waiting(database, account_id=home.id, person_id=mari)
    carry_out(database, "UPDATE service_order_item SET permission = 'restriction:set'")

    answer = await patch(front, id_, {"requestedStartDate": "2026-01-01T00:00:00Z"})

    shown = answer.json()
    assert (shown["state"], shown["cancellationReason"]) == ("cancelled", "order_permission_lost")
    assert rows(database, "SELECT FROM process") == []


@pytest.mark.parametrize(
    ("order", "status"),
    [
        ({"state": "rejected"}, 204),
        ({"state": "cancelled"}, 204),
        ({"state": "acknowledged"}, 204),
        ({"state": "pending", "confirm": "own"}, 409),
        ({"state": "inProgress", "began_at": EXPECTED}, 409),
        ({"state": "completed", "began_at": EXPECTED}, 409),
        ({"state": "cancelled", "began_at": EXPECTED}, 409),
    ],
)
async def test_order_9_only_an_order_that_never_began_is_deleted(
    front: Front, database: Database, order: dict[str, Any], status: int
) -> None:
    id_ = waiting(database, **order)

    answer = await front.ask("DELETE", f"{PATH}/serviceOrder/{id_}", ORDERS)
    again = await front.ask("DELETE", f"{PATH}/serviceOrder/{id_}", ORDERS)

    assert answer.status_code == status
    assert again.status_code == (404 if status == 204 else 409)
    left = rows(database, "SELECT count(*) FROM service_order_item")[0][0]
    assert left == (0 if status == 204 else 1)
    kinds = [row.kind for row in rows(database, "SELECT kind FROM event")]
    assert ("order:deleted" in kinds) == (status == 204)


async def test_order_9_what_depends_on_a_deleted_order_is_cancelled_and_never_begins(
    front: Front, database: Database
) -> None:
    deleted = waiting(database)
    carry_out(database, "UPDATE service_order SET external_id = NULL")
    dependent = waiting(database, depends_on=[deleted], requested_start_at=None)

    await front.ask("DELETE", f"{PATH}/serviceOrder/{deleted}", ORDERS)

    read = (await front.get(f"{PATH}/serviceOrder/{dependent}", ORDERS)).json()
    assert (read["state"], read["cancellationReason"]) == ("cancelled", "order_dependency_ended")

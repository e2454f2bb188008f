"""order.10: people order, see how far their orders are, and cancel them."""

import hashlib
import json
from dataclasses import replace
from typing import Any
from uuid import UUID, uuid4

import pytest

from domain.identifiers import PersonKey
from tests.builders.delegations import OFFICE, OTHER, given, terms
from tests.builders.freezes import freeze
from tests.builders.orders import Orders
from tests.builders.people import ANNA, JAAN, KATI, MARI, TIIU, TOOMAS
from tests.builders.rows import give, put, rows, service
from tests.builders.step_runner import NO
from tests.clients.api_client import BILLING, OPS, PORTAL, SUPPORT, Front, person_token
from tests.clients.ordering import (
    FIBRE,
    FOREIGN,
    PHONE,
    bars,
    cancel,
    confirm,
    fibre,
    limit,
    listed,
    order,
    ordered,
    read,
)


async def test_order_10_an_order_shows_what_was_ordered_and_how_far_it_is(front: Front) -> None:
    id_ = await ordered(front, limit(), fibre(), who=KATI, description="Uued tingimused")
    shown = (await read(front, id_, MARI)).json()

    assert shown["description"] == "Uued tingimused"
    assert (shown["account_id"], shown["state"]) == (str(OFFICE.id), "pending")
    assert shown["progress"].startswith("The order waits for your confirmation.")
    first, second = shown["items"]
    assert (first["id"], first["number"], first["action"]) == ("1", 1, "modify")
    assert first["product"] == {"id": "spending-limit", "version": "1", "name": "Spending limit"}
    assert first["parameters"] == {"spendingLimit": 5000, "spendingLimitAction": "bar"}
    assert first["service"]["id"] == str(PHONE.id)
    assert (first["waits_for"], first["progress"]) == ("order", "Waits until the order begins.")
    assert second["prices"] == [
        {"cents": 2990, "currency": "EUR", "is_vat_included": True, "period": "monthly"}
    ]


@pytest.mark.parametrize(
    ("language", "said", "named"),
    [
        ("et", "Tellimus ootab ettevõtte esindajate kinnitust.", "Internetipakett"),
        ("ru", "Заказ ждёт подтверждения представителей компании.", "Интернет-пакет"),
        (
            "en",
            "The order waits until those who represent the company confirm it.",
            "Internet package",
        ),
    ],
)
async def test_order_10_progress_is_told_in_the_readers_language(
    front: Front, language: str, said: str, named: str
) -> None:
    id_ = await ordered(front, fibre(), who=KATI)

    shown = (await read(front, id_, KATI, language)).json()

    assert shown["progress"].startswith(said)
    assert shown["items"][0]["product"]["name"] == named


async def test_order_10_progress_follows_the_steps(front: Front) -> None:
    id_ = await ordered(front, bars(dataBarred=True), bars(dataBarred=False))
    at = Orders(front.database, OFFICE.id)
    said = []
    for action, *answers in (("read.1",), ("restrict.1",), ("read.2", NO)):
        at.attempt(UUID(id_), action, *answers)
        shown = (await read(front, id_)).json()
        said.append((shown["state"], shown["progress"], [i["progress"] for i in shown["items"]]))

    assert [each[0] for each in said] == ["inProgress", "inProgress", "held"]
    assert said[1][1] == "The order is being carried out. Done: 1 of 2."
    assert said[1][2][0] == "Done."
    assert said[2][2][1].startswith("Something got in the way, and we are dealing with it.")


@pytest.mark.parametrize(
    ("item", "code", "parameter"),
    [
        ({"product": "nothing-like-it", "service_id": str(PHONE.id)}, "product_unknown", None),
        (limit(50_001), "parameter_value", "spendingLimit"),
        (limit(on=FIBRE.id), "service_kind", None),
        (limit(on=FOREIGN.id), "service_unknown", None),
        (limit(on=service(99, OFFICE).id), "service_unknown", None),
    ],
)
async def test_order_10_what_breaks_a_rule_is_rejected_and_says_why(
    front: Front, item: dict[str, Any], code: str, parameter: str | None
) -> None:
    placed = await order(front, item, limit())
    id_ = placed.json()["id"]
    shown = (await read(front, id_, language="et")).json()

    assert (placed.status_code, placed.json()["state"]) == (201, "rejected")
    errors = [each["error"] for each in shown["items"]]
    assert (errors[0]["code"], errors[0]["parameter"], errors[1]) == (code, parameter, None)
    assert shown["progress"].startswith("Tellimust ei võetud vastu. ")
    assert not shown["may_cancel"]


async def test_order_10_without_the_permission_nothing_is_kept(front: Front) -> None:
    refused = await order(front, bars(dataBarred=True), who=KATI)

    assert (refused.status_code, refused.json()["code"]) == (403, "not_permitted")
    assert rows(front.database, "SELECT FROM service_order") == []


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"items": []}, "/items"),
        ({"items": [limit()] * 101}, "/items"),
        ({"items": [limit() | {"id": "a"}, limit() | {"id": "a"}]}, "/items/1/id"),
        ({"items": [limit() | {"after": ["b"]}]}, "/items/0/after"),
        ({"items": [limit() | {"id": "a", "after": ["a"]}]}, "/items/0/after"),
        ({"items": [limit() | {"parameters": {"x": "a\nb"}}]}, "/items/0/parameters/x"),
        ({"items": [limit() | {"parameters": {"x": {"y": 1}}}]}, "/items/0/parameters/x"),
        ({"items": [limit() | {"price": 0}]}, "/items/0/price"),
        ({"items": [limit()], "state": "completed"}, "/state"),
        ({"items": [limit()], "requested_start_at": "2027-01-01T00:00"}, "/requested_start_at"),
        ({"items": [limit()], "requested_start_at": 1}, "/requested_start_at"),
        ({"items": [limit()], "requested_start_at": "1"}, "/requested_start_at"),
        # What no calendar has once it is told in UTC, and what no other program reads as written.
        (
            {"items": [limit()], "requested_start_at": "0001-01-01T00:00:00+14:00"},
            "/requested_start_at",
        ),
        (
            {"items": [limit()], "requested_completion_at": "9999-12-30T23:59:59-14:00"},
            "/requested_completion_at",
        ),
        ({"items": [limit(2**53)]}, "/items/0/parameters/spendingLimit"),
        ({"items": [limit(-(10**4000))]}, "/items/0/parameters/spendingLimit"),
    ],
    ids=lambda value: value if isinstance(value, str) else None,
)
async def test_order_10_a_malformed_order_is_refused(
    front: Front, body: dict[str, Any], pointer: str
) -> None:
    path = f"/v1/accounts/{OFFICE.id}/orders"
    refused = await front.post(path, person_token(MARI), body, idempotency_key="k")

    assert (refused.status_code, refused.json()["code"]) == (422, "invalid")
    assert refused.json()["errors"][0]["pointer"].startswith(pointer.rsplit("/", 1)[0])
    assert rows(front.database, "SELECT FROM service_order") == []


async def test_order_10_a_repeated_request_is_one_order(front: Front) -> None:
    first, again = [await order(front, limit(), key="one") for _ in range(2)]
    by_id = [await order(front, limit(), external_id="T-1") for _ in range(2)]
    other = await order(front, limit(6000), external_id="T-1")

    assert first.json() == again.json()
    assert by_id[0].json()["id"] == by_id[1].json()["id"]
    assert (other.status_code, other.json()["code"]) == (409, "external_id_used")
    assert len(rows(front.database, "SELECT FROM service_order")) == 2


async def test_order_6_a_service_that_is_not_seen_is_like_none(front: Front) -> None:
    give(front.database, ANNA, OFFICE, "administrator", on=PHONE)

    unseen, none = [await order(front, limit(on=id_), who=ANNA) for id_ in (FIBRE.id, uuid4())]

    assert [each.json()["items"][0]["error"]["code"] for each in (unseen, none)] == [
        "service_unknown",
        "service_unknown",
    ]
    item = unseen.json()["items"][0]
    assert (item["service_id"], item["service"]) == (None, None)


async def test_order_8_an_external_id_says_nothing_to_who_does_not_see_the_account(
    front: Front,
) -> None:
    await order(front, limit(), external_id="T-1")

    same = await order(front, limit(), who=ANNA, external_id="T-1")
    other = await order(front, limit(6000), who=ANNA, external_id="T-1")

    assert [each.json()["code"] for each in (same, other)] == ["not_found", "not_found"]


async def test_order_9_no_change_of_what_is_for_two_services_is_completed_at_once(
    front: Front,
) -> None:
    item = {"action": "noChange", "product": "number-move", "service_id": str(PHONE.id)}

    placed = await order(front, item)

    assert (placed.status_code, placed.json()["state"]) == (201, "completed"), placed.text


async def test_order_10_an_order_for_the_end_of_the_calendar_is_rejected(front: Front) -> None:
    at = "9999-12-30T23:59:59Z"

    placed = await order(front, limit(), requested_start_at=at, requested_completion_at=at)

    assert placed.json()["items"][0]["error"]["code"] == "date_not_met"
    assert (await read(front, placed.json()["id"])).json()["requested_start_at"] == at


async def test_order_10_the_list_has_pages_the_newest_first(front: Front) -> None:
    ids = [await ordered(front, limit(1000 + number)) for number in range(3)]
    await cancel(front, ids[1])
    first = await listed(front, limit=2)
    rest = await listed(front, limit=2, after=first["next"])
    open_ = await listed(front, state="open")

    found = [each["id"] for page in (first, rest) for each in page["items"]]
    assert (found, rest["next"]) == (ids[::-1], None)
    assert [each["id"] for each in open_["items"]] == [ids[2], ids[0]]


async def test_order_10_a_cursor_of_another_list_is_refused(front: Front) -> None:
    for number in range(2):
        await ordered(front, limit(1000 + number))
    after = (await listed(front, limit=1))["next"]

    path = f"/v1/accounts/{OFFICE.id}/orders?state=open&after={after}"
    refused = await front.get(path, person_token(MARI))

    assert (refused.status_code, refused.json()["code"]) == (400, "cursor_invalid")


async def test_order_10_who_ordered_or_represents_cancels_what_waits(front: Front) -> None:
    mine, theirs = [await ordered(front, limit(), who=KATI) for _ in range(2)]
    by_kati = await cancel(front, mine, KATI, reason="eksitus")
    by_mari = await cancel(front, theirs, MARI)
    again = await cancel(front, theirs, MARI)

    for done in (by_kati, by_mari):
        assert (done.status_code, done.json()["state"]) == (200, "cancelled")
        assert not done.json()["may_cancel"]
    assert (again.status_code, again.json()["code"]) == (409, "order_not_cancellable")
    assert "eksitus" not in "".join(
        row.event for row in rows(front.database, "SELECT e::text AS event FROM event e")
    )


async def test_order_10_what_has_begun_is_cancelled_and_undone(front: Front) -> None:
    id_ = await ordered(front, bars(dataBarred=True))
    at = Orders(front.database, OFFICE.id)
    at.attempt(UUID(id_), "read.1")

    asked = await cancel(front, id_)

    assert asked.status_code == 200
    assert asked.json()["state"] in {"pendingCancellation", "cancelled"}
    assert not asked.json()["may_cancel"] or asked.json()["state"] == "pendingCancellation"


async def test_order_10_a_viewer_sees_and_does_not_cancel(front: Front) -> None:
    given(front.database, MARI, TOOMAS, OFFICE, terms("service:view"))
    id_ = await ordered(front, limit(), who=KATI)
    shown = (await read(front, id_, TOOMAS)).json()
    refused = await cancel(front, id_, TOOMAS)

    assert (shown["waits_for"], shown["may_cancel"]) == ("orderer", False)
    assert shown["ordered_by"] == {"id": str(front.id_of(KATI)), "name": None}
    assert shown["items"][0]["parameters"] == {}
    assert shown["items"][0]["service"]["number"] is None
    assert (refused.status_code, refused.json()["code"]) == (403, "not_permitted")
    assert (await read(front, id_, KATI)).json()["state"] == "pending"


async def test_order_10_who_may_use_one_service_sees_their_own_orders_only(front: Front) -> None:
    may = terms("service:view", "credit_limit:set", on=[PHONE.id])
    given(front.database, MARI, TOOMAS, OFFICE, may)
    theirs = await ordered(front, limit(), who=TOOMAS)
    other = await ordered(front, limit())

    assert [each["id"] for each in (await listed(front, TOOMAS))["items"]] == [theirs]
    assert (await read(front, theirs, TOOMAS)).status_code == 200
    assert (await read(front, other, TOOMAS)).status_code == 404
    assert (await confirm(front, theirs, TOOMAS)).status_code == 200


async def test_order_10_a_later_owner_of_the_account_does_not_see_what_was_ordered_before(
    front: Front,
) -> None:
    id_ = await ordered(front, limit(), who=KATI)

    put(front.database, replace(OFFICE, owner=OTHER.owner))

    assert (await listed(front, TIIU))["items"] == []
    assert (await read(front, id_, TIIU)).status_code == 404
    assert (await front.get(f"/v1/orders/{id_}", SUPPORT)).status_code == 200
    assert len((await front.get(f"/v1/accounts/{OFFICE.id}/orders", SUPPORT)).json()["items"]) == 1


def _nobody(_: Front) -> PersonKey:
    return ANNA


def _of_another_company(_: Front) -> PersonKey:
    return TIIU


def _frozen(front: Front) -> PersonKey:
    freeze(front.database, KATI)
    return KATI


def _accountant(front: Front) -> PersonKey:
    given(front.database, MARI, JAAN, OFFICE, terms("invoice:view"))
    return JAAN


@pytest.mark.parametrize("made", [_nobody, _of_another_company, _frozen, _accountant])
async def test_order_10_outsiders_find_nothing(front: Front, made: Any) -> None:
    id_ = await ordered(front, limit(), who=KATI)
    token = person_token(made(front))
    digest = {"digest": "0" * 64, "template_version": 1, "language": "et"}

    async def answers(order_id: str) -> list[Any]:
        path = f"/v1/orders/{order_id}"
        found = [await front.get(path, token)]
        for route, body in (("confirm", digest), ("cancel", {})):
            key = str(uuid4())
            found.append(await front.post(f"{path}/{route}", token, body, idempotency_key=key))
        return [
            (e.status_code, {k: v for k, v in e.json().items() if k != "instance"}) for e in found
        ]

    there, nowhere = await answers(id_), await answers(str(uuid4()))

    assert there == nowhere
    assert {status for status, _ in there} == {404}


@pytest.mark.parametrize("who", [ANNA, TIIU])
async def test_order_10_whoever_has_no_access_orders_and_lists_nothing(
    front: Front, who: PersonKey
) -> None:
    path = f"/v1/accounts/{OFFICE.id}/orders"

    assert (await front.get(path, person_token(who))).status_code == 404
    assert (await order(front, limit(), who=who)).status_code == 404
    assert (await order(front, limit(), who=MARI, account=uuid4())).status_code == 404


async def test_order_10_staff_read_and_programs_do_not(front: Front) -> None:
    id_ = await ordered(front, limit(), who=KATI)
    paths = (f"/v1/orders/{id_}", f"/v1/accounts/{OFFICE.id}/orders")

    for path in paths:
        for token in (SUPPORT, OPS):
            assert (await front.get(path, token)).status_code == 200
        for token in (BILLING, PORTAL):
            assert (await front.get(path, token)).status_code in {400, 403}
        assert (await front.get(path)).status_code == 401
    shown = (await front.get(paths[0], SUPPORT)).json()
    assert (shown["confirmation"]["digest"], shown["may_cancel"]) == (None, False)
    assert KATI.code not in str(shown)
    assert (await front.post(f"{paths[0]}/cancel", OPS, {}, idempotency_key="k")).status_code == 403


async def test_order_10_a_secret_is_never_shown_kept_in_clear_or_logged(
    front: Front, capfd: pytest.CaptureFixture[str]
) -> None:
    router = service(2, OFFICE, kind="router")
    secret = "Kaheksa-Karvast-Kassi"
    wanted = {"wifiName": "Kuusk", "wifiPassword": secret}
    item = {"product": "router-wifi", "service_id": str(router.id), "parameters": wanted}
    placed = await order(front, item)
    shown = await read(front, placed.json()["id"])

    assert shown.json()["items"][0]["parameters"] == {"wifiName": "Kuusk"}
    tables = ("service_order", "service_order_item", "event", "idempotency_key", "step")
    kept = "".join(
        row.said
        for table in tables
        for row in rows(front.database, f"SELECT t::text AS said FROM {table} t")
    )
    assert secret not in kept + shown.text + placed.text + "".join(capfd.readouterr())


@pytest.mark.parametrize(("secret", "is_plain"), [("Kaheksa-Karvast", False), (None, True)])
async def test_order_10_no_secret_can_be_tried_out_by_what_is_kept_of_its_request(
    front: Front,
    secret: str | None,
    is_plain: bool,
) -> None:
    wanted = {"wifiName": "Kuusk"} | ({"wifiPassword": secret} if secret else {})
    router = service(2, OFFICE, kind="router").id
    item = {"product": "router-wifi", "service_id": str(router), "parameters": wanted}
    await order(front, item)

    body = json.dumps({"items": [item]}, separators=(",", ":"))
    sent = f"POST /v1/accounts/{OFFICE.id}/orders\n{body}".encode()
    (kept,) = rows(front.database, "SELECT fingerprint FROM idempotency_key")
    assert (kept.fingerprint == hashlib.sha256(sent).hexdigest()) is is_plain

"""Operations see who gets no codes, and lift a block."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

from domain.audit import Actor, ActorKind
from domain.numbers.blocks import BlockKind
from domain.rates import Rate, Use
from domain.reasons import Reason
from storage.numbers import blocks
from storage.requests import rate_limits
from tests.builders.rows import rows
from tests.clients.api_client import ANN, OPS, SUPPORT, Front

PATH = "/v1/ops/number-blocks"
NUMBERS = ["+37255500001", "+37255500002", "+37255500003"]
WHY = {"reason": "The customer called"}


def block(front: Front) -> None:
    engine = Actor(ActorKind.ENGINE, "")
    with front.database.transaction() as session:
        for number in NUMBERS:
            why = Reason("burst", "Too many at once")
            blocks.block(session, BlockKind.NUMBER, number, timedelta(hours=1), why, actor=engine)


async def test_page_13_blocks_are_listed_page_by_page(front: Front) -> None:
    block(front)

    first = (await front.get(f"{PATH}?limit=2", SUPPORT)).json()
    second = (await front.get(f"{PATH}?limit=2&after={first['next']}", OPS)).json()
    of_persons = (await front.get(f"{PATH}?kind=person", OPS)).json()

    listed = [*first["items"], *second["items"]]
    assert sorted(each["subject"] for each in listed) == NUMBERS
    assert {each["reason"]["text"] for each in listed} == {"Too many at once"}
    assert second["next"] is None
    assert of_persons["items"] == []


async def test_page_13_a_limit_that_is_none_on_codes_is_no_block(front: Front) -> None:
    """Who has just asked the register may have a code sent."""
    asked = Use("refresh_person", str(uuid4()), Rate(1, timedelta(hours=1)))
    with front.database.transaction() as session:
        rate_limits.take(session, [asked])

    assert (await front.get(PATH, OPS)).json()["items"] == []


async def test_page_17_no_number_is_in_a_url_or_a_cursor(front: Front) -> None:
    block(front)

    first = (await front.get(f"{PATH}?limit=1", OPS)).json()

    assert not any(number[1:] in first["next"] + first["items"][0]["id"] for number in NUMBERS)


async def test_page_13_a_block_is_lifted_once_by_somebody(front: Front) -> None:
    block(front)
    (one, *_) = (await front.get(PATH, OPS)).json()["items"]
    lift = f"{PATH}/{one['id']}/lift"

    lifted = await front.post(lift, OPS, WHY, idempotency_key="k1")
    repeated = await front.post(lift, OPS, WHY, idempotency_key="k1")
    again = await front.post(lift, OPS, WHY, idempotency_key=str(uuid4()))
    by_support = await front.post(lift, SUPPORT, WHY, idempotency_key=str(uuid4()))

    left = (await front.get(PATH, OPS)).json()["items"]
    assert lifted.json() == repeated.json() == {"id": one["id"], "kind": "number"}
    assert (again.status_code, by_support.status_code) == (404, 403)
    assert one["id"] not in {each["id"] for each in left}
    events = rows(front.database, "SELECT FROM event WHERE kind = 'number_block:lifted'")
    assert len(events) == 1


async def test_page_13_a_number_is_blocked_by_somebody_who_says_why(front: Front) -> None:
    asked: dict[str, Any] = WHY | {"number": "5551 2345", "hours": 48}
    opened = await front.post(PATH, OPS, asked, idempotency_key="k1")
    again = await front.post(PATH, OPS, asked | {"hours": 1}, idempotency_key=str(uuid4()))
    of_prefix = await front.post(
        PATH, OPS, asked | {"kind": "prefix"}, idempotency_key=str(uuid4())
    )
    id_ = opened.json()["id"]

    shown = (await front.get(f"{PATH}/{id_}", SUPPORT, accept_language="et")).json()
    listed = (await front.get(PATH, SUPPORT)).json()["items"]
    assert (opened.status_code, again.json()) == (200, opened.json())
    assert set(opened.json()) == {"id", "kind", "until"}, "an answer that is kept has no number"
    assert (shown["subject"], shown["note"]) == ("+37255512345", WHY["reason"])
    assert shown["blocked_by"] | {"name": None} == shown["blocked_by"] | {"id": ANN, "name": None}
    assert shown["reason"]["text"] == "Käitajad tõkestasid selle"
    assert of_prefix.json()["id"] in {each["id"] for each in listed}
    assert {each["subject"] for each in listed} == {"+37255512345", "+3725551"}


async def test_page_13_what_cannot_be_blocked_is_refused_at_its_field(front: Front) -> None:
    wrong: list[dict[str, Any]] = [
        {"number": "12"},
        {"number": "+37255512345", "hours": 0},
        {"number": "abc def"},
    ]
    found = [
        await front.post(PATH, OPS, WHY | each, idempotency_key=str(uuid4())) for each in wrong
    ]
    by_support = await front.post(
        PATH, SUPPORT, WHY | {"number": "55512345"}, idempotency_key=str(uuid4())
    )
    unknown = await front.get(f"{PATH}/{'0' * 32}", OPS)

    assert [(each.status_code, each.json()["errors"][0]["pointer"]) for each in found] == [
        (422, "/number"),
        (422, "/hours"),
        (422, "/number"),
    ]
    assert (by_support.status_code, unknown.status_code) == (403, 404)
    assert rows(front.database, "SELECT FROM number_block") == []

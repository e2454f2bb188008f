"""An order is checked before it is placed: what it costs, who confirms it, what it breaks."""

from typing import Any

from domain.access.permissions import Role
from tests.builders.delegations import OFFICE
from tests.builders.people import JAAN, MARI, TIIU
from tests.builders.rows import give, rows
from tests.clients import ordering
from tests.clients.api_client import Answer, Front, person_token

PATH = f"/v1/accounts/{OFFICE.id}/orders/check"
ESIM = {"product": "esim", "service_id": str(ordering.PHONE.id), "parameters": {}}


async def check(front: Front, *items: dict[str, Any], who: Any = MARI) -> Answer:
    return await front.post(PATH, person_token(who), {"items": list(items)})


async def test_page_9_a_check_says_what_an_order_costs_and_keeps_nothing(front: Front) -> None:
    checked = (await check(front, ordering.limit(), ESIM)).json()

    assert (checked["is_rejected"], checked["confirmation"]) == (False, "own")
    assert [each["prices"] for each in checked["items"]] == [
        [],
        [{"cents": 300, "currency": "EUR", "is_vat_included": True, "period": "once"}],
    ]
    assert [each["error"] for each in checked["items"]] == [None, None]
    assert rows(front.database, "SELECT FROM service_order") == []


async def test_page_9_a_check_says_why_an_order_would_be_rejected(front: Front) -> None:
    checked = (await check(front, ordering.limit(60_000), ESIM)).json()
    placed = await ordering.order(front, ordering.limit(60_000), ESIM)

    assert checked["is_rejected"]
    assert [each["error"] for each in checked["items"]] == [
        each["error"] for each in placed.json()["items"]
    ]
    assert checked["items"][0]["error"]["parameter"] == "spendingLimit"


async def test_page_9_a_check_is_for_those_who_may_order(front: Front) -> None:
    give(front.database, TIIU, OFFICE, Role.USER, on=ordering.PHONE)

    refused = await check(front, ordering.limit(), who=TIIU)
    foreign = await check(front, ordering.limit(), who=JAAN)

    assert (refused.status_code, refused.json()["code"]) == (403, "not_permitted")
    assert foreign.status_code == 404

"""Credit limits, what of them is used, and who changed them."""

from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest

from domain.processes import ProcessType
from domain.provisioning.steps import Step
from tests.builders import catalogue
from tests.builders.billed_office import (
    ACCOUNTANT,
    NUMBER,
    OFFICE,
    OWNER,
    PHONE,
    SECOND,
    STRANGER,
    USER,
    an_office,
)
from tests.builders.people import JAAN
from tests.builders.rows import account, put, put_service
from tests.clients.api_client import SUPPORT, Front, person_token
from tests.clients.billing_client import Client
from tests.clients.billing_reading import age

LIMIT = f"/v1/accounts/{OFFICE.id}/credit-limit"
HISTORY = f"{LIMIT}/history"
EUR = "EUR"


@pytest.fixture(autouse=True)
def office(front: Front, billing: Client) -> None:
    catalogue.publish(front.database)
    an_office(front.database, billing)


async def read(front: Front, path: str = LIMIT, token: str = OWNER) -> dict[str, Any]:
    answer = await front.get(path, token)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def set_limit(billing: Client, cents: int, key: str, of: Any = PHONE) -> None:
    booking = {
        "action": "set_limit",
        "account": str(OFFICE.id),
        "service": str(of.id),
        "product": "spending-limit",
        "characteristics": {"spendingLimit": cents},
    }
    assert billing.book(booking, key).status_code == 201


async def order(front: Front, cents: int) -> str:
    """Place an order for another limit; return its id."""
    item = {
        "product": "spending-limit",
        "service_id": str(PHONE.id),
        "action": "modify",
        "parameters": {"spendingLimit": cents},
    }
    answer = await front.post(
        f"/v1/accounts/{OFFICE.id}/orders",
        OWNER,
        {"items": [item]},
        idempotency_key="order-1",
    )
    assert answer.status_code < 300, answer.text
    id_: str = answer.json()["id"]
    return id_


async def test_bill_2_limits_are_shown_with_what_of_them_is_used(front: Front) -> None:
    found = await read(front)

    assert found["account"]["limit"] == {"amount": "1000.00", "currency": EUR}
    phone, second = found["items"]
    assert (phone["service"]["number"], phone["limit"]["amount"]) == (NUMBER, "50.00")
    assert (second["service"]["number"], second["limit"]) == (SECOND.number, None)
    assert found["stale"] is None


@pytest.mark.parametrize(
    ("token", "account_too", "product"),
    [
        (OWNER, True, "spending-limit"),
        (ACCOUNTANT, True, None),
        (SUPPORT, True, None),
        (USER, False, None),
    ],
)
async def test_bill_2_the_product_is_named_to_those_who_may_order_it(
    front: Front, token: str, account_too: bool, product: str | None
) -> None:
    found = await read(front, token=token)

    assert (found["account"] is not None) is account_too
    assert found["items"][0]["product"] == product
    assert len(found["items"]) == (2 if account_too else 1)


async def test_bill_2_a_service_that_ended_has_no_product(front: Front) -> None:
    ended = type(PHONE.status)("ended")
    put_service(front.database, replace(PHONE, status=ended))

    assert [each["product"] for each in (await read(front))["items"]] == [None, "spending-limit"]


@pytest.mark.parametrize(
    ("token", "limit", "history"),
    [
        (OWNER, 200, 200),
        (ACCOUNTANT, 200, 200),
        (SUPPORT, 200, 200),
        (USER, 200, 404),
        (STRANGER, 404, 404),
    ],
)
async def test_bill_6_limits_are_for_those_who_may_see_them(
    front: Front, token: str, limit: int, history: int
) -> None:
    assert (await front.get(LIMIT, token)).status_code == limit
    assert (await front.get(HISTORY, token)).status_code == history


async def test_bill_2_history_says_who_changed_what_and_why(front: Front, billing: Client) -> None:
    set_limit(billing, 2000, "a-key")
    set_limit(billing, 3000, "another-key")

    newest, older, *first = (await read(front, HISTORY))["items"]

    assert (newest["from"]["amount"], newest["to"]["amount"]) == ("20.00", "30.00")
    assert older["to"]["amount"] == "20.00"
    assert newest["service"]["number"] == NUMBER
    assert newest["by"] == {"kind": "customer", "name": None}
    assert "spending-limit" in newest["reason"]
    assert newest["at"] >= older["at"]
    own = [each for each in first if each["service_id"] is None]
    assert [each["to"]["amount"] for each in own] == ["1000.00"]
    assert own[0]["by"]["kind"] == "system"


async def test_bill_2_history_names_whoever_ordered_it_to_those_who_may_know(
    front: Front, billing: Client
) -> None:
    order_id = await order(front, 2500)
    step = Step(process=ProcessType.ORDER, process_id=UUID(order_id), action="billing-limit.1")
    set_limit(billing, 2500, step.key(1))

    shown = {
        token: (await read(front, HISTORY, token))["items"][0]
        for token in (OWNER, ACCOUNTANT, SUPPORT)
    }

    assert shown[OWNER]["order_id"] == shown[SUPPORT]["order_id"] == order_id
    assert shown[OWNER]["by"]["name"] == shown[SUPPORT]["by"]["name"]
    assert shown[OWNER]["by"]["name"]
    # An accountant sees neither who has access nor what is ordered.
    assert (shown[ACCOUNTANT]["order_id"], shown[ACCOUNTANT]["by"]["name"]) == (None, None)


async def test_bill_5_names_of_the_operators_staff_are_for_staff(front: Front) -> None:
    (customer,), (staff,) = [
        [
            each
            for each in (await read(front, HISTORY, token))["items"]
            if each["by"]["kind"] == "operator"
        ]
        for token in (OWNER, SUPPORT)
    ]

    assert customer["by"]["name"] is None
    assert staff["by"]["name"]


async def test_bill_2_history_comes_in_pages(front: Front, billing: Client) -> None:
    for number in range(3):
        set_limit(billing, 1000 + number, f"key-{number}")
    whole = (await read(front, HISTORY))["items"]
    shown, after = [], ""
    while True:
        page = await read(front, f"{HISTORY}?limit=2{after}")
        shown += page["items"]
        if page["next"] is None:
            break
        after = f"&after={page['next']}"

    assert shown == whole
    assert len(whole) == 5


async def test_bill_6_a_later_owner_does_not_see_who_changed_it_before(front: Front) -> None:
    put(front.database, account(JAAN))

    assert (await read(front, HISTORY, person_token(JAAN)))["items"] == []
    assert (await read(front, HISTORY, SUPPORT))["items"] != []


@pytest.mark.parametrize("kind", ["http_503", "garbage", "wrong_shape", "wrong_values", "cut"])
async def test_bill_1_limits_are_shown_while_billing_does_not_answer(
    front: Front, billing: Client, kind: str
) -> None:
    known, changes = await read(front), await read(front, HISTORY)
    billing.fault(kind, "credit_limit")
    age(front.database)

    for path, before in ((LIMIT, known), (HISTORY, changes)):
        shown = await read(front, path)
        assert shown["stale"]["reason"]["code"] == "billing_unavailable"
        assert shown["items"] == before["items"]


async def test_bill_1_nothing_is_made_up_where_nothing_is_known(
    front: Front, billing: Client
) -> None:
    billing.fault("http_503", "credit_limit")
    age(front.database)

    for path in (LIMIT, HISTORY):
        answer = await front.get(path, OWNER)
        assert (answer.status_code, answer.json()["code"]) == (503, "billing_unavailable")


async def test_bill_2_only_services_of_the_account_have_a_place(
    front: Front, billing: Client
) -> None:
    """Billing may know more services than we do: a number that left, or never came."""
    unknown = UUID(int=77)
    billing.ledger(
        {"service": str(unknown), "number": "+37255500009"},
        {"service": str(PHONE.id), "number": NUMBER},
        account=str(OFFICE.id),
    )

    items = (await read(front))["items"]

    assert [each["service_id"] for each in items] == [str(PHONE.id), str(unknown)]
    assert items[1]["service"] is None
    assert [each["service_id"] for each in (await read(front, token=USER))["items"]] == [
        str(PHONE.id)
    ]

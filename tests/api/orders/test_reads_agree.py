"""order.9, order.10: what one answer says of an order agrees, whatever is committed meanwhile."""

from collections.abc import Iterator
from typing import Any

import pytest

from storage.database import Database
from tests.builders.delegations import OFFICE
from tests.builders.listed_orders import put_order
from tests.builders.meanwhile import meanwhile
from tests.builders.people import MARI
from tests.builders.rows import carry_out
from tests.clients.api_client import ORDERS, SUPPORT, Front, person_token
from tests.clients.ordering import PHONE
from tests.clients.token_issuer import ISSUER

TMF = "/tmf-api/serviceOrdering/v4/serviceOrder"
V1 = "/v1/orders/{order}"
OF_ACCOUNT = f"/v1/accounts/{OFFICE.id}/orders"


def end_orders(database: Database) -> None:
    """Complete every order with its items, in one transaction."""
    carry_out(
        database,
        "WITH items AS (UPDATE service_order_item SET state = 'completed', ended_at = now())"
        " UPDATE service_order SET state = 'completed', ended_at = now()",
    )


def said(answer: Any) -> Iterator[tuple[str, str]]:
    """The state of each item beside that of its order."""
    whole = answer if isinstance(answer, list) else answer.get("items", [answer])
    for order in whole if whole and "action" not in whole[0] else [answer]:
        for item in order.get("serviceOrderItem") or order["items"]:
            yield order["state"], item["state"]


@pytest.mark.parametrize(
    ("path", "token"),
    [
        (f"{TMF}/{{order}}", ORDERS),
        (TMF, ORDERS),
        (V1, person_token(MARI)),
        (OF_ACCOUNT, person_token(MARI)),
        (V1, SUPPORT),
        (OF_ACCOUNT, SUPPORT),
    ],
)
@pytest.mark.parametrize("read_first", ["FROM service_order_item i", "FROM service_order o"])
async def test_order_9_an_order_that_ends_while_it_is_read_is_shown_before_or_after_it_whole(
    front: Front, database: Database, path: str, token: str, read_first: str
) -> None:
    item = {"service_id": PHONE.id, "product": "spending-limit", "product_version": "1"}
    order = put_order(
        database,
        f"{ISSUER} orders",
        item,
        item,
        state="inProgress",
        account_id=OFFICE.id,
        person_id=front.id_of(MARI),
    )

    with meanwhile(database, read_first, lambda: end_orders(database)):
        answer = await front.get(path.format(order=order), token)

    assert answer.status_code == 200, answer.text
    assert list(said(answer.json())) in ([("inProgress",) * 2] * 2, [("completed",) * 2] * 2)

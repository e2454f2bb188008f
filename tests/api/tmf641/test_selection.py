"""order.9: ``fields``, also below the first level."""

from typing import Any

import pytest

from api.tmf641.queries.selection import selected, selection
from api.tmf641.service_orders import ATTRIBUTES

ORDER: dict[str, Any] = {
    "id": "1",
    "href": "http://api/1",
    "state": "held",
    "serviceOrderItem": [
        {"id": "a", "action": "add", "service": {"serviceSpecification": {"id": "x"}}},
        {"id": "b", "action": "modify", "service": {"id": "s"}},
    ],
    "@type": "ServiceOrder",
}
ALWAYS = {"id": "1", "href": "http://api/1"}


@pytest.mark.parametrize(
    ("fields", "wanted"),
    [
        (None, ORDER),
        ("", ORDER),
        ("none", ALWAYS),
        ("id", ALWAYS),
        ("state", ALWAYS | {"state": "held"}),
        (" state , @type,", ALWAYS | {"state": "held", "@type": "ServiceOrder"}),
        ("description", ALWAYS),
        ("serviceOrderItem.id", ALWAYS | {"serviceOrderItem": [{"id": "a"}, {"id": "b"}]}),
        (
            "serviceOrderItem.service.serviceSpecification.id,serviceOrderItem.action",
            ALWAYS
            | {
                "serviceOrderItem": [
                    {"action": "add", "service": {"serviceSpecification": {"id": "x"}}},
                    {"action": "modify", "service": {}},
                ]
            },
        ),
        (
            "serviceOrderItem,serviceOrderItem.id",
            ALWAYS | {"serviceOrderItem": ORDER["serviceOrderItem"]},
        ),
        (
            "serviceOrderItem.id,serviceOrderItem",
            ALWAYS | {"serviceOrderItem": ORDER["serviceOrderItem"]},
        ),
    ],
)
def test_order_9_fields_choose_what_is_sent(fields: str | None, wanted: dict[str, Any]) -> None:
    assert selected(ORDER, selection(fields, ATTRIBUTES)) == wanted

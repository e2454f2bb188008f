"""The act that places an order: what is confirmed binds everything that is ordered (order.6)."""

from collections.abc import Callable
from dataclasses import replace
from uuid import UUID

import pytest

from domain.approvals import order_acts
from domain.approvals.acts import ActDataInvalid
from domain.approvals.order_acts import Ordered, OrderedItem
from domain.catalogue.actions import ItemAction
from domain.catalogue.characteristic_specs import CharacteristicSpec, Value, ValueType
from tests.builders.acts import ACCOUNT, COMPANY, LIMIT, ORDERED, WIFI


def digest(ordered: Ordered, company_id: UUID | None = COMPANY) -> str:
    return order_acts.place(company_id, ACCOUNT, ordered).digest()


def of(**changed: object) -> Callable[[OrderedItem], OrderedItem]:
    return lambda item: replace(item, **changed)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "other",
    [
        of(action=ItemAction.MODIFY),
        of(service_id=UUID(int=99)),
        of(product_version="4"),
        of(parameters={**WIFI.parameters, "wifiName": "Kodu2"}),
        of(parameters={"wifiName": "Kodu", "outgoingBarred": True}),
        of(parameters={**WIFI.parameters, "outgoingBarred": 1}),
        of(secrets={"wifiPassword": "cd" * 32}),
        of(secrets={}),
        of(prices=(replace(WIFI.prices[0], cents=501), WIFI.prices[1])),
        of(prices=(replace(WIFI.prices[0], is_vat_included=False), WIFI.prices[1])),
        of(prices=WIFI.prices[:1]),
        of(after=()),
    ],
)
def test_order_6_whatever_is_ordered_otherwise_is_another_act(
    other: Callable[[OrderedItem], OrderedItem],
) -> None:
    assert digest(replace(ORDERED, items=(LIMIT, other(WIFI)))) != digest(ORDERED)


def test_order_6_another_order_begin_or_owner_is_another_act() -> None:
    others = [
        replace(ORDERED, order_id=UUID(int=99)),
        replace(ORDERED, begins_at=None),
        replace(ORDERED, items=(LIMIT,)),
    ]

    digests = {digest(ORDERED), digest(ORDERED, None), *map(digest, others)}

    assert len(digests) == 5


@pytest.mark.parametrize("ordered", [ORDERED, replace(ORDERED, begins_at=None)])
def test_order_6_what_is_ordered_is_read_back(ordered: Ordered) -> None:
    assert order_acts.ordered_by(order_acts.place(COMPANY, ACCOUNT, ordered)) == ordered


@pytest.mark.parametrize("value", ["Kodu\u00a02,4 GHz", "Köögi Wi‑Fi ☕", 2**53 - 1, False])
def test_order_6_what_an_order_may_state_can_be_confirmed(value: Value) -> None:
    spec = CharacteristicSpec("x", ValueType.STRING, is_configurable=True, is_required=False)
    types = {str: ValueType.STRING, int: ValueType.INTEGER, bool: ValueType.BOOLEAN}
    stated = replace(WIFI, parameters={"x": value})

    assert replace(spec, value_type=types[type(value)]).allows(value)
    assert digest(replace(ORDERED, items=(stated,))) != digest(ORDERED)


def test_order_6_what_cannot_be_shown_cannot_be_confirmed() -> None:
    hidden = replace(WIFI, parameters={"wifiName": "Kodu\u202e"})

    with pytest.raises(ActDataInvalid):
        digest(replace(ORDERED, items=(hidden,)))

"""Parameters of an order: what is filled in, what is refused, and by which name."""

from typing import Any

import pytest

from domain.catalogue.actions import ItemAction
from domain.catalogue.parameters import complete
from domain.orders.refusals import OrderRefusal, OrderRejected
from tests.builders.products import BOOST, product, with_parameters

ADD, MODIFY, DELETE = ItemAction.ADD, ItemAction.MODIFY, ItemAction.DELETE
HAS = {"spendingLimit": 100, "spendingLimitAction": "warn"}


@pytest.mark.parametrize(
    ("base", "action", "given", "has", "complete_"),
    [
        # Defaults are filled in, and kept with the order…
        (
            None,
            MODIFY,
            {"spendingLimit": 5000},
            {},
            {"spendingLimit": 5000, "spendingLimitAction": "bar"},
        ),
        # …but never over what the service has: a modification is a difference.
        (None, MODIFY, {"spendingLimit": 5000}, HAS, {"spendingLimit": 5000}),
        (None, MODIFY, {"spendingLimitAction": "bar"}, HAS, {"spendingLimitAction": "bar"}),
        # What was removed is there no more.
        (
            None,
            MODIFY,
            {"spendingLimit": 1},
            {"spendingLimit": None, "spendingLimitAction": None},
            {"spendingLimit": 1, "spendingLimitAction": "bar"},
        ),
        # Both ends of a closed range are allowed.
        (None, MODIFY, {"spendingLimit": 0}, HAS, {"spendingLimit": 0}),
        (None, MODIFY, {"spendingLimit": 50000}, HAS, {"spendingLimit": 50000}),
        # The product fixes what an additional service is, and loses all of it.
        (BOOST, ADD, {}, {}, {"dataBoost": True}),
        (BOOST, DELETE, {}, {"dataBoost": True}, {"dataBoost": None}),
        (None, DELETE, {}, HAS, {"spendingLimit": None, "spendingLimitAction": None}),
        (None, ItemAction.NO_CHANGE, {}, HAS, {}),
    ],
)
def test_order_2_an_item_sets_what_is_given_fixed_and_the_default(
    base: dict[str, Any] | None,
    action: ItemAction,
    given: dict[str, Any],
    has: dict[str, Any],
    complete_: dict[str, Any],
) -> None:
    assert complete(product(base) if base else product(), action, given, has) == complete_


@pytest.mark.parametrize(
    ("base", "action", "given", "refusal", "about"),
    [
        (None, MODIFY, {}, OrderRefusal.PARAMETER_MISSING, "spendingLimit"),
        (None, MODIFY, {"spendingLimitAction": "bar"}, "parameter_missing", "spendingLimit"),
        (None, MODIFY, {"spendinglimit": 1}, "parameter_unknown", "spendinglimit"),
        # What is no name is not repeated.
        (None, MODIFY, {"<script>": 1}, "parameter_unknown", ""),
        (None, MODIFY, {"spendingLimit": -1}, "parameter_value", "spendingLimit"),
        (None, MODIFY, {"spendingLimit": 50001}, "parameter_value", "spendingLimit"),
        (None, MODIFY, {"spendingLimit": "5000"}, "parameter_value", "spendingLimit"),
        (None, MODIFY, {"spendingLimit": True}, "parameter_value", "spendingLimit"),
        (None, MODIFY, {"spendingLimit": 1.0}, "parameter_value", "spendingLimit"),
        (None, MODIFY, {"spendingLimit": None}, "parameter_value", "spendingLimit"),
        (None, MODIFY, {"spendingLimit": [1]}, "parameter_value", "spendingLimit"),
        (None, DELETE, {"spendingLimit": 1}, "parameter_unknown", "spendingLimit"),
        (BOOST, ADD, {"dataBoost": True}, "parameter_fixed", "dataBoost"),
        (BOOST, ADD, {"dataBoost": False}, "parameter_fixed", "dataBoost"),
    ],
)
def test_order_2_a_parameter_that_the_product_does_not_allow_is_named(
    base: dict[str, Any] | None,
    action: ItemAction,
    given: dict[str, Any],
    refusal: str,
    about: str,
) -> None:
    with pytest.raises(OrderRejected) as rejected:
        complete(product(base) if base else product(), action, given)

    found = rejected.value.rejection
    assert (found.refusal, found.about) == (refusal, about)


def test_order_2_a_modification_of_what_is_all_optional_says_something() -> None:
    optional = with_parameters({"name": "wifiName"}, {"name": "wifiPassword"})

    with pytest.raises(OrderRejected):
        complete(optional, MODIFY, {})
    assert complete(optional, MODIFY, {"wifiName": "Kodu"}) == {"wifiName": "Kodu"}


@pytest.mark.parametrize(
    ("spec", "allowed", "refused"),
    [
        # The whole value must match, not its beginning.
        (
            {"regex": "[+][1-9][0-9]{4,14}"},
            ["+37251234567"],
            ["+37251234567 ", "+37251234567;x", "x+37251234567", "+37251234567\n", ""],
        ),
        ({"regex": "89[0-9]{16,18}"}, ["8" + "9" * 17], ["89", "8" + "9" * 20]),
        # One line that people see, and not without end.
        ({}, ["Kodu 2,4 GHz", "x" * 200], ["a\nb", "a\x00", "\u202eabc", "x" * 201]),
        (
            {"characteristicValueSpecification": [{"value": "a"}, {"value": "b"}]},
            ["a", "b"],
            ["A", "ab", ""],
        ),
        ({"valueType": "integer"}, [2**53 - 1, 1 - 2**53], [2**53, -(2**53)]),
        ({"valueType": "Boolean"}, [True, False], [1, "true", None]),
        (
            {
                "valueType": "INTEGER",
                "characteristicValueSpecification": [
                    {"valueFrom": 0, "valueTo": 10, "rangeInterval": "open"},
                    {"valueFrom": 20, "valueTo": 30, "rangeInterval": "closedBottom"},
                    {"valueFrom": 40, "valueTo": 50, "rangeInterval": "closedTop"},
                    {"value": 99},
                ],
            },
            [1, 9, 20, 29, 41, 50, 99],
            [0, 10, 19, 30, 40, 51, 98, 10**30],
        ),
    ],
)
def test_order_2_values_are_allowed_as_the_catalogue_says(
    spec: dict[str, Any], allowed: list[Any], refused: list[Any]
) -> None:
    [characteristic] = with_parameters({"name": "value", **spec}).characteristics

    assert [each for each in allowed if not characteristic.allows(each)] == []
    assert [each for each in refused if characteristic.allows(each)] == []

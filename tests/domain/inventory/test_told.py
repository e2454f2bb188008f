"""order.1: what the operator's systems may tell of characteristics, and where orders differ."""

from collections.abc import Mapping
from typing import Any

import pytest

from domain.accounts import ServiceKind
from domain.inventory.told import ToldDefect, ToldRefusal, defects, told_otherwise

MOBILE, ROUTER = ServiceKind.MOBILE, ServiceKind.ROUTER
R = ToldRefusal


@pytest.mark.parametrize(
    ("kind", "name", "value", "why"),
    [
        (MOBILE, "package", "M", None),
        (MOBILE, "package", None, None),
        (MOBILE, "package", 7, R.TYPE),
        (MOBILE, "package", "a\nb", R.VALUE),
        (MOBILE, "package", "x" * 201, R.VALUE),
        (MOBILE, "spendingLimit", 5000, None),
        (MOBILE, "spendingLimit", "5000", R.TYPE),
        (MOBILE, "spendingLimit", True, R.TYPE),
        (MOBILE, "spendingLimit", 10**13, R.VALUE),
        (MOBILE, "roamingBarred", False, None),
        (MOBILE, "roamingBarred", 0, R.TYPE),
        (MOBILE, "iccid", "8937202000000000001", None),
        (MOBILE, "iccid", "37202", R.VALUE),
        (MOBILE, "eid", "89" + "0" * 30, None),
        (MOBILE, "forwardTo", "+37255500001", None),
        (MOBILE, "forwardTo", "55500001", R.VALUE),
        (MOBILE, "wifiName", "Kodu", R.KIND),
        (ROUTER, "wifiName", "Kodu", None),
        (ROUTER, "wifiPassword", "salajane", R.SECRET),
        (MOBILE, "wifiPassword", None, R.SECRET),
        (MOBILE, "whenReached", "bar", R.UNKNOWN),
    ],
)
def test_order_1_what_may_be_told(
    kind: ServiceKind, name: str, value: object, why: ToldRefusal | None
) -> None:
    found = list(defects(kind, {name: value}))

    named = None if why is R.UNKNOWN else name
    assert found == ([] if why is None else [ToldDefect(why, named)])
    assert all("salajane" not in str(each) and "whenReached" not in str(each) for each in found)


@pytest.mark.parametrize(
    ("wanted", "told", "drift"),
    [
        pytest.param({}, {"package": "M"}, [], id="nothing-ordered"),
        pytest.param({"package": "M"}, {"package": "M"}, [], id="the-same"),
        pytest.param({"package": "M"}, {}, [], id="not-told-is-not-known"),
        pytest.param({"package": "M"}, {"package": "L"}, ["package"], id="another"),
        pytest.param({"package": "M"}, {"package": None}, ["package"], id="told-to-be-none"),
        pytest.param({"dataBoost": None}, {"dataBoost": True}, ["dataBoost"], id="ordered-away"),
        pytest.param({"dataBoost": None}, {"dataBoost": None}, [], id="gone-for-both"),
        pytest.param(
            {"package": "M", "dataBoost": True},
            {"dataBoost": False, "package": "L"},
            ["dataBoost", "package"],
            id="two",
        ),
    ],
)
def test_order_1_what_is_told_differently_than_an_order_set(
    wanted: Mapping[str, Any], told: Mapping[str, Any], drift: list[str]
) -> None:
    assert told_otherwise(wanted, told) == drift

"""order.1: one table says who owns each field of a service, and who sees it."""

from collections.abc import Mapping
from typing import Any

import pytest

from domain.access.permissions import Permission, Role, permissions_of
from domain.inventory.characteristics import (
    BY_NAME,
    CHARACTERISTICS,
    COLUMNS,
    SECRETS,
    DriftPolicy,
    Owner,
    kept,
    should_be,
)

SEEN_BY: Mapping[str, Permission] = {
    "package": Permission.PACKAGE_VIEW,
    "dataBoost": Permission.PACKAGE_VIEW,
    "roamingPass": Permission.PACKAGE_VIEW,
    "spendingLimit": Permission.CREDIT_LIMIT_VIEW,
    "spendingLimitAction": Permission.CREDIT_LIMIT_VIEW,
    "roamingBarred": Permission.RESTRICTION_VIEW,
    "premiumBarred": Permission.RESTRICTION_VIEW,
    "dataBarred": Permission.RESTRICTION_VIEW,
    "outgoingBarred": Permission.RESTRICTION_VIEW,
    "iccid": Permission.SIM_VIEW,
    "simType": Permission.SIM_VIEW,
    "eid": Permission.SIM_VIEW,
    "mobiilIdSim": Permission.SIM_VIEW,
    "forwardTo": Permission.NUMBER_VIEW,
    "forwardWhen": Permission.NUMBER_VIEW,
    "wifiName": Permission.INTERNET_VIEW,
    "wifiPassword": Permission.ROUTER_MANAGE,
}


def test_order_1_every_characteristic_has_the_permission_that_shows_it() -> None:
    assert {each.name: each.permission for each in CHARACTERISTICS} == SEEN_BY


def test_order_1_an_accountant_sees_limits_and_no_sim() -> None:
    held = permissions_of(Role.ACCOUNTANT)

    seen = {name for name, permission in SEEN_BY.items() if permission in held}
    assert seen == {"spendingLimit", "spendingLimitAction"}


def test_order_1_a_name_has_one_owner() -> None:
    assert len(BY_NAME) == len(CHARACTERISTICS)
    assert not BY_NAME.keys() & COLUMNS.keys()


def test_order_1_what_may_not_be_sent_again_is_not_repaired_by_itself() -> None:
    repaired = {each for each in CHARACTERISTICS if each.drift is DriftPolicy.REPAIR}

    assert repaired
    assert all(each.is_resent and each.owner is Owner.ORDERS for each in repaired)


def test_order_1_a_bar_of_the_network_is_never_lifted_without_a_person() -> None:
    bars = [each for each in CHARACTERISTICS if each.name.endswith("Barred")]

    assert {each.drift for each in bars} == {DriftPolicy.PROPOSE}


def test_order_1_secrets_are_never_sent_again_or_kept() -> None:
    assert {"wifiPassword"} == SECRETS
    assert kept({"wifiPassword": "salajane", "wifiName": "Kodu"}) == {"wifiName": "Kodu"}
    assert not any(BY_NAME[name].is_resent for name in SECRETS)


@pytest.mark.parametrize(
    ("wanted", "told", "should"),
    [
        pytest.param({}, {}, {}, id="nothing-known"),
        pytest.param({}, {"package": "M"}, {"package": "M"}, id="told-only"),
        pytest.param({"package": "L"}, {}, {"package": "L"}, id="ordered-only"),
        pytest.param({"package": "L"}, {"package": "M"}, {"package": "L"}, id="orders-own-it"),
        pytest.param({"dataBoost": None}, {"dataBoost": True}, {}, id="ordered-away"),
        pytest.param({"dataBoost": False}, {"dataBoost": True}, {"dataBoost": False}, id="false"),
        pytest.param({}, {"eid": "89" + "0" * 30}, {}, id="the-network-decides"),
        pytest.param({}, {"gone": 1}, {}, id="of-an-older-version"),
    ],
)
def test_order_1_what_a_service_should_be(
    wanted: Mapping[str, Any], told: Mapping[str, Any], should: Mapping[str, Any]
) -> None:
    assert should_be(wanted, told) == should

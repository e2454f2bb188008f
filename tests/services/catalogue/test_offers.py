"""order.3: what the catalogue says about a service is what happens to an order for it."""

import itertools
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest

from domain.access.grants import Grant, Origin
from domain.access.permissions import Role
from domain.accounts import ServiceKind, ServiceStatus
from domain.catalogue.actions import ItemAction
from domain.catalogue.offers import OfferRefusal, WhyNot, offers
from domain.catalogue.orderability import HostService, products_of
from domain.orders.requests import RequestedItem
from domain.reasons import Reason
from services.catalogue.files import read_catalogue
from services.orders.judging import Judge
from services.orders.orderer import NotPermitted, Orderer
from storage.orders.ordered_services import OrderedService

PRODUCTS = {each.product.id: each.product for each in read_catalogue(None)}
ACCOUNT, SERVICE, MARI = UUID(int=1), UUID(int=2), UUID(int=3)
GIVEN: Mapping[str, Mapping[str, Any]] = {
    "call-forwarding": {"forwardTo": "+37255500009"},
    "internet-package": {"package": "internet-300"},
    "mobile-package": {"package": "mobile-l"},
    "number-move": {"fromService": str(UUID(int=4)), "number": "+37255500007"},
    "restrictions": {"dataBarred": True},
    "router-wifi": {"wifiName": "Kodu"},
    "sim-replacement": {"iccid": "8937201000000000017"},
    "spending-limit": {"spendingLimit": 5000},
}
"""What an order states, where it must state something."""
HAS: tuple[Mapping[str, Any], ...] = (
    {},
    {"package": "mobile-m", "dataBoost": True},
    {"package": "sold in 2009", "spendingLimit": 1, "forwardTo": "+37255500009"},
    {"roamingPass": True},
)
GIVER = OrderedService(
    UUID(int=4), UUID(int=5), ServiceKind.MOBILE, ServiceStatus.ACTIVE, {}, {}, "+37255500007"
)
SEES = Grant(
    UUID(int=6),
    Role.USER,
    None,
    Origin.OPERATOR,
    datetime(2026, 1, 1, tzinfo=UTC),
    None,
    Reason("recorded", "The operator gave it"),
)
"""Lets somebody see the service, and order nothing."""
JOINT = Orderer(MARI, [SEES], acts_jointly=lambda: True)
NOBODY = Orderer(MARI, [SEES])


def outcome(
    orderer: Orderer, service: OrderedService, product: str, action: ItemAction
) -> WhyNot | None:
    """Why an order is rejected or not permitted; None: it is taken."""
    given = GIVEN.get(product, {}) if action is ItemAction.MODIFY else {}
    judge = Judge(PRODUCTS, {SERVICE: service, GIVER.id: GIVER}, ACCOUNT, orderer)
    try:
        item = judge.judge(RequestedItem("1", action, product, None, SERVICE, given)).item
    except NotPermitted:
        return OfferRefusal.NOT_PERMITTED
    return item.rejection


@pytest.mark.parametrize("orderer", [JOINT, NOBODY], ids=["permitted", "not permitted"])
def test_order_3_an_order_is_taken_exactly_where_the_catalogue_says_so(orderer: Orderer) -> None:
    compared = 0
    for kind, status, has in itertools.product(ServiceKind, ServiceStatus, HAS):
        held = products_of(PRODUCTS.values(), kind, has)
        host = HostService(kind, status, has, held)
        service = OrderedService(SERVICE, ACCOUNT, kind, status, has, {})
        made = offers(PRODUCTS.values(), host, lambda each: orderer.confirmation_of(each, SERVICE))
        for offer in made:
            for action, why_not in offer.actions.items():
                assert outcome(orderer, service, offer.product.id, action) == why_not
                compared += 1
    assert compared > 500

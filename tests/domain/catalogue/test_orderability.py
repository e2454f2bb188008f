"""What may be ordered for a service as it is."""

from dataclasses import replace
from typing import Any

import pytest

from domain.accounts import ServiceKind, ServiceStatus
from domain.catalogue.actions import ItemAction
from domain.catalogue.orderability import HostService, products_of, why_not
from domain.orders.refusals import OrderRefusal
from tests.builders.products import BOOST, LIMIT, product

ADD, MODIFY, DELETE = ItemAction.ADD, ItemAction.MODIFY, ItemAction.DELETE
EXCLUDES_BOOST = {"serviceSpecRelationship": [{"relationshipType": "exclusivity", "id": "boost"}]}
NEEDS_BOOST = {"serviceSpecRelationship": [{"relationshipType": "dependency", "id": "boost"}]}
INSTEAD = {"serviceSpecRelationship": [{"relationshipType": "substitution", "id": "boost"}]}
NEEDS_CONTRACT = {"orderable": {**LIMIT["orderable"], "needsContract": True}}
HAS_LIMIT = {"spendingLimit": 100}
HAS_BOOST = {"dataBoost": True}


def host(
    characteristics: dict[str, Any],
    kind: ServiceKind = ServiceKind.MOBILE,
    status: ServiceStatus = ServiceStatus.ACTIVE,
) -> HostService:
    """A service that has what these characteristics say."""
    catalogue = [product(LIMIT), product(BOOST)]
    return HostService(kind, status, characteristics, products_of(catalogue, kind, characteristics))


@pytest.mark.parametrize(
    ("base", "changes", "action", "service", "refusal"),
    [
        (LIMIT, {}, MODIFY, host({}), None),
        (LIMIT, {"orderable": False}, MODIFY, host({}), OrderRefusal.PRODUCT_NOT_ORDERABLE),
        (LIMIT, {}, ADD, host({}), OrderRefusal.ACTION_NOT_OFFERED),
        (LIMIT, {}, MODIFY, host({}, kind=ServiceKind.INTERNET), OrderRefusal.SERVICE_KIND),
        (LIMIT, {}, MODIFY, host({}, status=ServiceStatus.ENDED), OrderRefusal.SERVICE_STATE),
        # One that a contract starts is judged as what it will be: the order waits for it.
        (LIMIT, {}, MODIFY, host({}, status=ServiceStatus.PENDING), None),
        (LIMIT, NEEDS_CONTRACT, MODIFY, host({}), OrderRefusal.CONTRACT_MISSING),
        (LIMIT, NEEDS_CONTRACT, MODIFY, replace(host({}), has_contract=True), None),
        # Nobody gets twice what there is once, or loses what they do not have.
        (BOOST, {}, ADD, host({}), None),
        (BOOST, {}, ADD, host(HAS_BOOST), OrderRefusal.ALREADY_HAD),
        (BOOST, {}, DELETE, host(HAS_BOOST), None),
        (BOOST, {}, DELETE, host({}), OrderRefusal.NOT_HAD),
        (LIMIT, {}, DELETE, host({}), OrderRefusal.NOT_HAD),
        (LIMIT, {}, DELETE, host(HAS_LIMIT), None),
        # What other products the service has.
        (LIMIT, EXCLUDES_BOOST, MODIFY, host({}), None),
        (LIMIT, EXCLUDES_BOOST, MODIFY, host(HAS_BOOST), OrderRefusal.EXCLUDED),
        (LIMIT, EXCLUDES_BOOST, DELETE, host(HAS_BOOST | HAS_LIMIT), None),
        (LIMIT, NEEDS_BOOST, MODIFY, host({}), OrderRefusal.NEEDS_OTHER),
        (LIMIT, NEEDS_BOOST, MODIFY, host(HAS_BOOST), None),
        (LIMIT, INSTEAD, MODIFY, host(HAS_BOOST), None),
        # What changes nothing is refused by nothing.
        (LIMIT, {"orderable": False}, ItemAction.NO_CHANGE, host({}), None),
    ],
)
def test_order_2_a_product_is_orderable_by_kind_state_and_other_products(
    base: dict[str, Any],
    changes: dict[str, Any],
    action: ItemAction,
    service: HostService,
    refusal: OrderRefusal | None,
) -> None:
    found = why_not(product(base, **changes), action, service)

    assert (found and found.refusal) == refusal
    names_other = refusal in {OrderRefusal.EXCLUDED, OrderRefusal.NEEDS_OTHER}
    assert (found and found.product) == ("boost" if names_other else None)


@pytest.mark.parametrize(
    ("characteristics", "held"),
    [
        ({}, set()),
        ({"dataBoost": True}, {"boost"}),
        ({"dataBoost": False}, set()),
        ({"dataBoost": None}, set()),
        ({"spendingLimit": 0}, {"limit"}),
        # Also where the value is not sold any more: it is had, and can be deleted.
        ({"spendingLimit": 60000}, {"limit"}),
        ({"spendingLimitAction": "bar"}, set()),
    ],
)
def test_order_2_a_service_has_a_product_whose_required_characteristics_it_has(
    characteristics: dict[str, Any], held: set[str]
) -> None:
    catalogue = [product(LIMIT), product(BOOST), product(LIMIT, id="x", specCharacteristic=[])]

    assert products_of(catalogue, ServiceKind.MOBILE, characteristics) == held


@pytest.mark.parametrize(
    ("changes", "held"),
    [
        ({}, set()),
        ({"orderable": LIMIT["orderable"] | {"kinds": ["internet"]}}, {"limit"}),
        # What cannot be ordered any more is still there.
        ({"orderable": False}, {"limit"}),
    ],
)
def test_order_2_a_service_of_another_kind_has_no_product(
    changes: dict[str, Any], held: set[str]
) -> None:
    made = product(LIMIT, **changes)

    assert products_of([made], ServiceKind.INTERNET, {"spendingLimit": 1}) == held

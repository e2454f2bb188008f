"""order.7: which service may give its number to which, and who may order that."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest

from domain.access.grants import Grant, Origin
from domain.access.permissions import Permission, Role
from domain.accounts import ServiceKind, ServiceStatus
from domain.catalogue.actions import ItemAction
from domain.catalogue.products import Confirmation
from domain.orders.planned_steps import OtherService, PlannedItem, step_of
from domain.orders.requests import RequestedItem
from domain.reasons import Reason
from services.catalogue.files import read_catalogue
from services.orders.judging import Judge, Judged
from services.orders.orderer import NotPermitted, Orderer
from storage.orders.ordered_services import OrderedService

PRODUCTS = {each.product.id: each.product for each in read_catalogue(None)}
HERE, THERE, MARI, NUMBER = UUID(int=1), UUID(int=2), UUID(int=3), "+37255500001"
TAKER = OrderedService(UUID(int=11), HERE, ServiceKind.MOBILE, ServiceStatus.ACTIVE, {}, {})
GIVER = replace(TAKER, id=UUID(int=12), account_id=THERE, number=NUMBER)
OPERATOR = Orderer(None)
GRANT = Grant(
    UUID(int=7),
    Role.USER,
    None,
    Origin.OPERATOR,
    datetime(2026, 1, 1, tzinfo=UTC),
    None,
    Reason("given", "Given"),
)
ORDER, VIEW, END = Permission.SERVICE_ORDER, Permission.SERVICE_VIEW, Permission.CONTRACT_END


def judged(orderer: Orderer = OPERATOR, giver: OrderedService = GIVER, **given: Any) -> Judged:
    """An order that the first service takes the number of the other."""
    parameters = {"fromService": str(GIVER.id)} | given
    wanted = RequestedItem("1", ItemAction.MODIFY, "number-move", None, TAKER.id, parameters)
    services = {each.id: each for each in (giver, TAKER)}
    return Judge(PRODUCTS, services, HERE, orderer).judge(wanted)


def test_order_7_the_operator_moves_a_number_and_both_services_are_in_the_order() -> None:
    item = judged().item
    planned = PlannedItem(
        1, TAKER.id, "old", frozenset(), False, item.steps, OtherService(GIVER.id, "new")
    )
    steps = [step_of(UUID(int=5), HERE, planned, each) for each in item.steps]

    assert item.rejection is None
    assert item.confirm is Confirmation.NOTHING
    assert item.other_service_id == GIVER.id
    assert item.parameters == {"fromService": str(GIVER.id), "number": NUMBER}
    assert [(each.action, each.service_id, each.destination) for each in steps] == [
        ("read-from.1", GIVER.id, "new"),
        ("release.1", GIVER.id, "new"),
        ("take.1", TAKER.id, "old"),
    ]


@pytest.mark.parametrize(
    ("giver", "given", "code"),
    [
        ({"status": ServiceStatus.ENDED}, {}, "service_state"),
        ({"kind": ServiceKind.MOBIIL_ID}, {}, "service_kind"),
        ({"number": None}, {}, "parameter_value"),
        ({"id": UUID(int=99)}, {}, "service_unknown"),
        ({}, {"fromService": str(TAKER.id)}, "parameter_value"),
        ({}, {"fromService": "+37255500001"}, "parameter_value"),
        ({}, {"fromService": None}, "parameter_value"),
        # Which number it is, the service says.
        ({}, {"number": "+37255500009"}, "parameter_value"),
        ({}, {"number": "55500001"}, "parameter_value"),
    ],
    ids=str,
)
def test_order_7_a_service_that_cannot_give_a_number_is_rejected(
    giver: dict[str, Any], given: dict[str, Any], code: str
) -> None:
    item = judged(giver=replace(GIVER, **giver), **given).item

    assert item.rejection is not None
    assert item.rejection.refusal == code
    assert item.rejection.about == ("number" if "number" in given else "fromService")
    assert (item.parameters, item.other_service_id) == ({}, None)


def person(
    here: Sequence[Permission], there: Sequence[Permission], *, jointly: bool = False
) -> Orderer:
    """A person with these permissions on the account that takes and on the one that gives."""

    def held(permissions: Sequence[Permission]) -> list[Grant]:
        listed = frozenset(permissions)
        return [replace(GRANT, frozen=listed)] if listed else []

    return Orderer(
        MARI, held(here), lambda: jointly, lambda account: held(there) if account == THERE else []
    )


@pytest.mark.parametrize(
    ("orderer", "result"),
    [
        (person([ORDER], [VIEW, END]), None),
        # Whether there is such a service is told to those only who see it.
        (person([ORDER], []), "service_unknown"),
        (person([ORDER], [END]), "service_unknown"),
        (person([ORDER], [VIEW]), END),
        (person([VIEW], [VIEW, END]), ORDER),
        (person([VIEW], []), ORDER),
        (person([], []), "service_unknown"),
        (person([ORDER], [VIEW], jointly=True), END),
        (person([VIEW], [VIEW], jointly=True), END),
        (person([VIEW], [], jointly=True), "service_unknown"),
    ],
)
def test_order_7_a_person_needs_both_accounts(orderer: Orderer, result: str | None) -> None:
    if isinstance(result, Permission):
        with pytest.raises(NotPermitted) as lacking:
            judged(orderer)
        assert lacking.value.permission is result
        return
    item = judged(orderer).item

    assert (item.rejection and item.rejection.refusal) == result
    assert result is not None or (item.confirm, item.giver_confirms) == (Confirmation.OWN, False)


TAKES, SEES = person([ORDER], []), person([ORDER], [VIEW])
GROUP = person([VIEW], [], jointly=True)


@pytest.mark.parametrize("orderer", [TAKES, SEES, GROUP])
@pytest.mark.parametrize(
    ("giver", "stated", "is_there"),
    [
        ({}, NUMBER, True),
        # Whoever orders gets the same answer whatever is behind the number.
        ({}, "+37255500009", False),
        ({"id": UUID(int=99)}, NUMBER, False),
        ({"status": ServiceStatus.ENDED}, NUMBER, False),
        ({"kind": ServiceKind.MOBIIL_ID}, NUMBER, False),
        ({"number": None}, NUMBER, False),
    ],
    ids=str,
)
def test_order_7_who_states_a_number_that_another_is_to_let_go_gets_one_answer(
    orderer: Orderer, giver: dict[str, Any], stated: str, is_there: bool
) -> None:
    item = judged(orderer, replace(GIVER, **giver), number=stated).item
    needs = Confirmation.GROUP if orderer is GROUP else Confirmation.OWN

    assert (item.rejection, item.giver_confirms, item.confirm) == (None, True, needs)
    assert item.parameters == {"fromService": str(GIVER.id), "number": stated}
    assert item.other_service_id == (GIVER.id if is_there else None)


def test_order_7_the_operator_and_who_may_let_it_go_ask_nobody() -> None:
    for orderer in (OPERATOR, person([ORDER], [VIEW, END])):
        item = judged(orderer, number=NUMBER).item
        assert (item.rejection, item.giver_confirms) == (None, False)
        assert item.other_service_id == GIVER.id

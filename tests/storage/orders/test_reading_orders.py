"""What effects, the workflow and views read of orders."""

from uuid import uuid4

import pytest

from domain.catalogue.products import Refusal
from domain.orders.notes import NewNote
from domain.orders.refusals import OrderRefusal, Rejection
from domain.orders.states import OrderState
from domain.provisioning.steps import Step
from storage.orders import item_steps, order_views, plan_queries
from storage.orders.item_steps import ItemStepRow
from storage.provisioning import network_ids
from tests.builders.orders import BILL, OWNER, SET, Orders, of, planned
from tests.builders.rows import put_service, rows, service
from tests.builders.step_runner import NO

S = OrderState


def read(orders: Orders, step: Step) -> ItemStepRow:
    with orders.database.transaction() as session:
        return item_steps.step_of(session, step)


def test_order_4_an_effect_reads_its_item_which_has_begun_then(orders: Orders) -> None:
    values = {"package": "m", "spendingLimit": 5000}
    order = orders.begun(of(0, parameters=values), of(1))

    found = read(orders, orders.step(order, "bill.1"))
    again = read(orders, orders.step(order, "bill.1"))

    assert (found.order_id, found.number, found.product) == (order, 1, "p")
    assert (found.values, found.planned.id) == (values, "bill")
    assert found.service is not None
    assert found.service.known_as == str(service(0, OWNER).id)
    assert again == found
    assert orders.items(order) == [S.IN_PROGRESS, S.ACKNOWLEDGED]


def test_order_4_a_step_that_undoes_another_reads_the_same_item(orders: Orders) -> None:
    order = orders.begun(of(0))

    found = read(orders, orders.step(order, "undo-set.1"))

    assert (found.number, found.planned) == (1, SET)


def test_order_4_the_id_of_a_service_in_its_network_is_kept_for_later_steps(
    orders: Orders,
) -> None:
    order = orders.begun(of(0))
    with orders.database.transaction() as session:
        network_ids.keep(session, service(0, OWNER).id, "NET-7")

    found = read(orders, orders.step(order, "set.1")).service

    assert found is not None
    assert (found.known_as, found.is_ended) == ("NET-7", False)
    put_service(orders.database, service(0, OWNER, status="ended"))
    ended = read(orders, orders.step(order, "set.1")).service
    assert ended is not None
    assert ended.is_ended


def test_order_4_a_step_that_the_order_does_not_have_is_not_read(orders: Orders) -> None:
    order = orders.begun(of(0))
    step = orders.step(order, "set.1")

    for unknown in (
        Step(step.process, order, "other.1"),
        Step(step.process, order, "set.2"),
        Step(step.process, uuid4(), "set.1"),
    ):
        with pytest.raises(LookupError):
            read(orders, unknown)
    with orders.database.reading() as connection, pytest.raises(LookupError):
        plan_queries.plan_of(connection, uuid4())


def test_order_9_orders_are_shown_as_they_were_asked_with_what_became_of_them(
    orders: Orders,
) -> None:
    rejected = orders.insert(of(0, rejection=Rejection(OrderRefusal.PARAMETER_VALUE, "package")))
    order = orders.insert(
        of(0, document={"note": "x"}),
        of(0, after=("a",)),
        external_id="P-1",
        description="uus pakett",
        document={"relatedParty": []},
        notes=[NewNote("t", "n", "a"), NewNote("u")],
    )

    with orders.database.reading() as connection:
        found = order_views.of_ids(connection, [order, rejected, uuid4()])

    assert {each.id for each in found} == {order, rejected}
    shown = orders.shown(order)
    assert (shown.external_id, shown.description) == ("P-1", "uus pakett")
    assert (shown.document, shown.items[0].document) == ({"relatedParty": []}, {"note": "x"})
    assert [(each.id, each.after) for each in shown.items] == [("a", ()), ("b", (1,))]
    assert [(each.id, each.text) for each in shown.notes] == [("n", "t"), (None, "u")]
    (item,) = orders.shown(rejected).items
    assert (item.error, item.error_about) == (OrderRefusal.PARAMETER_VALUE, "package")


def test_order_10_an_item_is_shown_with_the_step_that_it_is_at(orders: Orders) -> None:
    failing = planned("check", can_undo=False, refusal=Refusal.FAIL)
    order = orders.begun(of(0, steps=(SET, failing, BILL)), of(1), of(2))
    behind = orders.begun(of(2))
    orders.attempt(order, "set.1")
    orders.attempt(order, "check.1", NO)
    orders.attempt(order, "set.2", NO)
    orders.attempt(behind, "set.1")

    failed, stuck, asked = orders.shown(order).items
    (waiting,) = orders.shown(behind).items

    assert [(each.refused_code, each.waits_for) for each in (failed, stuck, asked, waiting)] == [
        ("refused", None),
        ("refused", None),
        (None, None),
        (None, "order"),
    ]
    assert (stuck.target, stuck.refused_detail) == ("network", "noSuchThing")
    assert rows(orders.database, "SELECT FROM stuck WHERE state = 'stuck'") == [()]

"""When an order begins, and when it never does: every way to begin asks the same questions."""

from datetime import UTC, datetime, timedelta

from structlog.testing import capture_logs

from domain.orders.amendments import Amendable, Amendment
from domain.orders.states import OrderState
from services.parties.people import ensure_person
from storage.orders import amending, cancelling, deleting, due
from tests.builders.orders import PORTAL, SET, Orders, of
from tests.builders.people import JAAN
from tests.builders.rows import carry_out

S = OrderState
TOMORROW = datetime.now(UTC) + timedelta(days=1)


def broken(orders: Orders, **more: object) -> object:
    order = orders.insert(of(1), **more)  # type: ignore[arg-type]
    sql = "UPDATE service_order_item SET plan = '[{}]' WHERE order_id = :id"
    carry_out(orders.database, sql, id=order)
    return order


def test_order_4_a_start_that_is_moved_to_now_begins_only_what_its_orderer_still_may(
    orders: Orders,
) -> None:
    order = orders.insert(of(0), start=TOMORROW, person_id=ensure_person(orders.database, JAAN))
    sql = "UPDATE service_order_item SET permission = 'service:order'"
    carry_out(orders.database, sql)

    with orders.database.transaction() as session:
        amending.amend(session, order, Amendment({Amendable.REQUESTED_START: None}), PORTAL)

    assert (orders.state(order), orders.shown(order).began_at) == (S.CANCELLED, None)
    assert orders.shown(order).cancel_reason == "order_permission_lost"


def test_order_4_an_order_whose_dependency_is_gone_is_cancelled(orders: Orders) -> None:
    """It was placed while the other was deleted: neither saw the other."""
    first = orders.insert(of(0), start=TOMORROW)
    with orders.database.transaction() as session:
        deleting.delete(session, first, PORTAL)
    second = orders.insert(of(1), depends_on=[first])

    assert not orders.begin(second)
    with orders.database.transaction() as session:
        assert due.cancel_hopeless(session) == 1

    assert orders.state(second) is S.CANCELLED


def test_order_4_an_order_ends_although_one_that_waits_for_it_cannot_begin(orders: Orders) -> None:
    first = orders.begun(of(0, steps=(SET,)))
    bad, good = broken(orders, depends_on=[first]), orders.insert(of(2), depends_on=[first])
    orders.attempt(first, "set.1")

    with capture_logs() as lines:
        assert orders.end(first)

    assert [each["order_id"] for each in lines if "order_id" in each] == [str(bad)]
    assert orders.shown(good).began_at is not None


def test_order_5_an_order_whose_cancel_is_due_never_begins(orders: Orders) -> None:
    order = orders.insert(of(0), start=TOMORROW)
    orders.cancel(order, at=TOMORROW)
    carry_out(orders.database, "UPDATE order_cancel SET requested_at = now()")
    carry_out(orders.database, "UPDATE service_order SET requested_start_at = now()")

    with orders.database.transaction() as session:
        assert due.begin(session) == 0
    with orders.database.transaction() as session:
        assert cancelling.assess_due(session) == 1

    assert orders.state(order) is S.CANCELLED

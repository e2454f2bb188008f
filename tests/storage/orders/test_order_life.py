"""The life of an order in the database: its states follow its steps, in the same transactions."""

from datetime import UTC, datetime, timedelta

import pytest
from structlog.testing import capture_logs

from domain.catalogue.actions import ItemAction
from domain.catalogue.products import Confirmation, Refusal
from domain.orders.refusals import OrderRefusal, Rejection
from domain.orders.states import OrderState
from domain.orders.tasks import CancelTaskState
from domain.provisioning.steps import Decision, Done
from storage.orders import cancelling, due, ending, jeopardy
from storage.orders.cancelling import CancelOpen, OrderOver
from tests.builders.orders import BILL, PORTAL, SET, TELL, Orders, of, planned
from tests.builders.rows import carry_out, rows
from tests.builders.step_runner import LOST, NO

S = OrderState
TOMORROW = datetime.now(UTC) + timedelta(days=1)


def test_order_4_an_order_is_completed_when_its_items_are(orders: Orders) -> None:
    order = orders.begun(of(0, parameters={"package": "m"}), of(1, after=("a",)))
    assert (orders.state(order), orders.items(order)) == (S.ACKNOWLEDGED, [S.ACKNOWLEDGED] * 2)

    orders.attempt(order, "set.1")
    assert (orders.state(order), orders.items(order)) == (
        S.IN_PROGRESS,
        [S.IN_PROGRESS, S.ACKNOWLEDGED],
    )
    orders.attempt(order, "bill.1")
    assert (orders.state(order), orders.items(order)) == (
        S.IN_PROGRESS,
        [S.COMPLETED, S.ACKNOWLEDGED],
    )
    orders.attempt(order, "set.2")
    orders.attempt(order, "bill.2")
    assert orders.end(order)

    assert orders.passed(order) == ["acknowledged", "inProgress", "completed"]
    shown = orders.shown(order)
    assert [each.item for each in shown.milestones] == [1, 2]
    assert shown.ended_at is not None
    (is_wanted,) = rows(orders.database, "SELECT wanted FROM service WHERE wanted_version = 1")
    assert is_wanted.wanted == {"package": "m"}
    (process,) = rows(orders.database, "SELECT ended_at FROM process WHERE id = :id", id=order)
    assert process.ended_at is not None


def test_order_4_a_stuck_step_holds_the_order_until_an_operator_decides(orders: Orders) -> None:
    order = orders.begun(of(0))

    orders.attempt(order, "set.1", NO)
    held = orders.state(order)
    orders.harness.decide(orders.step(order, "set.1"), Decision.RETRY)
    orders.attempt(order, "set.1")

    assert (held, orders.state(order)) == (S.HELD, S.IN_PROGRESS)
    assert orders.passed(order) == ["acknowledged", "inProgress", "held", "inProgress"]


def test_order_4_one_stuck_item_does_not_hold_an_order_that_goes_on(orders: Orders) -> None:
    order = orders.begun(of(0), of(1))

    orders.attempt(order, "set.1", NO)
    orders.attempt(order, "set.2")

    assert (orders.state(order), orders.items(order)) == (S.IN_PROGRESS, [S.HELD, S.IN_PROGRESS])


def test_order_4_a_refusal_fails_its_item_and_the_order_is_partial(orders: Orders) -> None:
    checked = of(0, steps=(SET, planned("check", can_undo=False, refusal=Refusal.FAIL), BILL))
    order = orders.begun(checked, of(1))
    for action in ("set.2", "bill.2", "set.1"):
        orders.attempt(order, action)

    orders.attempt(order, "check.1", NO)
    undoing = orders.items(order)
    assert not orders.end(order)
    orders.attempt(order, "undo-set.1")

    assert orders.end(order)
    assert (undoing, orders.items(order)) == ([S.IN_PROGRESS, S.COMPLETED], [S.FAILED, S.COMPLETED])
    assert orders.passed(order) == ["acknowledged", "inProgress", "partial"]
    assert orders.shown(order).items[0].refused_detail == "noSuchThing"
    assert rows(orders.database, "SELECT FROM stuck") == []


def test_order_4_what_came_after_a_failed_item_is_cancelled(orders: Orders) -> None:
    failing = of(0, steps=(planned("set", refusal=Refusal.FAIL), BILL))
    order = orders.begun(failing, of(1, after=("a",)))

    orders.attempt(order, "set.1", NO)
    assert orders.end(order)

    assert (orders.state(order), orders.items(order)) == (S.FAILED, [S.FAILED, S.CANCELLED])


def test_order_4_an_operators_abort_ends_the_item_cancelled_after_its_undo(orders: Orders) -> None:
    order = orders.begun(of(0))
    orders.attempt(order, "set.1")
    orders.attempt(order, "bill.1", NO)

    orders.harness.decide(orders.step(order, "bill.1"), Decision.ABORT)
    orders.attempt(order, "bill.1")
    assert orders.state(order) is S.IN_PROGRESS
    orders.attempt(order, "undo-set.1")
    orders.end(order)

    assert orders.passed(order)[-1] == "cancelled"


def test_order_4_an_item_without_change_is_completed_at_once(orders: Orders) -> None:
    order = orders.begun(of(0, steps=(), action=ItemAction.NO_CHANGE))

    assert orders.passed(order) == ["acknowledged", "inProgress", "completed"]
    assert orders.end(order)


def test_order_4_a_rejected_order_has_every_item_rejected_and_never_begins(orders: Orders) -> None:
    wrong = of(0, rejection=Rejection(OrderRefusal.PARAMETER_VALUE, "monthlyLimit"))

    order = orders.insert(wrong, of(1))

    shown = orders.shown(order)
    assert (shown.state, orders.items(order)) == (S.REJECTED, [S.REJECTED] * 2)
    assert [each.error for each in shown.items] == [OrderRefusal.PARAMETER_VALUE, None]
    assert not orders.begin(order)
    assert orders.passed(order) == ["rejected"]


def test_order_4_an_order_that_waits_for_a_confirmation_is_pending(orders: Orders) -> None:
    order = orders.insert(of(0, confirm=Confirmation.OWN), of(1))
    orders.refresh(order)
    begun_early = orders.begin(order)

    carry_out(orders.database, "UPDATE service_order SET confirmed_at = now()")
    assert orders.begin(order)

    assert not begun_early
    assert orders.passed(order) == ["acknowledged", "inProgress", "pending", "inProgress"]


def test_order_4_an_expected_time_that_moves_comes_with_a_note(orders: Orders) -> None:
    waited = orders.insert(of(0, confirm=Confirmation.OWN))
    ago = (
        "ordered_at = ordered_at - interval '1 hour', expected_at = expected_at - interval '1 hour'"
    )
    carry_out(orders.database, f"UPDATE service_order SET confirmed_at = now(), {ago}")

    assert orders.begin(waited)

    (note,) = orders.shown(waited).notes
    assert "expected completion has moved" in note.text
    assert orders.shown(orders.begun(of(1))).notes == ()


def test_order_4_an_order_with_a_later_start_takes_its_places_then(orders: Orders) -> None:
    later = orders.insert(of(0), start=TOMORROW)
    assert not orders.begin(later)
    now = orders.begun(of(0))
    orders.attempt(now, "set.1")
    carry_out(
        orders.database,
        "UPDATE service_order SET requested_start_at = now() WHERE id = :id",
        id=later,
    )

    with orders.database.transaction() as session:
        assert due.begin(session) == 1

    with orders.database.reading() as connection:
        assert due.age(connection) == 0
    orders.attempt(later, "set.1")
    assert orders.harness.row(orders.step(later, "set.1")).waits_for == "order"
    assert orders.state(later) is S.ACKNOWLEDGED


def test_order_4_one_order_that_cannot_begin_does_not_hold_up_the_others(orders: Orders) -> None:
    broken, good = orders.insert(of(0)), orders.insert(of(1))
    carry_out(
        orders.database,
        "UPDATE service_order_item SET plan = '[{}]' WHERE order_id = :id",
        id=broken,
    )

    with orders.database.transaction() as session, capture_logs() as lines:
        assert due.begin(session) == 1

    assert (orders.shown(broken).began_at, lines[0]["order_id"]) == (None, str(broken))
    assert orders.shown(good).began_at is not None


def test_order_4_an_order_begins_when_the_one_it_depends_on_is_completed(orders: Orders) -> None:
    first = orders.begun(of(0, steps=(SET,)))
    second = orders.insert(of(1), depends_on=[first])
    assert not orders.begin(second)

    orders.attempt(first, "set.1")
    orders.end(first)

    assert orders.shown(second).began_at is not None


def test_order_4_an_order_is_cancelled_when_the_one_it_depends_on_fails(orders: Orders) -> None:
    first = orders.begun(of(0))
    second = orders.insert(of(1), depends_on=[first])
    third = orders.insert(of(2), depends_on=[second])

    orders.cancel(first)
    orders.end(first)

    assert [orders.state(each) for each in (first, second, third)] == [S.CANCELLED] * 3
    assert orders.shown(second).cancel_reason == "order_dependency_ended"


def test_order_4_an_order_that_came_too_late_to_be_told_is_found_by_the_sweep(
    orders: Orders,
) -> None:
    first = orders.insert(of(0, rejection=Rejection(OrderRefusal.SERVICE_KIND)))
    second = orders.insert(of(1), depends_on=[first])

    with orders.database.transaction() as session:
        assert due.cancel_hopeless(session) == 1

    assert orders.state(second) is S.CANCELLED


def test_order_4_expected_time_that_runs_out_alerts_once(orders: Orders) -> None:
    late, good = orders.begun(of(0)), orders.begun(of(1))
    carry_out(
        orders.database,
        "UPDATE service_order SET expected_at = now() - interval '1 minute' WHERE id = :id",
        id=late,
    )

    counts = []
    for _ in range(2):
        with orders.database.transaction() as session:
            counts.append(jeopardy.alert(session))

    assert (counts, len(orders.shown(late).alerts)) == ([1, 0], 1)
    assert orders.shown(good).alerts == ()
    assert orders.state(late) is S.ACKNOWLEDGED


def test_order_5_what_has_not_begun_is_cancelled_at_once(orders: Orders) -> None:
    order = orders.insert(of(0), start=TOMORROW)

    task = orders.cancel(order)

    assert (task.state, orders.items(order)) == (CancelTaskState.DONE, [S.CANCELLED])
    assert task.effective_at is not None
    with pytest.raises(OrderOver):
        orders.cancel(order)


def test_order_5_what_was_done_is_undone_before_the_order_is_cancelled(orders: Orders) -> None:
    order = orders.begun(of(0), of(1))
    orders.attempt(order, "set.1")

    task = orders.cancel(order)
    assert (task.state, task.effective_at) == (CancelTaskState.DONE, None)
    assert (orders.state(order), orders.items(order)) == (
        S.PENDING_CANCELLATION,
        [S.PENDING_CANCELLATION, S.CANCELLED],
    )
    with pytest.raises(CancelOpen):
        orders.cancel(order)
    assert not orders.end(order)
    orders.attempt(order, "undo-set.1")

    assert orders.end(order)
    assert orders.passed(order) == [
        "acknowledged",
        "inProgress",
        "assessingCancellation",
        "pendingCancellation",
        "cancelled",
    ]
    assert orders.task(task.id).effective_at is not None


def test_order_5_past_the_point_of_no_return_the_rest_is_cancelled_and_the_order_is_partial(
    orders: Orders,
) -> None:
    order = orders.begun(of(0, steps=(SET, BILL, TELL)), of(1))
    orders.attempt(order, "set.1")
    orders.attempt(order, "bill.1")

    task = orders.cancel(order)
    assert (task.state, orders.state(order)) == (CancelTaskState.DONE, S.IN_PROGRESS)
    assert "point of no return" in task.completion_message
    orders.attempt(order, "tell.1")
    orders.end(order)

    assert orders.items(order) == [S.COMPLETED, S.CANCELLED]
    assert orders.passed(order) == [
        "acknowledged",
        "inProgress",
        "assessingCancellation",
        "inProgress",
        "partial",
    ]


def test_order_5_a_point_of_no_return_in_doubt_is_assessed_first(orders: Orders) -> None:
    order = orders.begun(of(0))
    orders.attempt(order, "set.1")
    orders.attempt(order, "bill.1", LOST)

    task = orders.cancel(order)
    assert (task.state, orders.state(order)) == (
        CancelTaskState.IN_PROGRESS,
        S.ASSESSING_CANCELLATION,
    )
    orders.attempt(order, "bill.1", when_asked=None)
    orders.refresh(order)  # as the process does when an item is carried out no further
    assert (orders.state(order), orders.task(task.id).state) == (
        S.PENDING_CANCELLATION,
        CancelTaskState.DONE,
    )
    orders.attempt(order, "undo-set.1")
    assert orders.end(order)

    assert orders.state(order) is S.CANCELLED


def test_order_5_a_point_of_no_return_that_was_passed_denies_the_cancellation(
    orders: Orders,
) -> None:
    order = orders.begun(of(0), of(1))
    orders.attempt(order, "set.1")
    orders.attempt(order, "bill.1", LOST)

    task = orders.cancel(order)
    orders.attempt(order, "bill.1", when_asked=Done())
    assert orders.end(order)

    assert orders.items(order) == [S.COMPLETED, S.CANCELLED]
    assert orders.passed(order)[-3:] == ["assessingCancellation", "inProgress", "partial"]
    assert "point of no return" in orders.task(task.id).completion_message


def test_order_5_a_cancel_for_later_is_assessed_then(orders: Orders) -> None:
    order = orders.begun(of(0))
    task = orders.cancel(order, at=TOMORROW)
    before = orders.state(order)
    carry_out(orders.database, "UPDATE order_cancel SET requested_at = now()")

    with orders.database.transaction() as session:
        assert cancelling.assess_due(session) == 1
    orders.end(order)

    assert (task.state, before) == (CancelTaskState.ACCEPTED, S.ACKNOWLEDGED)
    assert orders.state(order) is S.CANCELLED


def test_order_5_an_order_that_ends_before_its_cancel_is_due_was_over(orders: Orders) -> None:
    order = orders.begun(of(0))
    task = orders.cancel(order, at=TOMORROW)

    for action in ("set.1", "bill.1"):
        orders.attempt(order, action)
    orders.end(order)

    assert orders.state(order) is S.COMPLETED
    found = orders.task(task.id)
    assert (found.state, found.effective_at) == (CancelTaskState.TERMINATED_WITH_ERROR, None)
    assert "over" in found.completion_message


def test_order_5_an_order_that_operations_close_while_it_is_assessed_is_cancelled(
    orders: Orders,
) -> None:
    order = orders.begun(of(0))
    orders.attempt(order, "set.1")
    orders.attempt(order, "bill.1", LOST)
    task = orders.cancel(order)

    with orders.database.transaction() as session:
        ending.close(session, order, PORTAL)

    assert orders.passed(order)[-3:] == [
        "assessingCancellation",
        "pendingCancellation",
        "cancelled",
    ]
    assert orders.task(task.id).state is CancelTaskState.DONE

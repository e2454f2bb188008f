"""Steps whose refusal fails their item, without a decision."""

from uuid import uuid4

from activities.provisioning.effect import Outcome, OutcomeKind
from domain.provisioning.targets import Target, TargetKind
from domain.provisioning.undoing import UndoReason
from storage.provisioning import step_order, undoing
from storage.provisioning.step_order import PlacedStep
from tests.builders.rows import rows
from tests.builders.step_runner import NO, Doing, StepHarness, kind, step
from workflows.provisioning.item_process import undoing as undo_of

NETWORK = Target.of(TargetKind.NETWORK)


def test_order_4_a_refusal_may_fail_its_item_while_others_go_on(harness: StepHarness) -> None:
    process_id = uuid4()
    done, failing, after = (
        step(action, process_id, item="1", refusal_fails=action == "b", can_undo=True)
        for action in "abc"
    )
    other = step("d", process_id, item="2")
    with harness.database.transaction() as session:
        placed = [PlacedStep(each, NETWORK) for each in (done, failing, after, other)]
        step_order.add_all(session, placed, "w")
    assert kind(harness.carry_out(done, Doing())) is OutcomeKind.DONE

    refused = harness.carry_out(failing, Doing(NO))

    assert refused == Outcome(kind=OutcomeKind.ABORTED, undo_reason=UndoReason.FAILED)
    assert kind(harness.carry_out(after, unsent := Doing())) is OutcomeKind.ABORTED
    assert (harness.row(failing).code, unsent.keys) == ("refused", [])
    assert kind(harness.carry_out(other, Doing())) is OutcomeKind.DONE
    assert rows(harness.database, "SELECT FROM stuck") == []
    with harness.database.transaction() as session:
        assert undoing.to_undo(session, process_id, ["a", "b", "c"], "1") == ["a"]


def test_order_4_a_refused_undo_of_such_a_step_waits_for_an_operator(harness: StepHarness) -> None:
    one = step(item="1", refusal_fails=True, can_undo=True)
    with harness.database.transaction() as session:
        step_order.add_all(session, [PlacedStep(one, NETWORK)], "w")
    harness.carry_out(one, Doing())
    with harness.database.transaction() as session:
        undoing.want(session, one.process_id, UndoReason.CANCELLED)

    assert kind(harness.carry_out(undo_of(one), Doing(NO))) is OutcomeKind.STUCK

"""Urgent steps overtake what is stuck or not yet sent on their resource, and nothing else."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from uuid import uuid4

import pytest

from activities.provisioning.effect import OutcomeKind
from domain.provisioning.step_rules import StepRules
from domain.provisioning.steps import Accepted, Answer, Decision, Done, Step, StepState
from domain.provisioning.targets import Target, TargetKind
from domain.provisioning.undoing import UndoReason
from storage import locks
from storage.locks import Purpose
from storage.provisioning import step_order, steps, undoing
from storage.provisioning.step_order import PlacedStep
from tests.builders.rows import wait_until_blocked
from tests.builders.step_runner import (
    AT_ONCE,
    BUSY,
    LOST,
    NO,
    Doing,
    StepHarness,
    add_steps,
    kind,
    step,
)
from tests.fixtures.patience import PATIENCE
from workflows.provisioning.item_process import undoing as undo_of

PATIENT = StepRules(stuck_after=timedelta(hours=1), pause_after=10**6)
NETWORK = Target.of(TargetKind.NETWORK)


def not_sent(harness: StepHarness, one: Step) -> None:
    pass


def refused(harness: StepHarness, one: Step) -> None:
    assert kind(harness.carry_out(one, Doing(NO))) is OutcomeKind.STUCK


def in_trouble(harness: StepHarness, one: Step) -> None:
    harness.carry_out(one, Doing(BUSY))


def done(harness: StepHarness, one: Step) -> None:
    harness.carry_out(one, Doing())


def stuck_in_doubt(harness: StepHarness, one: Step) -> None:
    StepHarness(harness.database, AT_ONCE).carry_out(one, Doing(LOST))


def sending(harness: StepHarness, one: Step) -> None:
    with harness.database.transaction() as session:
        steps.mark_sending(session, one.id)


def accepted(harness: StepHarness, one: Step) -> None:
    harness.carry_out(one, Doing(Accepted()))


def in_doubt(harness: StepHarness, one: Step) -> None:
    harness.carry_out(one, Doing(LOST))


def stuck_and_sent_again(harness: StepHarness, one: Step) -> None:
    refused(harness, one)
    sending(harness, one)


def retried_and_accepted(harness: StepHarness, one: Step) -> None:
    refused(harness, one)
    harness.decide(one, Decision.RETRY)
    harness.carry_out(one, Doing(Accepted()))


@pytest.mark.parametrize(
    ("before", "overtakes"),
    [
        (not_sent, True),
        (refused, True),
        (in_trouble, True),
        (done, True),
        (stuck_in_doubt, True),
        (sending, False),
        (accepted, False),
        (in_doubt, False),
        (stuck_and_sent_again, False),
        (retried_and_accepted, False),
    ],
)
def test_step_1_an_urgent_step_overtakes_what_is_stuck_or_not_sent(
    harness: StepHarness, before: Callable[[StepHarness, Step], None], overtakes: bool
) -> None:
    """What is in flight is found out first, and does not wait for the urgent one in turn."""
    patient = StepHarness(harness.database, PATIENT)
    one, bar = step(resource="service/1"), step("bar", resource="service/1", urgent=True)
    add_steps(harness.database, one)
    before(patient, one)
    add_steps(harness.database, bar)
    outcome = patient.carry_out(bar, Doing())
    assert kind(outcome) is (OutcomeKind.DONE if overtakes else OutcomeKind.WAITING)
    assert patient.row(one).is_overtaken is overtakes
    later = patient.carry_out(one, Doing(when_asked=Done()))
    if overtakes:  # it waits until the urgent process is over, unless it is settled or stuck
        assert kind(later) is not OutcomeKind.DONE or patient.row(one).state == "done"
        assert patient.row(one).attempts <= 1
    else:
        assert kind(later) is OutcomeKind.DONE
        assert kind(patient.carry_out(bar, Doing())) is OutcomeKind.DONE


def test_step_1_the_overtaken_looks_again_in_both_directions(harness: StepHarness) -> None:
    process_id = uuid4()
    one, two = (step(name, process_id, resource="service/1") for name in ("one", "two"))
    bar = step("bar", resource="service/1", urgent=True)
    add_steps(harness.database, one, two)
    effects = [Doing(), Doing(), Doing(), Doing()]
    harness.carry_out(one, effects[0])
    add_steps(harness.database, bar)
    harness.carry_out(bar, Doing())
    assert kind(harness.carry_out(two, effects[1])) is OutcomeKind.WAITING
    assert effects[1].seen == []
    with harness.database.transaction() as session:
        undoing.drop_unfinished(session, bar.process_id)
    harness.carry_out(two, effects[1])
    with harness.database.transaction() as session:
        undoing.want(session, process_id, UndoReason.ABORTED)
        assert undoing.to_undo(session, process_id, ["one", "two"]) == ["two", "one"]
    for each, effect in ((two, effects[2]), (one, effects[3])):
        harness.carry_out(undo_of(each), effect)
    assert [[seen.is_overtaken for seen in each.seen] for each in effects] == [
        [False],  # nobody had overtaken it when it was sent
        [True],
        [True],
        [True],
    ]


def test_step_1_one_urgent_step_waits_behind_another(harness: StepHarness) -> None:
    bars = [step("bar", resource="service/1", urgent=True) for _ in range(2)]
    add_steps(harness.database, *bars)
    assert kind(harness.carry_out(bars[1], Doing())) is OutcomeKind.WAITING
    assert kind(harness.carry_out(bars[0], Doing(NO))) is OutcomeKind.STUCK
    assert kind(harness.carry_out(bars[1], Doing())) is OutcomeKind.WAITING
    with harness.database.transaction() as session:
        undoing.drop_unfinished(session, bars[0].process_id)
    assert kind(harness.carry_out(bars[1], Doing())) is OutcomeKind.DONE


def test_step_1_on_several_resources_nobody_waits_in_a_circle(harness: StepHarness) -> None:
    """One process is done on A and in flight on B when an urgent one comes for both."""
    patient, order_id, bar_id = StepHarness(harness.database, PATIENT), uuid4(), uuid4()
    on_a, on_b = (step(name, order_id, resource=f"service/{name}") for name in "ab")
    bars = [step(f"bar-{name}", bar_id, resource=f"service/{name}", urgent=True) for name in "ab"]
    add_steps(harness.database, on_a, on_b)
    patient.carry_out(on_a, Doing())
    patient.carry_out(on_b, Doing(Accepted()))
    add_steps(harness.database, *bars)
    assert kind(patient.carry_out(bars[0], Doing())) is OutcomeKind.DONE
    assert kind(patient.carry_out(bars[1], Doing())) is OutcomeKind.WAITING
    assert kind(patient.carry_out(on_b, Doing(when_asked=Done()))) is OutcomeKind.DONE
    assert kind(patient.carry_out(bars[1], Doing())) is OutcomeKind.DONE


def test_step_1_a_process_is_urgent_as_a_whole(harness: StepHarness) -> None:
    """Else two could wait for each other: urgent on A and not on B, and the other way round."""
    mixed = [step("a", resource="service/a", urgent=True), step("b", resource="service/b")]
    placed = [PlacedStep(each, NETWORK) for each in mixed]
    with harness.database.transaction() as session, pytest.raises(ValueError, match="urgent"):
        step_order.add_all(session, placed, "test")


def test_step_1_an_urgent_step_waits_for_whoever_is_about_to_send(harness: StepHarness) -> None:
    """It looks once the other has committed, and sees that it is in flight."""
    patient = StepHarness(harness.database, PATIENT)
    one, bar = step(resource="service/1"), step("bar", resource="service/1", urgent=True)
    add_steps(harness.database, one, bar)
    add_steps(harness.database, one)
    with ThreadPoolExecutor(1) as threads:
        with harness.database.transaction() as session:
            step_order.lock(session, one, NETWORK, "test")
            barring = threads.submit(patient.carry_out, bar, Doing())
            wait_until_blocked(harness.database)
            steps.mark_sending(session, one.id)
        assert kind(barring.result(PATIENCE)) is OutcomeKind.WAITING


def test_step_1_an_urgent_step_waits_for_an_undoing_that_is_being_added(
    harness: StepHarness,
) -> None:
    patient = StepHarness(harness.database, PATIENT)
    one, bar = step(resource="service/1"), step("bar", resource="service/1", urgent=True)
    undo = undo_of(one)
    add_steps(harness.database, one)
    patient.carry_out(one, Doing())
    with ThreadPoolExecutor(1) as threads:
        with harness.database.transaction() as session:
            assert not step_order.lock(session, undo, NETWORK, "test").is_blocked
            steps.mark_sending(session, undo.id)
            adding = threads.submit(add_steps, harness.database, bar)
            wait_until_blocked(harness.database)
        adding.result(PATIENCE)
    assert kind(patient.carry_out(bar, Doing())) is OutcomeKind.WAITING
    assert kind(patient.carry_out(undo, Doing(when_asked=Done()))) is OutcomeKind.DONE
    assert kind(patient.carry_out(bar, Doing())) is OutcomeKind.DONE


def test_step_1_what_never_arrived_is_not_sent_ahead_of_an_urgent_step(
    harness: StepHarness,
) -> None:
    """A stuck step is asked about when an urgent one overtakes it: it is not sent then."""
    one, bar = step(resource="service/1"), step("bar", resource="service/1", urgent=True)
    add_steps(harness.database, one)
    stuck_in_doubt(harness, one)

    def overtaken() -> Answer | None:
        add_steps(harness.database, bar)
        assert kind(harness.carry_out(bar, Doing())) is OutcomeKind.DONE
        return None

    again = Doing(when_asked=overtaken)
    assert kind(harness.carry_out(one, again)) is OutcomeKind.WAITING
    assert again.keys == []
    assert harness.row(one).state == StepState.TROUBLE


@pytest.mark.parametrize(
    ("before", "overtakes"),
    [(not_sent, True), (refused, True), (stuck_in_doubt, True), (sending, False)],
)
def test_step_1_a_loss_overtakes_an_urgent_step_that_is_stuck_or_not_sent(
    harness: StepHarness, before: Callable[[StepHarness, Step], None], overtakes: bool
) -> None:
    patient = StepHarness(harness.database, PATIENT)
    one, bar = step(resource="service/1"), step("bar", resource="service/1", urgent=True)
    loss = step("loss", resource="service/1", urgent=True, ahead_of_urgent=True)
    add_steps(harness.database, one)
    add_steps(harness.database, bar)
    before(patient, bar)
    add_steps(harness.database, loss)

    outcome = patient.carry_out(loss, Doing())

    assert kind(outcome) is (OutcomeKind.DONE if overtakes else OutcomeKind.WAITING)
    assert patient.row(bar).is_overtaken is overtakes
    if before is not_sent:
        assert kind(patient.carry_out(bar, Doing())) is OutcomeKind.WAITING
        with harness.database.transaction() as session:
            undoing.drop_unfinished(session, loss.process_id)
        assert kind(patient.carry_out(bar, Doing())) is OutcomeKind.DONE
    assert kind(patient.carry_out(one, Doing())) is OutcomeKind.WAITING


def test_step_1_what_goes_ahead_of_urgent_steps_is_urgent() -> None:
    with pytest.raises(ValueError, match="is urgent"):
        step("loss", resource="service/1", ahead_of_urgent=True)


def test_step_1_two_of_unlike_urgency_look_at_once_and_neither_waits_for_the_other_in_turn(
    harness: StepHarness,
) -> None:
    bar = step("bar", resource="service/1", urgent=True)
    loss = step("loss", resource="service/1", urgent=True, ahead_of_urgent=True)
    add_steps(harness.database, bar)
    add_steps(harness.database, loss)

    def is_blocked(each: Step) -> bool:
        with harness.database.transaction() as session:
            return step_order.lock(session, each, NETWORK, "test").is_blocked

    with ThreadPoolExecutor(2) as threads:
        with harness.database.transaction() as session:
            locks.lock(session, Purpose.STEP_ORDER, "service/1")
            losing = threads.submit(is_blocked, loss)
            wait_until_blocked(harness.database)
            barring = threads.submit(is_blocked, bar)
            wait_until_blocked(harness.database, waiting=2)
        assert (losing.result(PATIENCE), barring.result(PATIENCE)) == (False, True)

"""What of a process is to be undone, and in which order: read from the rows."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from uuid import UUID, uuid4

import pytest

from activities.provisioning.effect import OutcomeKind
from domain.provisioning.attempts import Prepared
from domain.provisioning.steps import Accepted, Decision, Done, Stage, Step
from domain.provisioning.targets import Target, TargetKind
from domain.provisioning.undoing import UndoReason
from storage.database import Database
from storage.provisioning import step_order, targets, undoing
from storage.provisioning.step_order import PlacedStep
from tests.builders.step_runner import (
    BUSY,
    LOST,
    NO,
    OPS,
    Doing,
    StepHarness,
    add_steps,
    kind,
    step,
)
from workflows.provisioning.item_process import undoing as undo_of

NETWORK = Target.of(TargetKind.NETWORK)
ACTIONS = ("one", "two", "three")


class NothingToDo(Doing):
    def prepare(self, *_: object) -> Prepared:
        return Prepared.NOTHING


def want(database: Database, process_id: UUID, item: str | None = None) -> set[str]:
    with database.transaction() as session:
        items = None if item is None else {item}
        return undoing.want(session, process_id, UndoReason.CANCELLED, items)


def to_undo(database: Database, process_id: UUID, item: str | None = None) -> list[str]:
    with database.transaction() as session:
        return list(undoing.to_undo(session, process_id, ACTIONS, item))


def is_left(database: Database, process_id: UUID) -> bool:
    with database.transaction() as session:
        return undoing.is_left(session, process_id, ACTIONS)


def test_step_3_the_newest_completion_is_undone_first(harness: StepHarness) -> None:
    """Whatever was requested first, and of which item: as the rows say, in every run."""
    database, process_id = harness.database, uuid4()
    made = [step(name, process_id, item=name, resource=f"service/{name}") for name in ACTIONS]
    one, two, three = made
    add_steps(database, *made)
    assert not want(database, uuid4())
    for each in (two, three, one):
        harness.carry_out(each, Doing())
    assert not is_left(database, process_id)
    want(database, process_id, "three")
    assert to_undo(database, process_id) == ["three"]
    want(database, process_id)
    assert to_undo(database, process_id) == ["one", "three", "two"]
    assert to_undo(database, process_id, "two") == ["two"]
    harness.carry_out(undo_of(one), Doing())
    harness.carry_out(undo_of(three), Doing(NO))
    for _ in range(2):  # a restart: the undoing that is stuck is continued
        assert to_undo(database, process_id) == ["three", "two"]
    harness.decide(undo_of(three), Decision.RETRY)
    for each in (three, two):
        assert kind(harness.carry_out(undo_of(each), Doing())) is OutcomeKind.DONE
    assert to_undo(database, process_id) == []
    assert not is_left(database, process_id)


def test_step_3_an_operator_may_do_without_undoing(harness: StepHarness) -> None:
    """The process goes on from there: it does not come back to it for ever."""
    database, one = harness.database, step("one", resource="service/1")
    add_steps(database, one)
    harness.carry_out(one, Doing())
    want(database, one.process_id)
    assert to_undo(database, one.process_id) == ["one"]
    harness.carry_out(undo_of(one), Doing(NO))
    assert is_left(database, one.process_id)
    harness.decide(undo_of(one), Decision.SKIP)
    assert kind(harness.carry_out(undo_of(one), Doing())) is OutcomeKind.SKIPPED
    assert to_undo(database, one.process_id) == []
    assert not is_left(database, one.process_id)
    with database.transaction() as session:
        undoing.drop_unfinished(session, one.process_id)
    assert harness.row(one).state == "dropped"  # done, and not undone


@pytest.mark.parametrize("answer", ["nothing to do", "never received"])
def test_step_3_undoing_may_find_nothing_to_do(harness: StepHarness, answer: str) -> None:
    database, one = harness.database, step("one", resource="service/1")
    add_steps(database, one)
    harness.carry_out(one, Doing())
    want(database, one.process_id)
    assert to_undo(database, one.process_id) == ["one"]
    effect = NothingToDo()
    if answer == "never received":
        harness.carry_out(undo_of(one), Doing(LOST))
    assert kind(harness.carry_out(undo_of(one), effect)) is OutcomeKind.DONE
    assert harness.row(one).state == "undone"
    assert to_undo(database, one.process_id) == []
    assert effect.keys == []


def test_step_2_what_is_in_doubt_is_asked_about_though_there_is_nothing_to_do(
    harness: StepHarness,
) -> None:
    one = step(resource="service/1")
    add_steps(harness.database, one)
    harness.carry_out(one, Doing(LOST))
    effect = NothingToDo(when_asked=Done({"id": "a"}))
    assert kind(harness.carry_out(one, effect)) is OutcomeKind.DONE
    assert (len(effect.asked), harness.row(one).receipt) == (1, {"id": "a"})


def test_step_3_a_pivot_without_anything_to_do_gives_the_places_up(harness: StepHarness) -> None:
    process_id = uuid4()
    one = step("one", process_id, resource="service/1")
    pivot = step("two", process_id, resource="service/1", stage=Stage.PIVOT)
    add_steps(harness.database, one, pivot)
    harness.carry_out(one, Doing())
    assert harness.row(one).released_at is None
    harness.carry_out(pivot, NothingToDo())
    assert harness.row(one).released_at is not None
    assert harness.row(pivot).released_at is not None
    assert want(harness.database, process_id) == set()


def test_step_3_in_a_new_run_the_outcome_is_found_before_anything_is_undone(
    harness: StepHarness,
) -> None:
    """The workflow begins anew while a step is in doubt, and its item is cancelled."""
    process_id = uuid4()
    one, two = (step(name, process_id, resource="service/1") for name in ("one", "two"))
    add_steps(harness.database, one, two)
    harness.carry_out(one, Doing())
    harness.carry_out(two, Doing(LOST))
    want(harness.database, process_id)
    assert kind(harness.carry_out(one, Doing())) is OutcomeKind.DONE  # on to the next one
    assert kind(harness.carry_out(two, Doing(when_asked=BUSY))) is OutcomeKind.STUCK
    assert kind(harness.carry_out(two, Doing(when_asked=Done()))) is OutcomeKind.ABORTED
    assert to_undo(harness.database, process_id) == ["two", "one"]
    assert kind(harness.carry_out(one, Doing())) is OutcomeKind.ABORTED


def test_step_3_of_a_failed_item_the_rest_of_the_process_goes_on(harness: StepHarness) -> None:
    process_id = uuid4()
    both = (Decision.RETRY, Decision.FAIL)
    a, b = (
        step(name, process_id, item=name, resource=f"service/{name}", allowed_decisions=both)
        for name in ("one", "two")
    )
    add_steps(harness.database, a, b)
    harness.carry_out(a, Doing(NO))
    harness.decide(a, Decision.FAIL)
    outcome = harness.carry_out(a, Doing())
    assert outcome is not None
    assert outcome.undo_reason is UndoReason.FAILED
    with harness.database.transaction() as session:
        assert undoing.reasons(session, process_id) == {"one": UndoReason.FAILED}
        assert undoing.goes_on(session, process_id)
    assert kind(harness.carry_out(b, Doing())) is OutcomeKind.DONE
    with harness.database.transaction() as session:
        assert not undoing.goes_on(session, process_id)


def test_step_1_places_are_kept_until_the_process_is_over_or_past_return(
    harness: StepHarness,
) -> None:
    process_id = uuid4()
    final = {"stage": Stage.FINAL, "allowed_decisions": (Decision.RETRY,)}
    set_, pivot, tell = (
        step("one", process_id, resource="service/1"),
        step("two", process_id, resource="billing/1", stage=Stage.PIVOT),
        step("three", process_id, resource="mail/1", **final),
    )
    laters = [step(resource=each.resource) for each in (set_, pivot, tell)]
    add_steps(harness.database, set_, pivot, tell, *laters)

    def waiting() -> list[bool]:
        with harness.database.transaction() as session:
            return [step_order.lock(session, each, NETWORK, "t").is_blocked for each in laters]

    found = [waiting()]
    for each in (set_, pivot, tell):
        harness.carry_out(each, Doing())
        found.append(waiting())
    assert found == [
        [True, True, True],
        [True, True, True],  # its process may undo it
        [False, False, True],  # past the point of no return, but for what is still to be done
        [False, False, False],
    ]


ROUNDS = 15


def test_step_1_crossing_resources_never_wait_in_a_circle(database: Database) -> None:
    """Of processes that share resources one is before the other on every one of them."""
    start = Barrier(number := 4)

    def request(resources: list[str]) -> list[Step]:
        process_id = uuid4()
        made = [step(f"on-{each}", process_id, resource=each) for each in resources]
        start.wait()
        with database.transaction() as session:
            placed = [PlacedStep(each, NETWORK) for each in made]
            step_order.add_all(session, placed, f"test/{process_id}")
        return made

    def blocked(one: Step) -> bool:
        with database.transaction() as session:
            return step_order.lock(session, one, NETWORK, "t").is_blocked

    with ThreadPoolExecutor(number) as threads:
        for n in range(ROUNDS):
            orders = (("a", "b"), ("b", "a"), ("b", "c", "a"), ("c", "b"))
            wanted = [[f"{each}/{n}" for each in names] for names in orders]
            processes = list(threads.map(request, wanted))
            while processes:  # one of those that are left is first wherever it wants to be
                free = [each for each in processes if not any(map(blocked, each))]
                assert free, "they wait for each other"
                with database.transaction() as session:
                    for each in free:
                        undoing.drop_unfinished(session, each[0].process_id)
                processes = [each for each in processes if each not in free]


def test_step_6_a_doubt_keeps_its_code_and_since_when_it_lasts(harness: StepHarness) -> None:
    """Whatever the questions about it meet, and however often its target is paused and resumed."""
    one = step(resource="service/1")
    add_steps(harness.database, one)
    harness.carry_out(one, Doing(LOST))
    before = harness.row(one)
    assert (before.code, before.question_code) == ("answer_lost", None)
    for _ in range(2):
        harness.carry_out(one, Doing(when_asked=BUSY))
        with harness.database.transaction() as session:
            targets.pause(session, NETWORK, OPS, "a test")
        assert kind(harness.carry_out(one, Doing())) is OutcomeKind.WAITING
        with harness.database.transaction() as session:
            targets.resume(session, NETWORK, OPS, "a test")
    now = harness.row(one)
    assert (now.state, now.code, now.question_code) == ("doubt", "answer_lost", "busy")
    assert now.troubled_since == before.troubled_since
    listed = harness.listed(one)
    assert (listed.kind, listed.code, listed.question_code) == ("doubt", "answer_lost", "busy")


def test_step_2_a_receipt_and_its_age_are_known_when_it_is_asked_about(
    harness: StepHarness,
) -> None:
    one, effect = step(), Doing(Accepted({"session": "7"}), when_asked=BUSY)
    harness.carry_out(one, effect)
    harness.carry_out(one, effect)
    (sent,) = effect.sent
    assert sent.receipt == {"session": "7"}
    assert sent.ago.total_seconds() > 0


def test_step_2_a_correction_belongs_to_its_step(harness: StepHarness) -> None:
    process_id = uuid4()
    one, two = (step(name, process_id, correctable_inputs=("id",)) for name in ("one", "two"))
    effects = [Doing(NO), Doing()]
    harness.carry_out(one, effects[0])
    harness.decide(one, Decision.RETRY, id="NET-7")
    harness.carry_out(one, effects[0])
    harness.carry_out(two, effects[1])
    assert [dict(each.correction) for each in effects[0].seen] == [{}, {"id": "NET-7"}]
    assert [dict(each.correction) for each in effects[1].seen] == [{}]

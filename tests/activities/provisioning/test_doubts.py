"""Steps in doubt: what is known of them, and what their effects are told."""

from uuid import uuid4

import pytest

from activities.provisioning.effect import OutcomeKind
from domain.provisioning.attempts import Prepared
from domain.provisioning.steps import Accepted, Answer, Decision, Done, Stage
from domain.provisioning.targets import Target, TargetKind
from domain.provisioning.undoing import CancelResult
from storage.provisioning import cancelling, targets, undoing
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

NETWORK = Target.of(TargetKind.NETWORK)


class NothingToDo(Doing):
    def prepare(self, *_: object) -> Prepared:
        return Prepared.NOTHING


def test_step_2_what_is_in_doubt_is_asked_about_though_there_is_nothing_to_do(
    harness: StepHarness,
) -> None:
    one = step(resource="service/1")
    add_steps(harness.database, one)
    harness.carry_out(one, Doing(LOST))
    effect = NothingToDo(when_asked=Done({"id": "a"}))
    assert kind(harness.carry_out(one, effect)) is OutcomeKind.DONE
    assert (len(effect.asked), harness.row(one).receipt) == (1, {"id": "a"})


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


@pytest.mark.parametrize("decision", [Decision.ABORT, Decision.FAIL])
@pytest.mark.parametrize("is_done", [True, False])
def test_step_3_a_pivot_in_doubt_is_found_out_before_its_item_is_undone(
    harness: StepHarness, decision: Decision, is_done: bool
) -> None:
    """Nothing undoes a pivot: where it turns out to be done, the item goes on to its end."""
    process_id, allowed = uuid4(), (Decision.RETRY, Decision.ABORT, Decision.FAIL)
    of_it = {"item": "a", "resource": "service/1"}
    first = step("set", process_id, can_undo=True, **of_it)
    pivot = step("bill", process_id, stage=Stage.PIVOT, allowed_decisions=allowed, **of_it)
    add_steps(harness.database, first, pivot)
    harness.carry_out(first, Doing())
    harness.carry_out(pivot, Doing(LOST))
    harness.carry_out(pivot, Doing(when_asked=BUSY))
    harness.decide(pivot, decision)
    assert kind(harness.carry_out(pivot, Doing())) is OutcomeKind.WAITING
    assert harness.listed(pivot).state == "closed"

    effect = Doing(when_asked=Done() if is_done else None)
    outcome = kind(harness.carry_out(pivot, effect))
    assert (len(effect.asked), effect.keys) == (1, [])
    with harness.database.transaction() as session:
        left = undoing.to_undo(session, process_id, [first.action])
    expected = (OutcomeKind.DONE, []) if is_done else (OutcomeKind.ABORTED, ["set"])
    assert (outcome, list(left)) == expected


@pytest.mark.parametrize(
    ("answer", "expected"),
    [(Done(), (True, "aborting")), (Accepted(), (False, "accepted")), (None, (False, "given_up"))],
)
def test_step_3_what_its_target_works_on_when_it_is_cancelled_is_found_out(
    harness: StepHarness, answer: Answer | None, expected: tuple[bool, str]
) -> None:
    """Accepted, it is asked about and never sent again; once it is done, it is undone."""
    one = step(resource="service/1", can_undo=True)
    add_steps(harness.database, one)
    harness.carry_out(one, Doing(Accepted({"id": "m"})))
    with harness.database.transaction() as session:
        assert cancelling.cancel(session, one.process_id).items == {"": CancelResult.CANCELLED}
    effect = Doing(when_asked=answer)
    harness.carry_out(one, effect)
    with harness.database.transaction() as session:
        left = undoing.to_undo(session, one.process_id, [one.action])
    assert (bool(left), harness.row(one).state) == expected
    assert (effect.keys, [each.receipt for each in effect.sent]) == ([], [{"id": "m"}])

"""Outcomes of steps, attempt by attempt."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import text

from activities.provisioning.effect import Outcome, OutcomeKind
from domain.provisioning.steps import (
    Accepted,
    Decision,
    Done,
    NotDone,
    StepState,
)
from storage.database import Database
from storage.ops.decisions import NotStuck
from tests.builders.mortal_worker import Died
from tests.builders.rows import history, rows
from tests.builders.step_runner import (
    AT_ONCE,
    BUSY,
    LOST,
    NO,
    Doing,
    StepHarness,
    decide,
    kind,
    step,
)


def test_trouble_is_retried_by_temporal_and_listed_when_it_lasts(database: Database) -> None:
    patient = StepHarness(database, replace(AT_ONCE, stuck_after=timedelta(minutes=5)))
    one, effect = step(), Doing(BUSY, BUSY)
    assert patient.carry_out(one, effect) is None
    assert rows(database, "SELECT * FROM stuck") == []
    with database.transaction() as session:
        session.execute(text("UPDATE step SET troubled_since = now() - interval '301 seconds'"))
    outcome = patient.carry_out(one, effect)
    assert kind(outcome) is OutcomeKind.STUCK
    assert outcome.check_after > timedelta(minutes=3)  # type: ignore[union-attr,operator]
    listed = patient.listed(one)
    assert (listed.attempts, listed.code) == (2, "busy")
    assert listed.since - listed.first_failed_at > timedelta(minutes=5)


def test_trouble_heals_by_itself_and_slow_retries_write_no_events(harness: StepHarness) -> None:
    one, effect = step(), Doing(BUSY, BUSY, BUSY)
    versions = []
    for _ in range(3):
        assert kind(harness.carry_out(one, effect)) is OutcomeKind.STUCK
        versions.append(harness.listed(one).version)
    assert versions == [1, 1, 1]
    assert harness.listed(one).attempts == 3
    assert kind(harness.carry_out(one, effect)) is OutcomeKind.DONE
    listed = harness.listed(one)
    assert (listed.state, listed.resolution, listed.version) == ("closed", "healed", 2)
    assert history(harness.database) == ["stuck:opened", "stuck:ended"]
    assert set(effect.keys) == {one.key(1)}
    with pytest.raises(NotStuck):
        decide(harness.database, one, Decision.RETRY, 2)


@pytest.mark.parametrize(("answer", "attempt"), [(BUSY, 1), (NO, 2)])
def test_a_retry_that_fails_again_reopens_the_item(
    harness: StepHarness, answer: NotDone, attempt: int
) -> None:
    """A refusal was the answer to its key, so there is a new one; trouble was no answer."""
    one, effect = step(), Doing(answer, answer)
    harness.carry_out(one, effect)
    harness.decide(one, Decision.RETRY)
    assert kind(harness.carry_out(one, effect)) is OutcomeKind.STUCK
    listed = harness.listed(one)
    assert (listed.state, listed.version, listed.decision) == ("stuck", 3, None)
    assert effect.keys == [one.key(1), one.key(attempt)]
    assert history(harness.database) == ["stuck:opened", "stuck:decided", "stuck:opened"]
    harness.decide(one, Decision.RETRY)
    assert kind(harness.carry_out(one, effect)) is OutcomeKind.DONE
    assert harness.listed(one).resolution == "retried"


def test_an_accepted_step_that_was_stuck_is_asked_about_soon(database: Database) -> None:
    harness = StepHarness(database, replace(AT_ONCE, stuck_after=timedelta(minutes=5)))
    one, effect = step(), Doing(NO, Accepted(), when_asked=Accepted())
    harness.carry_out(one, effect)
    harness.decide(one, Decision.RETRY)
    for _ in range(2):
        outcome = harness.carry_out(one, effect)
        assert outcome is not None
        assert outcome.kind is OutcomeKind.WAITING
        assert outcome.check_after < timedelta(seconds=1)  # type: ignore[operator]
    effect.when_asked = Done()
    assert kind(harness.carry_out(one, effect)) is OutcomeKind.DONE
    assert len(effect.keys) == 2


def test_in_doubt_the_target_is_asked_and_only_a_missing_request_is_repeated(
    harness: StepHarness,
) -> None:
    done, never = Doing(LOST, when_asked=Done({"id": "a"})), Doing(LOST, when_asked=None)
    one, other = step(), step()
    assert kind(harness.carry_out(one, done)) is OutcomeKind.STUCK
    assert kind(harness.carry_out(one, done)) is OutcomeKind.DONE
    assert (len(done.keys), harness.row(one).receipt) == (1, {"id": "a"})
    harness.carry_out(other, never)
    assert kind(harness.carry_out(other, never)) is OutcomeKind.DONE
    assert never.keys == [other.key(1), other.key(1)]


def test_without_an_answer_the_step_stays_in_doubt(harness: StepHarness) -> None:
    one, effect = step(), Doing(LOST, when_asked=BUSY)
    for _ in range(2):
        assert kind(harness.carry_out(one, effect)) is OutcomeKind.STUCK
    assert (harness.listed(one).kind, len(effect.keys)) == ("doubt", 1)


def test_a_target_that_cannot_be_asked_gets_no_repetition_without_a_decision(
    database: Database,
) -> None:
    patient = StepHarness(database, replace(AT_ONCE, stuck_after=timedelta(hours=1)))
    one, effect = step(), Doing(LOST, LOST, can_be_asked=False)
    outcome = patient.carry_out(one, effect)
    assert outcome == Outcome(kind=OutcomeKind.STUCK, check_after=None)  # at once
    assert patient.listed(one).kind == "doubt"
    assert patient.carry_out(one, effect) == outcome
    assert (len(effect.keys), effect.asked) == (1, [])
    patient.decide(one, Decision.RETRY)
    assert kind(patient.carry_out(one, effect)) is OutcomeKind.STUCK
    assert effect.keys == [one.key(1), one.key(1)]
    assert patient.listed(one).version == 3


def test_a_worker_that_dies_sending_to_such_a_target_leaves_the_step_to_an_operator(
    harness: StepHarness,
) -> None:
    one, effect = step(), Doing(Died(), can_be_asked=False)
    with pytest.raises(Died):
        harness.carry_out(one, effect)
    assert harness.row(one).state == StepState.SENDING
    for _ in range(2):
        assert harness.carry_out(one, effect) == Outcome(kind=OutcomeKind.STUCK)
    listed = harness.listed(one)
    assert (listed.kind, listed.code, listed.version) == ("doubt", "answer_lost", 1)
    assert history(harness.database) == ["stuck:opened"]
    assert len(effect.keys) == 1


def test_a_refusal_may_settle_the_step(harness: StepHarness) -> None:
    one = step(refusal_ends=True)
    assert kind(harness.carry_out(one, Doing(NO))) is OutcomeKind.REFUSED
    assert kind(harness.carry_out(one, Doing())) is OutcomeKind.REFUSED
    assert rows(harness.database, "SELECT * FROM stuck") == []

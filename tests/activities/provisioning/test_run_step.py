"""Outcomes of steps, attempt by attempt."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import text

from activities.provisioning.effect import Outcome, OutcomeKind
from domain.ops.stuck_reasons import StuckReason
from domain.provisioning.steps import (
    Accepted,
    Decision,
    Done,
    InDoubt,
    NotDone,
    Refused,
    StepState,
    Trouble,
)
from storage.database import Database
from storage.ops.decisions import NotStuck
from tests.builders.mortal_worker import Died
from tests.builders.rows import history, rows
from tests.builders.step_runner import AT_ONCE, Doing, Hands, decide, kind, step

BUSY = Trouble(StuckReason.BUSY)
LOST = InDoubt(StuckReason.ANSWER_LOST)
NO = Refused(StuckReason.REFUSED, "noSuchThing")


def test_trouble_is_retried_by_temporal_and_listed_when_it_lasts(database: Database) -> None:
    patient = Hands(database, replace(AT_ONCE, stuck_after=timedelta(minutes=5)))
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


def test_trouble_heals_by_itself_and_slow_retries_write_no_events(hands: Hands) -> None:
    one, effect = step(), Doing(BUSY, BUSY, BUSY)
    versions = []
    for _ in range(3):
        assert kind(hands.carry_out(one, effect)) is OutcomeKind.STUCK
        versions.append(hands.listed(one).version)
    assert versions == [1, 1, 1]
    assert hands.listed(one).attempts == 3
    assert kind(hands.carry_out(one, effect)) is OutcomeKind.DONE
    listed = hands.listed(one)
    assert (listed.state, listed.resolution, listed.version) == ("closed", "healed", 2)
    assert history(hands.database) == ["stuck:opened", "stuck:ended"]
    assert set(effect.keys) == {one.key(1)}
    with pytest.raises(NotStuck):
        decide(hands.database, one, Decision.RETRY, 2)


@pytest.mark.parametrize(("answer", "attempt"), [(BUSY, 1), (NO, 2)])
def test_a_retry_that_fails_again_reopens_the_item(
    hands: Hands, answer: NotDone, attempt: int
) -> None:
    """A refusal was the answer to its key, so there is a new one; trouble was no answer."""
    one, effect = step(), Doing(answer, answer)
    hands.carry_out(one, effect)
    hands.decide(one, Decision.RETRY)
    assert kind(hands.carry_out(one, effect)) is OutcomeKind.STUCK
    listed = hands.listed(one)
    assert (listed.state, listed.version, listed.decision) == ("stuck", 3, None)
    assert effect.keys == [one.key(1), one.key(attempt)]
    assert history(hands.database) == ["stuck:opened", "stuck:decided", "stuck:opened"]
    hands.decide(one, Decision.RETRY)
    assert kind(hands.carry_out(one, effect)) is OutcomeKind.DONE
    assert hands.listed(one).resolution == "retried"


def test_an_accepted_step_that_was_stuck_is_asked_about_soon(database: Database) -> None:
    hands = Hands(database, replace(AT_ONCE, stuck_after=timedelta(minutes=5)))
    one, effect = step(), Doing(NO, Accepted(), told=Accepted())
    hands.carry_out(one, effect)
    hands.decide(one, Decision.RETRY)
    for _ in range(2):
        outcome = hands.carry_out(one, effect)
        assert outcome is not None
        assert outcome.kind is OutcomeKind.WAITING
        assert outcome.check_after < timedelta(seconds=1)  # type: ignore[operator]
    effect.told = Done()
    assert kind(hands.carry_out(one, effect)) is OutcomeKind.DONE
    assert len(effect.keys) == 2


def test_in_doubt_the_target_is_asked_and_only_a_missing_request_is_repeated(hands: Hands) -> None:
    done, never = Doing(LOST, told=Done({"id": "a"})), Doing(LOST, told=None)
    one, other = step(), step()
    assert kind(hands.carry_out(one, done)) is OutcomeKind.STUCK
    assert kind(hands.carry_out(one, done)) is OutcomeKind.DONE
    assert (len(done.keys), hands.row(one).receipt) == (1, {"id": "a"})
    hands.carry_out(other, never)
    assert kind(hands.carry_out(other, never)) is OutcomeKind.DONE
    assert never.keys == [other.key(1), other.key(1)]


def test_without_an_answer_the_step_stays_in_doubt(hands: Hands) -> None:
    one, effect = step(), Doing(LOST, told=BUSY)
    for _ in range(2):
        assert kind(hands.carry_out(one, effect)) is OutcomeKind.STUCK
    assert (hands.listed(one).kind, len(effect.keys)) == ("doubt", 1)


def test_a_target_that_cannot_be_asked_gets_no_repetition_without_a_decision(
    database: Database,
) -> None:
    patient = Hands(database, replace(AT_ONCE, stuck_after=timedelta(hours=1)))
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
    hands: Hands,
) -> None:
    one, effect = step(), Doing(Died(), can_be_asked=False)
    with pytest.raises(Died):
        hands.carry_out(one, effect)
    assert hands.row(one).state == StepState.SENDING
    for _ in range(2):
        assert hands.carry_out(one, effect) == Outcome(kind=OutcomeKind.STUCK)
    listed = hands.listed(one)
    assert (listed.kind, listed.code, listed.version) == ("doubt", "answer_lost", 1)
    assert history(hands.database) == ["stuck:opened"]
    assert len(effect.keys) == 1


def test_a_refusal_may_settle_the_step(hands: Hands) -> None:
    one = step(refusal_ends=True)
    assert kind(hands.carry_out(one, Doing(NO))) is OutcomeKind.REFUSED
    assert kind(hands.carry_out(one, Doing())) is OutcomeKind.REFUSED
    assert rows(hands.database, "SELECT * FROM stuck") == []

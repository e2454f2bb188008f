"""What becomes of steps, attempt by attempt."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import OperationalError
from sqlmodel import Session

from activities.provisioning.effect import Outcome, OutcomeKind
from domain.ops.stuck_reasons import StuckReason
from domain.provisioning.steps import (
    Accepted,
    Answer,
    Decision,
    Done,
    InDoubt,
    NotDone,
    Refused,
    Step,
    StepState,
    Trouble,
)
from storage.database import Database
from storage.ops.decisions import NotStuck
from tests.builders.rows import history, rows
from tests.builders.step_runner import AT_ONCE, Died, Doing, Hands, decide, disagreeing, step

BUSY = Trouble(StuckReason.BUSY)
LOST = InDoubt(StuckReason.ANSWER_LOST)
NO = Refused(StuckReason.REFUSED, "noSuchThing")


def kind(outcome: Outcome | None) -> OutcomeKind:
    assert outcome is not None
    return outcome.kind


def test_trouble_is_temporals_until_it_has_lasted(database: Database) -> None:
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


def test_trouble_heals_by_itself_and_slow_retries_are_no_news(hands: Hands) -> None:
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
def test_a_retry_that_fails_again_brings_the_row_back(
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


def test_what_was_stuck_and_is_taken_on_is_looked_at_soon(database: Database) -> None:
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


def test_doubt_is_asked_about_and_only_what_never_came_is_repeated(hands: Hands) -> None:
    done, never = Doing(LOST, told=Done({"id": "a"})), Doing(LOST, told=None)
    one, other = step(), step()
    assert kind(hands.carry_out(one, done)) is OutcomeKind.STUCK
    assert kind(hands.carry_out(one, done)) is OutcomeKind.DONE
    assert (len(done.keys), hands.row(one).receipt) == (1, {"id": "a"})
    hands.carry_out(other, never)
    assert kind(hands.carry_out(other, never)) is OutcomeKind.DONE
    assert never.keys == [other.key(1), other.key(1)]


def test_a_question_without_an_answer_leaves_it_in_doubt(hands: Hands) -> None:
    one, effect = step(), Doing(LOST, told=BUSY)
    for _ in range(2):
        assert kind(hands.carry_out(one, effect)) is OutcomeKind.STUCK
    assert (hands.listed(one).kind, len(effect.keys)) == ("doubt", 1)


def test_who_cannot_be_asked_is_never_told_twice_without_a_decision(database: Database) -> None:
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


def test_whoever_dies_handing_it_to_such_a_target_leaves_it_to_a_person(hands: Hands) -> None:
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


def test_a_retry_decided_before_the_answer_was_lost_is_not_one_of_what_is_in_doubt(
    hands: Hands,
) -> None:
    one = step()

    def decided_meanwhile() -> Answer:
        hands.decide(one, Decision.RETRY)
        raise LOST

    effect = Doing(BUSY, decided_meanwhile, can_be_asked=False)
    hands.carry_out(one, effect)
    assert kind(hands.carry_out(one, effect)) is OutcomeKind.STUCK
    assert kind(hands.carry_out(one, effect)) is OutcomeKind.STUCK
    assert len(effect.keys) == 2
    listed = hands.listed(one)
    assert (listed.state, listed.kind, listed.decision) == ("stuck", "doubt", None)


@pytest.mark.parametrize(
    ("decision", "outcome", "how", "state"),
    [
        (Decision.ABORT, OutcomeKind.ABORTED, "aborted", StepState.ABORTING),
        (Decision.SKIP, OutcomeKind.DONE, "healed", StepState.DONE),
        (Decision.RETRY, OutcomeKind.DONE, "healed", StepState.DONE),
    ],
)
def test_what_is_decided_while_an_attempt_succeeds(
    hands: Hands, decision: Decision, outcome: OutcomeKind, how: str, state: StepState
) -> None:
    one = step(allowed_decisions=tuple(Decision))

    def decided_meanwhile() -> Answer:
        hands.decide(one, decision)
        return Done({"id": "a"})

    effect = Doing(BUSY, decided_meanwhile)
    hands.carry_out(one, effect)
    assert kind(hands.carry_out(one, effect)) is outcome
    assert kind(hands.carry_out(one, effect)) is outcome  # and in every run from now on
    row = hands.row(one)
    # What is aborted keeps its place, for it is to be undone.
    assert (row.state, row.ended_at is None) == (state, decision is Decision.ABORT)
    assert row.receipt == {"id": "a"}
    listed = hands.listed(one)
    assert (listed.state, listed.resolution) == ("closed", how)


def test_two_attempts_at_once_and_the_first_comes_back_last(hands: Hands) -> None:
    """Temporal gave the first up; the second listed it, and operations aborted it."""
    one = step()

    def overtaken() -> Answer:
        assert kind(hands.carry_out(one, Doing(told=BUSY))) is OutcomeKind.STUCK
        hands.decide(one, Decision.ABORT)
        assert kind(hands.carry_out(one, Doing())) is OutcomeKind.ABORTED
        return Done()

    assert kind(hands.carry_out(one, Doing(overtaken))) is OutcomeKind.ABORTED
    assert hands.row(one).state == StepState.ABORTING
    assert disagreeing(hands.database) == []


@pytest.mark.parametrize("answer", [Done(), BUSY, NO, Accepted(), LOST])
def test_whoever_comes_back_last_leaves_no_row_open(hands: Hands, answer: Any) -> None:
    one = step()

    def overtaken() -> Answer:
        hands.carry_out(one, Doing(told=BUSY))
        hands.carry_out(one, Doing(told=Done()))
        if isinstance(answer, NotDone):
            raise answer
        said: Answer = answer
        return said

    assert kind(hands.carry_out(one, Doing(overtaken))) is OutcomeKind.DONE
    assert hands.row(one).state == StepState.DONE
    assert hands.listed(one).resolution == "healed"


def test_the_first_comes_back_when_the_second_has_listed_it(hands: Hands) -> None:
    one = step()

    def overtaken() -> Answer:
        hands.carry_out(one, Doing(told=BUSY))
        return Done()

    assert kind(hands.carry_out(one, Doing(overtaken))) is OutcomeKind.DONE
    assert (hands.listed(one).state, hands.listed(one).resolution) == ("closed", "healed")


class _Broken(Doing):
    """Our own code fails in one place, so many times."""

    def __init__(self, where: str, times: int = 1, error: Exception | None = None) -> None:
        super().__init__(told=None)
        self.where, self.times, self.error = where, times, error or KeyError("oops")

    def _maybe(self, where: str) -> None:
        if where == self.where and self.times:
            self.times -= 1
            raise self.error

    def prepare(self, session: Session, step: Step) -> bool:  # noqa: ARG002
        self._maybe("prepare")
        return True

    def hand_over(self, key: str) -> Answer:
        self._maybe("hand_over")
        return super().hand_over(key)

    def settle(self, session: Session, step: Step, answer: Answer | NotDone) -> None:  # noqa: ARG002
        self._maybe("settle")


@pytest.mark.parametrize(
    ("where", "kind_"), [("prepare", "trouble"), ("hand_over", "doubt"), ("settle", "doubt")]
)
def test_our_own_errors_are_listed_and_heal(database: Database, where: str, kind_: str) -> None:
    hands = Hands(database, replace(AT_ONCE, pause_after=1))
    one, effect = step(), _Broken(where, times=2)
    assert kind(hands.carry_out(one, effect)) is OutcomeKind.STUCK
    listed = hands.listed(one)
    assert (listed.code, listed.kind, listed.version) == ("engine_error", kind_, 1)
    hands.decide(one, Decision.RETRY)
    assert kind(hands.carry_out(one, effect)) is OutcomeKind.STUCK
    assert (hands.listed(one).state, hands.listed(one).version) == ("stuck", 3)
    assert kind(hands.carry_out(one, effect)) is OutcomeKind.DONE
    assert hands.listed(one).resolution == "healed"
    # They say nothing about the target.
    assert rows(database, "SELECT * FROM target WHERE state <> 'available'") == []


def test_a_database_that_is_away_is_nobodys_error(hands: Hands) -> None:
    one, effect = step(), _Broken("prepare", error=OperationalError("", {}, Exception()))
    with pytest.raises(OperationalError):
        hands.carry_out(one, effect)
    assert rows(hands.database, "SELECT * FROM stuck") == []
    assert kind(hands.carry_out(one, effect)) is OutcomeKind.DONE


def test_a_refusal_that_its_process_takes_as_an_end(hands: Hands) -> None:
    one = step(refusal_ends=True)
    assert kind(hands.carry_out(one, Doing(NO))) is OutcomeKind.REFUSED
    assert kind(hands.carry_out(one, Doing())) is OutcomeKind.REFUSED
    assert rows(hands.database, "SELECT * FROM stuck") == []

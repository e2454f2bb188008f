"""Targets that fail, are paused, probed and resumed."""

from datetime import timedelta
from typing import Any

from sqlalchemy import Row

from domain.audit import Actor, ActorKind
from domain.provisioning.step_rules import StepRules
from domain.provisioning.targets import Target, TargetKind
from storage.database import Database
from storage.provisioning import targets
from tests.builders.rows import carry_out, history, rows

RULES = StepRules(pause_after=3, pause_for=timedelta(seconds=30))
ANN = Actor(ActorKind.OPS, "ann")
NETWORK = Target.of(TargetKind.NETWORK)


def fails(database: Database, times: int = 1) -> bool:
    paused = False
    for _ in range(times):
        with database.transaction() as session:
            paused = targets.record_failure(session, NETWORK, RULES)
    return paused


def answers(database: Database) -> None:
    with database.transaction() as session:
        targets.record_answer(session, NETWORK)


def let_through(database: Database) -> bool:
    with database.transaction() as session:
        return targets.claim_probe(session, NETWORK, RULES)


def pause(database: Database) -> None:
    with database.transaction() as session:
        targets.pause(session, NETWORK, ANN, "maintenance")


def resume(database: Database) -> None:
    with database.transaction() as session:
        targets.resume(session, NETWORK, ANN, "over")


def target(database: Database) -> Row[Any]:
    (row,) = rows(database, "SELECT * FROM target WHERE name = 'network'")
    return row


def listed(database: Database) -> list[tuple[str, str, int]]:
    found = rows(database, "SELECT * FROM stuck WHERE kind = 'paused'")
    return [(row.state, row.code, row.attempts) for row in found]


def time_passes(database: Database) -> None:
    carry_out(database, "UPDATE target SET probe_at = probe_at - interval '31 seconds'")


def test_a_number_of_failures_in_a_row_pauses_the_target(database: Database) -> None:
    assert not fails(database, 2)
    answers(database)
    assert not fails(database, 2)
    assert listed(database) == []
    assert fails(database)
    assert (target(database).state, target(database).paused_by) == ("paused", None)
    assert listed(database) == [("stuck", "target_failing", 3)]
    fails(database, 2)  # those that were under way: nothing new
    assert history(database) == ["target:paused"]


def test_one_step_probes_the_target(database: Database) -> None:
    fails(database, 3)
    assert not let_through(database)
    time_passes(database)
    assert [let_through(database), let_through(database)] == [True, False]
    fails(database)
    assert target(database).state == "paused"
    assert not let_through(database)
    time_passes(database)
    assert let_through(database)
    answers(database)
    assert (target(database).state, target(database).failures) == ("available", 0)
    assert [state for state, _, _ in listed(database)] == ["closed"]
    assert history(database) == ["target:paused", "target:resumed"]  # that it still fails is none


def test_a_probe_that_dies_or_is_not_sent_is_replaced(database: Database) -> None:
    fails(database, 3)
    time_passes(database)
    assert let_through(database)
    time_passes(database)  # nothing was heard of it
    assert let_through(database)
    with database.transaction() as session:
        targets.return_probe(session, NETWORK)
    assert let_through(database)


def test_a_late_answer_does_not_resume_a_paused_target(database: Database) -> None:
    fails(database, 3)
    answers(database)
    assert target(database).state == "paused"


def test_only_an_operator_resumes_what_an_operator_paused(database: Database) -> None:
    pause(database)
    for _ in range(3):
        fails(database)
        time_passes(database)
        assert not let_through(database)
        answers(database)
    assert target(database).paused_by == ANN.as_json()
    pause(database)
    resume(database)
    resume(database)
    (row,) = rows(database, "SELECT * FROM stuck")
    assert (row.code, row.detail, row.resolution) == ("target_paused", "", "resumed")
    assert history(database) == ["target:paused", "target:resumed"]


def test_an_operator_takes_over_an_automatic_pause(database: Database) -> None:
    fails(database, 3)
    pause(database)
    time_passes(database)
    assert not let_through(database)
    assert listed(database) == [("stuck", "target_paused", 3)]

"""Targets that fail, are paused, probed and resumed."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

from sqlalchemy import Row

from domain.audit import Actor, ActorKind
from domain.ops.stuck_reasons import StuckReason
from domain.provisioning.step_rules import StepRules
from domain.provisioning.targets import Target, TargetKind
from storage.database import Database
from storage.provisioning import target_queries, targets
from tests.builders.rows import carry_out, history, rows
from tests.builders.target_failures import BUSY, NETWORK, answer, fail

RULES = StepRules(pause_after=3, pause_resources=3, pause_for=timedelta(seconds=30))
ANN = Actor(ActorKind.OPS, "ann")


def fails(database: Database, times: int = 1, *, is_probe: bool = False) -> bool:
    """Resources that never failed before fail; returns whether the target is paused."""
    resources = [f"service/{uuid4()}" for _ in range(times)]
    return not fail(database, *resources, rules=RULES, is_probe=is_probe).is_available


def answers(database: Database, *, is_probe: bool = False) -> None:
    answer(database, f"service/{uuid4()}", is_probe=is_probe)


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
    fails(database, is_probe=True)
    assert target(database).state == "paused"
    assert not let_through(database)
    time_passes(database)
    assert let_through(database)
    answers(database, is_probe=True)
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


def failing(database: Database) -> list[tuple[str, int]]:
    found = rows(database, "SELECT subject, failures FROM target_failure ORDER BY subject")
    return [(row.subject, row.failures) for row in found]


def test_step_5_one_resource_that_fails_a_hundred_times_pauses_nothing(database: Database) -> None:
    assert fail(database, *["service/1"] * 100, rules=RULES).is_available
    assert fail(database, "service/2", rules=RULES).is_available
    assert target(database).failures == 101
    counted = fail(database, "service/3", rules=RULES)
    assert counted.paused is not None
    assert (counted.paused.failures, counted.paused.resources) == (102, 3)


def test_step_5_an_answer_forgets_its_resource_and_begins_the_row_anew(database: Database) -> None:
    fail(database, "service/1", "service/1", "service/2", rules=RULES)
    answer(database, "service/2")
    assert len(failing(database)) == 1
    # Those that failed before the answer do not count with those that fail after it.
    assert fail(database, "service/3", "service/4", "service/4", rules=RULES).is_available
    assert not fail(database, "service/1", rules=RULES).is_available


def test_step_5_after_a_resumption_a_step_that_fails_again_counts_one(database: Database) -> None:
    fails(database, 3)
    resume(database)
    assert failing(database) == []
    assert fail(database, *["service/1"] * 9, rules=RULES).is_available


def test_step_5_a_probe_whose_pause_another_probe_continued_ends_it(database: Database) -> None:
    fails(database, 3)
    for _ in range(2):
        time_passes(database)
        assert let_through(database)
    fails(database, is_probe=True)
    assert target(database).state == "paused"
    answers(database, is_probe=True)  # the first one's, late
    assert target(database).state == "available"


def test_step_5_a_pause_says_why(database: Database) -> None:
    unreachable = (StuckReason.UNREACHABLE, "")
    fail(database, "service/1", "service/1", "service/2", rules=RULES)
    fail(database, "service/3", rules=RULES, told=unreachable)

    (row,) = rows(database, "SELECT * FROM stuck WHERE kind = 'paused'")
    (event,) = rows(database, "SELECT * FROM event WHERE kind = 'target:paused'")
    assert row.detail == "3 resources: busy http_503 x3, unreachable x1"
    assert event.reason["facts"] == {
        "target": "network",
        "failures": 4,
        "resources": 3,
        "codes": [
            {"code": "busy", "detail": BUSY[1], "resources": 2},
            {"code": "unreachable", "detail": "", "resources": 1},
        ],
    }


def shown(database: Database) -> dict[str, str]:
    with database.reading() as connection:
        found = target_queries.every_target(connection)
    return {each.name: each.kind for each in found if each.name != each.kind}


def test_step_5_targets_are_those_that_settings_name_or_steps_wait_for(database: Database) -> None:
    fixed, iot = (Target(TargetKind.NETWORK, name) for name in ("fixed", "iot"))
    for named in ([fixed, iot], [fixed, iot], [fixed]):
        with database.transaction() as session:
            targets.name(session, named)
    assert shown(database) == {"fixed": "network"}

    with database.transaction() as session:
        targets.pause(session, iot, ANN, "maintenance")
    assert shown(database) == {"fixed": "network", "iot": "network"}
    with database.transaction() as session:
        targets.resume(session, iot, ANN, "over")
        targets.name(session, [])
    assert shown(database) == {}

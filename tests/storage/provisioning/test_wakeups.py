"""A thousand steps wait for a target: when and in which order they are woken."""

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import Row

from activities.provisioning.effect import OutcomeKind
from domain.processes import ProcessType
from domain.provisioning.step_rules import StepRules
from domain.provisioning.targets import Target, TargetKind
from storage.database import Database
from storage.processes import processes
from storage.provisioning import targets, undoing, wakeups
from storage.requests import operation_queries, operations
from tests.builders.rows import carry_out, rows
from tests.builders.step_runner import AT_ONCE, OPS, Doing, StepHarness, add_steps, step
from tests.builders.target_failures import fail

WAITING = 1000
RULES = StepRules(
    pause_after=3,
    pause_resources=1,
    resume_rate=100,
    resume_jitter=timedelta(seconds=2),
    pause_for=timedelta(hours=1),
)
_WAIT = """
INSERT INTO step (id, process, process_id, workflow_id, target, target_kind, action, state,
                  waits_for)
SELECT gen_random_uuid(), 'test', gen_random_uuid(), 'test/' || n, :target, :target, 'do', 'asked',
    'target'
FROM generate_series(1, :number) n
"""


def pause(database: Database, target: TargetKind = TargetKind.NETWORK) -> None:
    with database.transaction() as session:
        targets.pause(session, Target.of(target), OPS, "maintenance")


def resume(database: Database) -> None:
    with database.transaction() as session:
        targets.resume(session, Target.of(TargetKind.NETWORK), OPS, "over")


def plan(database: Database, rules: StepRules = RULES) -> None:
    with database.transaction() as session:
        wakeups.plan_turns(session, rules)


def due(database: Database) -> list[str]:
    with database.transaction() as session:
        return [each.workflow_id for each in wakeups.claim_due(session)]


def planned(database: Database) -> list[Row[Any]]:
    """Return planned wake-ups in the order of requests, in seconds after the first."""
    return rows(
        database,
        "SELECT workflow_id, waits_for, EXTRACT(epoch FROM go_at - min(go_at) OVER ()) AS after"
        " FROM step WHERE go_at IS NOT NULL ORDER BY place",
    )


@pytest.fixture
def waiting(database: Database) -> Database:
    pause(database)
    carry_out(database, _WAIT, number=WAITING, target="network")
    return database


def test_steps_of_a_paused_target_are_not_woken(waiting: Database) -> None:
    plan(waiting)
    assert (planned(waiting), due(waiting)) == ([], [])


def test_on_resumption_the_load_is_spread(waiting: Database) -> None:
    resume(waiting)
    plan(waiting)
    after = [float(row.after) for row in planned(waiting)]
    assert len(after) == WAITING
    jitter = RULES.resume_jitter.total_seconds()
    per_second = [sum(second <= each < second + 1 for each in after) for second in range(13)]
    assert max(per_second) <= RULES.resume_rate * 1.3
    assert max(after) <= WAITING / RULES.resume_rate + jitter
    # Each has its turn in the order asked, and is late by its part of the jitter only.
    late = [each - n / RULES.resume_rate for n, each in enumerate(after)]
    assert max(late) - min(late) <= jitter
    assert max(late) - min(late) > jitter / 2  # it is there
    plan(waiting)  # looking again changes nothing
    assert [float(row.after) for row in planned(waiting)] == after


def test_later_steps_come_after_the_waiting_ones(waiting: Database) -> None:
    steady = StepRules(resume_rate=100, resume_jitter=timedelta())
    resume(waiting)
    plan(waiting, steady)
    carry_out(waiting, _WAIT, number=10, target="network")
    plan(waiting, steady)
    after = [float(row.after) for row in planned(waiting)]
    assert after == sorted(after)
    assert after[-1] == pytest.approx((WAITING + 9) / 100, abs=0.001)


def test_due_steps_are_woken_in_their_order(waiting: Database) -> None:
    resume(waiting)
    plan(waiting)
    carry_out(waiting, "UPDATE step SET go_at = go_at - interval '1 hour'")
    wanted = [
        row.workflow_id for row in rows(waiting, "SELECT workflow_id FROM step ORDER BY go_at, id")
    ]
    woken: list[str] = []
    while found := due(waiting):
        woken += found
    assert woken == wanted
    # A woken step that still waits is woken again: the signal got lost.
    carry_out(waiting, "UPDATE step SET woken_at = woken_at - interval '31 seconds'")
    assert due(waiting) == wanted[:200]


def test_one_step_is_woken_to_probe_the_target(database: Database) -> None:
    harness = StepHarness(database, RULES)
    one, two, *others = (step() for _ in range(5))
    fail(database, *["service/1"] * RULES.pause_after, rules=RULES)
    for each in (one, two, *others):
        harness.carry_out(each, Doing())
    plan(database)
    assert due(database) == []
    carry_out(database, "UPDATE target SET probe_at = now()")
    plan(database)
    assert due(database) == [f"tests/{one.process_id}"]
    # The process has ended and gets no signal: the next one is woken.
    plan(database)
    assert due(database) == [f"tests/{two.process_id}"]
    # The step is sent, and its success resumes the target.
    outcome = harness.carry_out(two, Doing())
    assert outcome is not None
    assert outcome.kind is OutcomeKind.DONE
    plan(database)
    assert len(planned(database)) == 4


def test_step_5_those_that_never_failed_there_probe_first(database: Database) -> None:
    """A hopeless step at the head, woken or not, lets the others probe."""
    harness = StepHarness(database, RULES)
    hopeless, twice, once, never = (step(resource=f"service/{n}") for n in range(4))
    add_steps(database, hopeless, twice, once, never)
    named = ((hopeless, 5), (twice, 2), (once, 1))
    fail(database, *(each.resource or "" for each, n in named for _ in range(n)), rules=RULES)
    for each in (hopeless, twice, once, never):
        harness.carry_out(each, Doing())

    carry_out(database, "UPDATE target SET probe_at = now()")
    first = harness.carry_out(hopeless, Doing())
    assert (first and first.kind) is OutcomeKind.WAITING
    order = []
    for _ in range(4):
        plan(database)
        order += due(database)
    assert order == [f"test/{each.process_id}" for each in (never, once, twice, hopeless)]
    # It may once it is chosen, for there may be no other.
    probed = harness.carry_out(hopeless, Doing())
    assert (probed and probed.kind) is OutcomeKind.DONE


def test_another_targets_pause_delays_no_step(waiting: Database) -> None:
    carry_out(waiting, _WAIT, number=3, target="sms")
    plan(waiting)
    assert len(planned(waiting)) == 3


def test_unblocked_steps_are_woken_at_once(database: Database) -> None:
    first, second = step(resource="number/1"), step(resource="number/1")
    harness = StepHarness(database)
    add_steps(database, first, second)
    harness.carry_out(second, Doing())
    plan(database)
    assert due(database) == []
    harness.carry_out(first, Doing())
    plan(database)
    assert due(database) == []  # its process may do more, or undo it
    with database.transaction() as session:
        undoing.drop_unfinished(session, first.process_id)
    plan(database)
    assert due(database) == [f"test/{second.process_id}"]


def test_a_waiting_process_does_not_count_as_unstarted(database: Database) -> None:
    """A step that waits for a target has begun; else starting all others would wait for it."""
    waits, lost = uuid4(), uuid4()
    for each in (waits, lost):
        request(database, each)
    pause(database)
    StepHarness(database, AT_ONCE).carry_out(step("do", waits), Doing())
    carry_out(database, "UPDATE process SET asked_at = asked_at - interval '6 seconds'")
    after = {ProcessType.RESEND: timedelta(seconds=5)}
    with database.transaction() as session:
        found = processes.claim_unstarted(session, after)
    assert [row.id for row in found] == [lost]
    (row,) = rows(database, operation_queries.READ, id=waits)
    assert (row.state, row.waits_for) == ("running", "network")


def request(database: Database, id_: UUID) -> None:
    with database.transaction() as session:
        operations.request(session, id_, ProcessType.RESEND, None)

"""Two operators, or an operator and the step itself, at the same moment."""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

from activities.provisioning.effect import OutcomeKind
from domain.provisioning.steps import Answer, Decision, Done, Step
from storage.database import Database
from storage.ops.decisions import NotStuck, Outdated
from tests.builders.rows import rows
from tests.builders.step_runner import BUSY, Doing, StepHarness, decide, disagreeing, step

ROUNDS = 40


def at_once(*works: Callable[[], Any]) -> list[Any]:
    """Run all at once; return each result or exception."""
    start = Barrier(len(works))

    def work(each: Callable[[], Any]) -> Any:
        start.wait()
        try:
            return each()
        except (NotStuck, Outdated) as error:
            return error

    with ThreadPoolExecutor(len(works)) as threads:
        return list(threads.map(work, works))


def decided_events(database: Database, of: Any) -> int:
    found = rows(
        database,
        "SELECT FROM event WHERE kind = 'stuck:decided' AND subject_id = :id",
        id=of.id,
    )
    return len(found)


def test_of_two_operators_exactly_one_decides(harness: StepHarness) -> None:
    for _ in range(ROUNDS):
        one = step(allowed_decisions=tuple(Decision))
        harness.carry_out(one, Doing(BUSY))
        results = at_once(
            lambda: decide(harness.database, one, Decision.RETRY, 1),  # noqa: B023
            lambda: decide(harness.database, one, Decision.SKIP, 1),  # noqa: B023
        )
        assert [type(each) for each in results if each is not None] == [Outdated]
        winner = Decision.RETRY if results[0] is None else Decision.SKIP
        assert harness.listed(one).decision["decision"] == winner
        assert decided_events(harness.database, one) == 1


def test_a_decision_at_the_moment_when_it_heals(harness: StepHarness) -> None:
    """Either the decision counts, or the operator learns that the item is closed; never both."""
    for late in range(ROUNDS):
        one, answers = step(), Barrier(2)
        harness.carry_out(one, Doing(BUSY))

        def succeeds(answers: Barrier = answers) -> Answer:
            answers.wait()
            return Done()

        def operator(one: Step = one, answers: Barrier = answers, late: int = late) -> None:
            answers.wait()
            time.sleep(late / 4000)  # now before the writing down of the answer, now within
            decide(harness.database, one, Decision.ABORT, 1)

        refused, outcome = at_once(
            operator,
            lambda: harness.carry_out(one, Doing(succeeds)),  # noqa: B023
        )
        listed = harness.listed(one)
        if refused is None:
            assert (outcome.kind, listed.resolution) == (OutcomeKind.ABORTED, "aborted")
            assert harness.row(one).state == "aborting"
        else:
            assert isinstance(refused, NotStuck)
            assert (outcome.kind, listed.resolution) == (OutcomeKind.DONE, "healed")
            assert harness.row(one).state == "done"
        assert decided_events(harness.database, one) == (refused is None)
    assert disagreeing(harness.database) == []

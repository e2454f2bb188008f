"""Places on resources: kept until a process is over, and taken all at once."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from uuid import uuid4

from domain.provisioning.steps import Decision, Stage, Step
from domain.provisioning.targets import Target, TargetKind
from storage.database import Database
from storage.provisioning import step_order, undoing
from storage.provisioning.step_order import PlacedStep
from tests.builders.step_runner import Doing, StepHarness, add_steps, step

NETWORK = Target.of(TargetKind.NETWORK)


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

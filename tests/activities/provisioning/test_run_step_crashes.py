"""A worker dies at every point of a process in turn: the next continues, each effect happens once.

Points are before and after each commit and each call of the network. Statements of one transaction
are none: what is not committed has not been.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing
from typing import Any
from uuid import uuid4

import pytest

from activities.adapters.networks import Networks
from activities.provisioning.effect import Outcome, OutcomeKind
from activities.provisioning.resend_settings import EndResendActivities, ResendActivities, ResendEnd
from domain.provisioning.resend_settings import steps_of
from domain.provisioning.steps import Decision, Step
from storage.accounts.services import ServiceFacts
from storage.database import Database
from storage.provisioning import resends
from tests.builders.mortal_worker import Died, Life, MortalDatabase, MortalNetwork
from tests.builders.register_states import KUUSK
from tests.builders.rows import account, put, put_service, rows, service
from tests.builders.step_runner import OPS, StepHarness, activation, disagreeing
from tests.clients import network_client
from tests.fixtures.engine_plugin import connected
from workflows.provisioning.item_process import undoing as undo_of

OFFICE = account(KUUSK)


class World:
    """One re-sending on servers that outlive every worker."""

    def __init__(
        self, database: Database, network: network_client.Client, about: ServiceFacts
    ) -> None:
        self.database = database
        self.network = network
        self.about = about
        self.id = uuid4()
        put_service(database, about)
        with database.transaction() as session:
            resends.request(session, self.id, about.id, OPS, "a test")
        self.read, self.configure, self.activate = steps_of(self.id, about.id, OFFICE.id)

    def fault(self, kind: str) -> None:
        self.network.fault(kind, source="activation", subject=str(self.about.id))

    def well(self) -> None:
        self.network.control("DELETE", "/faults")

    def applied(self) -> Counter[str]:
        """Number of times each change was made, by action and number of the decision."""
        done = self.network.applied(service=str(self.about.id))
        return Counter("/".join(each["key"].split("/")[2:]) for each in done)

    def event_codes(self, kind: str) -> Counter[str]:
        """Codes of the events of this kind, by the step's action."""
        names = {each.id: each.action for each in (self.read, self.configure, self.activate)}
        found = rows(self.database, "SELECT * FROM event WHERE kind = :kind", kind=kind)
        return Counter(
            f"{names[row.subject_id]}: {row.reason['code']}"
            for row in found
            if row.subject_id in names
        )


class Worker:
    """Carries out activities; when it dies, another gets the same calls."""

    def __init__(
        self, world: World, life: Life, database: MortalDatabase, network: MortalNetwork
    ) -> None:
        self.world = world
        self.life = database.life = network.life = life
        self.harness = StepHarness(database)
        self.does = ResendActivities(self.harness.steps, Networks(network))
        self.end = EndResendActivities(database).end_resend

    def until(self, kind: OutcomeKind, do: Callable[[Step], Outcome], step: Step) -> None:
        """Carry out a step until it has this outcome; a waiting step is tried again."""
        outcome: Outcome | None = None
        while outcome is None or outcome.kind is OutcomeKind.WAITING:
            outcome = self.once(do, step)
        assert outcome.kind is kind
        if kind is OutcomeKind.STUCK:  # one attempt more than needed changes nothing
            (listed,) = rows(self.world.database, "SELECT * FROM stuck WHERE id = :id", id=step.id)
            assert listed.state == "stuck"

    def once(self, do: Callable[[Any], Any], asked: Any) -> Any:
        try:
            return self.harness.attempt(do, asked)
        except Died:
            assert disagreeing(self.world.database) == []
            return self.once(do, asked)

    def decided(self, step: Step, decision: Decision) -> None:
        StepHarness(self.world.database).decide(step, decision)

    def ends(self, *, aborted: bool = False) -> None:
        end = ResendEnd(operation_id=self.world.id, aborted=aborted)
        self.once(self.end, end)


def goes_well(world: World, worker: Worker) -> None:
    worker.until(OutcomeKind.DONE, worker.does.read_service, world.read)
    worker.until(OutcomeKind.DONE, worker.does.configure_service, world.configure)
    assert world.applied() == {"configure/1": 1}
    assert world.event_codes("stuck:opened") == {}


def trouble_heals(world: World, worker: Worker) -> None:
    world.fault("http_503")
    worker.until(OutcomeKind.STUCK, worker.does.configure_service, world.configure)
    world.well()
    worker.until(OutcomeKind.DONE, worker.does.configure_service, world.configure)
    assert world.applied() == {"configure/1": 1}
    assert world.event_codes("stuck:opened") == {"configure: busy": 1}
    assert world.event_codes("stuck:ended") == {"configure: healed": 1}


def refused_and_retried(world: World, worker: Worker) -> None:
    world.fault("refuse")
    worker.until(OutcomeKind.STUCK, worker.does.configure_service, world.configure)
    world.well()
    worker.decided(world.configure, Decision.RETRY)
    worker.until(OutcomeKind.DONE, worker.does.configure_service, world.configure)
    assert world.applied() == {"configure/2": 1}
    assert world.event_codes("stuck:opened") == {"configure: refused": 1}
    assert world.event_codes("stuck:ended") == {"configure: retried": 1}


def aborted(world: World, worker: Worker) -> None:
    worker.life.safe = True
    worker.until(OutcomeKind.DONE, worker.does.read_service, world.read)
    worker.until(OutcomeKind.DONE, worker.does.configure_service, world.configure)
    world.fault("refuse")
    worker.until(OutcomeKind.STUCK, worker.does.activate_service, world.activate)
    world.well()
    worker.life.safe = False
    worker.decided(world.activate, Decision.ABORT)
    worker.until(OutcomeKind.ABORTED, worker.does.activate_service, world.activate)
    for each in (world.activate, world.configure):
        worker.until(OutcomeKind.DONE, worker.does.restore_service, undo_of(each))
    worker.ends(aborted=True)
    # A refused step certainly did not happen: there is nothing to undo.
    assert world.applied() == {"configure/1": 1, "undo-configure/1": 1}
    assert world.event_codes("stuck:opened") == {"activate: refused": 1}
    assert world.event_codes("stuck:ended") == {"activate: aborted": 1}


def left_out(world: World, worker: Worker) -> None:
    world.fault("refuse")
    worker.until(OutcomeKind.STUCK, worker.does.activate_service, world.activate)
    worker.decided(world.activate, Decision.SKIP)
    worker.until(OutcomeKind.SKIPPED, worker.does.activate_service, world.activate)
    worker.ends()
    assert world.applied() == {}
    assert world.event_codes("stuck:opened") == {"activate: refused": 1}
    assert world.event_codes("stuck:ended") == {"activate: skipped": 1}


@pytest.fixture
def network() -> Iterator[network_client.Client]:
    with network_client.running() as network:
        network.completion(0)
        yield network


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    with connected(database_url) as database:
        yield database


@pytest.fixture
def mortals(
    database_url: str, network: network_client.Client
) -> Iterator[tuple[MortalDatabase, MortalNetwork]]:
    with closing(MortalDatabase(database_url)) as database, activation(network) as calls:
        yield database, MortalNetwork(calls)


@pytest.mark.parametrize(
    "story", [goes_well, trouble_heals, refused_and_retried, aborted, left_out]
)
def test_a_worker_may_die_at_any_point(
    story: Callable[[World, Worker], None],
    database: Database,
    mortals: tuple[MortalDatabase, MortalNetwork],
    network: network_client.Client,
) -> None:
    put(database, OFFICE)
    mortal, calls = mortals

    def lived(ends_at: int | None) -> list[str]:
        number = 1 if ends_at is None else ends_at + 2
        about = service(number, OFFICE, phone=f"+372551{number:05}")
        world, life = World(database, network, about), Life(ends_at)
        try:
            story(world, Worker(world, life, mortal, calls))
        except AssertionError as error:
            where = life.passed[ends_at] if ends_at is not None else "nowhere"
            raise AssertionError(f"died {where} ({ends_at} in {life.passed})") from error
        assert disagreeing(database) == []
        world.well()
        return life.passed

    points = len(lived(None))
    assert points >= 8
    for each in range(points):
        lived(each)

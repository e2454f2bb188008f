"""What the steps of a resend do at the network, where something changed meanwhile."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID, uuid4

import pytest

from activities.adapters.networks import Networks
from activities.provisioning.effect import Outcome, OutcomeKind
from activities.provisioning.resend_settings import ResendActivities
from domain.accounts import ServiceStatus
from domain.provisioning.resend_settings import NETWORK_ID, steps_of
from domain.provisioning.steps import Decision, Step
from domain.provisioning.undoing import UndoReason
from storage.accounts.services import ServiceFacts
from storage.database import Database
from storage.inventory import wanted
from storage.provisioning import resends, undoing
from tests.builders.register_states import KUUSK
from tests.builders.rows import account, carry_out, put, put_service, rows, service
from tests.builders.step_runner import OPS, StepHarness, activation
from tests.clients import network_client
from tests.fixtures.engine_plugin import connected
from workflows.provisioning.item_process import undoing as undo_of

OFFICE = account(KUUSK)
ABOUT = service(1, OFFICE, phone="+37255100001")
ID = str(ABOUT.id)
ICCID = "8937202000000000001"
HAD = {"msisdn": "+37255500000", "kind": "mobile"}


class World:
    """One resend after the other, whose steps are carried out by hand."""

    def __init__(self, database: Database, network: network_client.Client, does: Any) -> None:
        self.database = database
        self.network = network
        self.harness = StepHarness(database)
        self.does: ResendActivities = does

    def request(self) -> tuple[Step, Step, Step]:
        """Request a resend; return its steps."""
        operation_id = uuid4()
        with self.database.transaction() as session:
            resends.request(session, operation_id, ABOUT.id, OPS, "a test")
        return steps_of(operation_id, ABOUT.id, OFFICE.id)

    def until(self, kind: OutcomeKind, step: Step) -> None:
        """Carry out a step until it no longer waits; then its outcome is this one."""
        do = {
            "read": self.does.read_service,
            "configure": self.does.configure_service,
            "activate": self.does.activate_service,
        }.get(step.action, self.does.restore_service)
        outcome: Outcome | None = None
        while outcome is None or outcome.kind is OutcomeKind.WAITING:
            outcome = self.harness.attempt(do, step)
        assert outcome.kind is kind

    def aborted(self, process_id: UUID) -> None:
        with self.database.transaction() as session:
            undoing.want(session, process_id, UndoReason.ABORTED)
            undoing.to_undo(session, process_id, ["configure", "activate"])

    def overtaken(self, process_id: UUID) -> None:
        """An urgent step has gone ahead of all steps of the process."""
        carry_out(
            self.database,
            "UPDATE step SET is_overtaken = TRUE WHERE process_id = :id",
            id=process_id,
        )

    def service(self, **changes: Any) -> None:
        put_service(self.database, ServiceFacts(**{**vars_of(ABOUT), **changes}))

    def ordered(self, **values: Any) -> None:
        """An order has set these values."""
        with self.database.transaction() as session:
            wanted.apply(session, ABOUT.id, values, uuid4(), actor=OPS)

    def reading(self) -> dict[str, Any] | None:
        """What is kept of what the network has."""
        found = rows(self.database, "SELECT has FROM service_reading")
        return found[0].has if found else None

    def applied(self) -> list[str]:
        return [each["key"].split("/")[2] for each in self.network.applied(service=ID)]

    def shown(self) -> tuple[str, dict[str, Any]]:
        body = self.network.service(ID).json()
        listed = {each["name"]: each["value"] for each in body["serviceCharacteristic"]}
        return body["state"], listed

    def tell(self, state: str, **characteristics: Any) -> None:
        """Change the service at the network directly, as others do."""
        self.network.tell_service(ID, state=state, characteristics=characteristics)


def vars_of(facts: ServiceFacts) -> dict[str, Any]:
    return {name: getattr(facts, name) for name in ServiceFacts.__dataclass_fields__}


@pytest.fixture(scope="module")
def server(http_servers: None) -> Iterator[network_client.Client]:
    with network_client.running() as server:
        yield server


@pytest.fixture
def world(database_url: str, server: network_client.Client) -> Iterator[World]:
    server.reset()
    server.completion(0)
    with connected(database_url) as database, activation(server) as network:
        put(database, OFFICE)
        put_service(database, ABOUT)
        world = World(database, server, None)
        world.does = ResendActivities(world.harness.steps, Networks(network))
        world.tell("inactive", **HAD)
        yield world


def test_step_10_nothing_is_sent_for_a_service_that_has_ended(world: World) -> None:
    """It is refused, and never done in silence; what was sent before can be undone."""
    read, configure, activate = world.request()
    world.until(OutcomeKind.DONE, read)
    world.until(OutcomeKind.DONE, configure)
    world.service(status=ServiceStatus.ENDED)
    world.until(OutcomeKind.STUCK, activate)
    listed = world.harness.listed(activate)
    assert (listed.kind, listed.code) == ("refused", "service_ended")
    assert (world.applied(), world.shown()[0]) == (["configure"], "inactive")
    world.aborted(read.process_id)
    world.until(OutcomeKind.DONE, undo_of(configure))
    assert world.shown() == ("inactive", HAD)


def test_step_10_an_ended_service_is_still_asked_about(world: World) -> None:
    read, configure, _ = world.request()
    world.until(OutcomeKind.DONE, read)
    world.network.fault("cut", source="activation", times=1)
    world.harness.attempt(world.does.configure_service, configure)
    world.service(status=ServiceStatus.ENDED)
    world.until(OutcomeKind.DONE, configure)
    assert world.applied() == ["configure"]


@pytest.mark.parametrize(
    ("now", "applied", "left"),
    [
        ({"msisdn": ABOUT.number, "kind": "mobile"}, ["configure", "undo-configure"], HAD),
        # Whoever changed it after us keeps it.
        ({"msisdn": "+37255500009", "kind": "mobile"}, ["configure"],
         {"msisdn": "+37255500009", "kind": "mobile"}),
        # What was there before is not ours to put back, though it is as we sent it.
        ({"msisdn": ABOUT.number, "kind": "router"}, ["configure", "undo-configure"],
         {"msisdn": "+37255500000", "kind": "router"}),
    ],
)  # fmt: skip
def test_step_11_an_undo_overwrites_no_later_change(
    world: World, now: dict[str, Any], applied: list[str], left: dict[str, Any]
) -> None:
    read, configure, _ = world.request()
    world.until(OutcomeKind.DONE, read)
    world.until(OutcomeKind.DONE, configure)
    world.tell("inactive", **now)
    world.aborted(read.process_id)
    world.until(OutcomeKind.DONE, undo_of(configure))
    assert (world.applied(), world.shown()) == (applied, ("inactive", left))


def test_step_11_what_changed_nothing_is_undone_without_a_call(world: World) -> None:
    """The reading showed that the service was active already."""
    world.tell("active", **HAD)
    read, configure, activate = world.request()
    for each in (read, configure, activate):
        world.until(OutcomeKind.DONE, each)
    world.tell("inactive", **HAD)
    world.aborted(read.process_id)
    before = world.network.requests()
    world.until(OutcomeKind.DONE, undo_of(activate))
    assert world.network.requests() == before
    assert world.shown()[0] == "inactive"


def test_step_11_a_step_that_was_overtaken_looks_again(world: World) -> None:
    """An urgent bar went ahead: the resend does not lift it, whatever it had read."""
    read, configure, activate = world.request()
    world.until(OutcomeKind.DONE, read)
    world.overtaken(read.process_id)
    world.until(OutcomeKind.DONE, configure)
    world.until(OutcomeKind.STUCK, activate)
    assert (world.harness.listed(activate).code, world.shown()[0]) == ("overtaken", "inactive")
    world.tell("active", **world.shown()[1])
    world.harness.decide(activate, Decision.RETRY)
    world.until(OutcomeKind.DONE, activate)


def test_step_11_a_setting_that_an_urgent_step_changed_is_kept(world: World) -> None:
    read, configure, _ = world.request()
    world.until(OutcomeKind.DONE, read)
    world.tell("inactive", **{**HAD, "msisdn": "+37255500009"})
    world.overtaken(read.process_id)
    world.until(OutcomeKind.STUCK, configure)
    assert (world.harness.listed(configure).code, world.applied()) == ("overtaken", [])


def test_step_2_a_corrected_id_is_kept_for_later_steps_and_the_next_time(world: World) -> None:
    world.network.tell_service(ID, known=False)
    read, configure, _ = world.request()
    world.until(OutcomeKind.STUCK, read)
    world.harness.decide(read, Decision.RETRY, **{NETWORK_ID: "NET-7"})
    world.until(OutcomeKind.DONE, read)
    world.until(OutcomeKind.DONE, configure)
    with world.database.transaction() as session:
        undoing.drop_unfinished(session, read.process_id)
    again, *_ = world.request()
    world.until(OutcomeKind.DONE, again)
    assert len(world.network.applied(service="NET-7")) == 1
    assert (configure.correctable_inputs, again.correctable_inputs) == ((), (NETWORK_ID,))


def test_order_1_a_resend_sends_what_the_service_should_be_and_keeps_what_is_there(
    world: World,
) -> None:
    there = {"package": "S", "dataBoost": True, "iccid": "8937202000000000009", "apn": "x"}
    world.tell("inactive", **HAD, **there)
    world.service(characteristics={"package": "M", "roamingBarred": True, "iccid": ICCID})
    world.ordered(package="L", dataBoost=None, simType="esim")
    read, configure, activate = world.request()

    world.until(OutcomeKind.DONE, read)
    assert world.reading() == {name: there[name] for name in ("package", "dataBoost", "iccid")}
    world.until(OutcomeKind.DONE, configure)
    world.until(OutcomeKind.DONE, activate)

    kept = {"iccid": "8937202000000000009", "apn": "x"}
    sent = {"package": "L", "roamingBarred": True}
    assert world.shown() == ("active", {**HAD, "msisdn": ABOUT.number, **sent, **kept})
    assert world.reading() == {**sent, "dataBoost": None, "iccid": kept["iccid"]}


def test_order_1_an_undone_resend_puts_characteristics_back(world: World) -> None:
    world.tell("inactive", **HAD, package="S")
    world.service(characteristics={"package": "M", "roamingBarred": True})
    read, configure, _ = world.request()
    world.until(OutcomeKind.DONE, read)
    world.until(OutcomeKind.DONE, configure)
    world.aborted(read.process_id)
    world.until(OutcomeKind.DONE, undo_of(configure))

    assert world.shown() == ("inactive", {**HAD, "package": "S"})
    assert world.reading() is None


def test_order_1_no_reading_keeps_a_secret_that_the_network_shows(world: World) -> None:
    world.tell("inactive", **HAD, wifiPassword="salajane")
    read, _, _ = world.request()
    world.until(OutcomeKind.DONE, read)

    for table in ("step", "service_reading", "event"):
        assert "salajane" not in str(rows(world.database, f"SELECT * FROM {table}"))

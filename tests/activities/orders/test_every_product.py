"""order.2, order.12: every product at its targets: done, refused, lost on the way, cancelled.

In both dialects of the network. What is looked at is what the network and billing have, and their
own logs of what was done: the engine's rows are not asked whether it worked.
"""

import itertools
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import httpx
import pytest

from activities.adapters.billing.billing import HttpBilling
from activities.adapters.billing.requests import BillingRequests
from activities.provisioning.effect import OutcomeKind
from domain.catalogue.actions import ItemAction
from domain.catalogue.step_actions import StepAction
from domain.orders.planning import planned
from domain.orders.states import OrderState
from domain.provisioning.network_dialect import NetworkDialect
from domain.provisioning.steps import Stage
from domain.provisioning.targets import TargetKind
from services.catalogue.files import read_catalogue
from storage.database import Database
from tests.builders.people import MARI
from tests.builders.product_orders import ProductOrders
from tests.builders.rows import account, put, put_service, rows, service
from tests.builders.step_runner import EXTENDED, activation
from tests.clients import billing_client, network_client
from tests.fixtures.engine_plugin import connected
from tests.fixtures.servers import Databases

PRODUCTS = {p.id: p for p in (f.product for f in read_catalogue(None)) if p.contract is None}
"""What is ordered; what is had by a contract is in tests/workflows/contracts."""
OWNER = account(MARI)
NUMBERS = itertools.count(1)
PASSWORD = "salajane-parool-1"
HAS: Mapping[str, Mapping[str, Any]] = {
    "mobile": {"package": "mobile-s", "spendingLimit": 1000, "simType": "card"},
    "internet": {"package": "internet-100"},
    "router": {"wifiName": "Vana", "wifiPassword": "vana-parool"},
}

HAD = {"dataBoost": True, "roamingPass": True, "forwardTo": "+37255500008", "forwardWhen": "busy"}
"""What a mobile service has that loses a product."""


@dataclass(frozen=True)
class Case:
    """An order of a product."""

    product: str
    action: ItemAction = ItemAction.MODIFY
    given: tuple[tuple[str, Any], ...] = ()
    kind: str = "mobile"

    def __str__(self) -> str:
        return f"{self.action}-{self.product}"

    def values(self) -> dict[str, Any]:
        """What the order states; a SIM is another one in each order."""
        new = {"iccid": f"89373{next(NUMBERS):014}"} if self.product == "sim-replacement" else {}
        return {**dict(self.given), **new}


ADD, DELETE = ItemAction.ADD, ItemAction.DELETE
CASES = [
    Case("call-forwarding", given=(("forwardTo", "+37255500009"),)),
    Case("call-forwarding", DELETE),
    Case("data-boost", ADD),
    Case("data-boost", DELETE),
    Case("esim"),
    Case("internet-package", given=(("package", "internet-300"),), kind="internet"),
    Case("mobile-package", given=(("package", "mobile-l"),)),
    Case("restrictions", given=(("dataBarred", True), ("roamingBarred", False))),
    Case("roaming-pass", ADD),
    Case("roaming-pass", DELETE),
    Case("router-restart", kind="router"),
    Case("router-wifi", given=(("wifiName", "Uus"), ("wifiPassword", PASSWORD)), kind="router"),
    Case("sim-replacement"),
    Case("spending-limit", given=(("spendingLimit", 5000),)),
    Case("spending-limit", DELETE),
]

BY_STANDARD = {"esim", "mobile-package", "router-restart", "router-wifi", "sim-replacement"}
"""Products of which each does something else at the network: also carried out without keys."""
EVERY = pytest.mark.parametrize(
    ("world", "case"),
    [("async", case) for case in CASES]
    + [("standard", case) for case in CASES if case.product in BY_STANDARD],
    indirect=["world"],
    ids=str,
)


def test_order_2_every_product_and_action_of_the_catalogue_is_among_the_cases() -> None:
    """What is for two services is walked through in test_number_moves.py."""
    for_one = [each for each in PRODUCTS.values() if each.other_service is None]
    offered = {(each.id, action) for each in for_one for action in each.actions}
    assert offered == {(each.product, each.action) for each in CASES}


class World:
    """The simulated targets and the engine's effects on them."""

    def __init__(
        self,
        orders: ProductOrders,
        network: network_client.Client,
        billing: billing_client.Client,
        profile: str,
    ) -> None:
        self.orders = orders
        self.network = network
        self.billing = billing
        self._had: dict[UUID, Mapping[str, Any]] = {}
        self.has_keys = profile == "async"

    def new_service(self, case: Case) -> UUID:
        """A service that nobody has changed yet; it has the product that is to be deleted."""
        number = next(NUMBERS)
        facts = service(number, OWNER, kind=case.kind, phone=None)
        put_service(self.orders.database, facts)
        had = dict(HAD) if case.action is DELETE else {}
        self._had[facts.id] = {**HAS[case.kind], **had, "iccid": f"89372{number:014}"}
        self.network.tell_service(str(facts.id), characteristics=self._had[facts.id])
        return facts.id

    def untouched(self, service_id: UUID) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
        """What ``state`` is of a service that was never changed, and for which nothing is owed."""
        return self._had[service_id], {}

    def place(self, case: Case, until: str = "") -> tuple[UUID, UUID]:
        """Order the product for a new service, and carry it out until this step comes.

        Returns the order's id and the service's.
        """
        self.undisturbed()
        service_id = self.new_service(case)
        order = self.orders.order(PRODUCTS[case.product], case.action, case.values(), service_id)
        for action in itertools.takewhile(lambda each: each != until, self.orders.actions(order)):
            if until:
                self.orders.until_settled(order, action)
        return order, service_id

    def state(self, service_id: UUID) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
        """What the network has of a service, and what billing has of it: charges among it."""
        id_, charged = str(service_id), self.charged(service_id)
        booked = self.billing.held(id_) | ({"charged": charged} if charged else {})
        restarts = self.network.restarts(id_)
        return self.network.has(id_) | ({"restarts": restarts} if restarts else {}), booked

    def charged(self, service_id: UUID) -> int:
        """The charges of a service that are not refunded, in cents."""
        booked = [e for e in self.billing.booked() if e["booking"]["service"] == str(service_id)]
        refunded = {each["booking"].get("of") for each in booked}
        return sum(
            price["cents"]
            for each in booked
            if each["action"] == "charge" and each["key"] not in refunded
            for price in each["booking"]["prices"]
        )

    def disturb(self, kind: TargetKind, fault: str) -> None:
        """Make the next change at this target go wrong."""
        if kind is TargetKind.NETWORK:
            self.network.fault(fault, source="activation", times=1)
        else:
            self.billing.fault(fault, times=1)

    def undisturbed(self) -> None:
        for simulator in (self.network, self.billing):
            simulator.control("DELETE", "/faults")

    def changes(self, service_id: UUID) -> list[str]:
        """The keys of what was really done for a service, at both targets, questions left out."""
        booked = [
            each["key"]
            for each in self.billing.booked()
            if each["booking"]["service"] == str(service_id) and each["is_change"]
        ]
        return [each["key"] for each in self.network.applied(service=str(service_id))] + booked


@pytest.fixture(scope="module")
def database(databases: Databases) -> Iterator[Database]:
    with databases.fresh() as url, connected(url) as database:
        put(database, OWNER)
        yield database


@pytest.fixture(scope="module")
def simulators(
    http_servers: None,
) -> Iterator[tuple[network_client.Client, billing_client.Client]]:
    with network_client.running() as network, billing_client.running() as billing:
        yield network, billing


@pytest.fixture
def world(
    database: Database,
    simulators: tuple[network_client.Client, billing_client.Client],
    request: pytest.FixtureRequest,
) -> Iterator[World]:
    network, billing = simulators
    network.reset()
    billing.reset()
    network.behave(request.param)
    network.completion(0)
    dialect = EXTENDED if request.param == "async" else NetworkDialect()
    with ExitStack() as stack:
        http = stack.enter_context(httpx.Client())
        booking = HttpBilling(
            BillingRequests(http, billing.billing_url, billing_client.TOKEN, timeout=5)
        )
        there = stack.enter_context(activation(network, dialect=dialect))
        orders = ProductOrders(database, OWNER.id, there, booking)
        yield World(orders, network, billing, request.param)


def steps_of(case: Case) -> list[tuple[str, StepAction, TargetKind, Stage]]:
    steps = planned(PRODUCTS[case.product], case.action)
    return [(f"{s.id}.1", StepAction(s.do), s.target, s.stage) for s in steps]


def is_doubtful(world: World, do: StepAction) -> bool:
    """Nobody can find out what became of it: a network without keys shows no acts."""
    return not world.has_keys and do in {StepAction.RESTART, StepAction.DOWNLOAD_ESIM}


def carry_out(world: World, order: UUID, case: Case) -> None:
    for action, *_ in steps_of(case):
        assert world.orders.until_settled(order, action) is OutcomeKind.DONE
    assert world.orders.end(order)


def each_once(world: World, service_id: UUID) -> None:
    keys = world.changes(service_id)
    assert len(keys) == len(set(keys))


@EVERY
def test_order_12_every_product_becomes_true_at_its_targets_once(world: World, case: Case) -> None:
    order, service_id = world.place(case)

    carry_out(world, order, case)

    has, _ = world.state(service_id)
    held = world.billing.held(str(service_id))
    product = PRODUCTS[case.product]
    assert world.orders.state(order) is OrderState.COMPLETED
    each_once(world, service_id)
    given = {each.name: each.default for each in product.characteristics if each.default}
    given |= dict(case.given)
    if case.action is DELETE:
        assert not {each.name for each in product.characteristics} & has.keys()
    else:
        assert {name: has[name] for name in given} == given
    monthly, once = ([p.cents for p in product.prices_of(case.action, given)
                      if p.period.value == period] for period in ("monthly", "once"))  # fmt: skip
    assert world.charged(service_id) == sum(once)
    assert [each["cents"] for paid in held.values() for each in paid.get("prices", [])] == monthly
    assert world.network.restarts(str(service_id)) == (case.product == "router-restart")
    if case.product == "esim":
        assert not has["iccid"].startswith("89372000")
        (wanted,) = rows(
            world.orders.database, "SELECT wanted FROM service WHERE id = :id", id=service_id
        )
        assert wanted.wanted == {"simType": "esim", "iccid": has["iccid"]}


@EVERY
def test_order_12_what_is_refused_leaves_nothing_behind(world: World, case: Case) -> None:
    """At each step: the steps before it are undone, once."""
    for action, do, kind, _ in steps_of(case):
        if do is StepAction.READ:
            continue
        order, service_id = world.place(case, action)
        world.disturb(kind, "refuse")
        outcome = world.orders.until_settled(order, action)
        if outcome is OutcomeKind.DONE:  # it costs nothing, so nobody was asked
            continue
        if outcome is OutcomeKind.STUCK:
            world.orders.abort(order, action)
        world.undisturbed()
        world.orders.undo_all(order)
        assert world.state(service_id) == world.untouched(service_id), action
        assert world.orders.end(order)
        assert world.orders.state(order) in {OrderState.FAILED, OrderState.CANCELLED}
        each_once(world, service_id)


@EVERY
def test_order_12_a_lost_answer_is_found_out_and_nothing_is_done_twice(
    world: World, case: Case
) -> None:
    for action, do, kind, _ in steps_of(case):
        if do is StepAction.READ:
            continue
        order, service_id = world.place(case, action)
        world.disturb(kind, "cut")
        outcome = world.orders.until_settled(order, action)
        if is_doubtful(world, do):
            row = world.orders.harness.row(world.orders.step(order, action))
            assert (outcome, row.state) == (OutcomeKind.STUCK, "doubt")
        else:
            assert outcome is OutcomeKind.DONE
            carry_out(world, order, case)
            assert world.orders.state(order) is OrderState.COMPLETED
        each_once(world, service_id)


@EVERY
def test_order_5_a_cancelled_order_leaves_nothing_behind_at_any_step(
    world: World, case: Case
) -> None:
    """Its answer is lost when the order is cancelled; past its pivot the order is completed."""
    for action, do, kind, stage in steps_of(case):
        if is_doubtful(world, do):
            continue
        order, service_id = world.place(case, action)
        world.disturb(kind, "cut")
        world.orders.try_once(world.orders.step(order, action))
        world.orders.cancel(order)
        world.undisturbed()
        for each in world.orders.actions(order):
            world.orders.until_settled(order, each)
        world.orders.undo_all(order)
        assert world.orders.end(order)
        is_past = stage is Stage.PIVOT
        is_untouched = world.state(service_id) == world.untouched(service_id)
        assert is_untouched is not is_past, action
        ended = OrderState.COMPLETED if is_past else OrderState.CANCELLED
        assert world.orders.state(order) is ended, action
        each_once(world, service_id)


@pytest.mark.parametrize("world", ["async"], indirect=True)
@pytest.mark.parametrize("product", ["router-wifi", "esim"])
def test_order_1_secrets_are_in_no_row_in_clear(world: World, product: str) -> None:
    """The Wi-Fi password is opened for the network only, the eSIM's code sealed as it comes."""
    case = next(case for case in CASES if case.product == product)
    order, service_id = world.place(case)

    carry_out(world, order, case)

    has = world.network.has(str(service_id))
    secret = has["activationCode"] if product == "esim" else has["wifiPassword"]
    for table in ("step", "stuck", "service_order_item", "event", "service", "service_secret"):
        found = rows(world.orders.database, f"SELECT to_jsonb(t)::text AS row FROM {table} t")
        assert not [each for each in found if secret in each.row]
    if product == "esim":
        assert world.orders.activation_code(order, service_id) == secret
    else:
        assert secret == PASSWORD

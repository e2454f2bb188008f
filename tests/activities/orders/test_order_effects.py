"""What the effects of an order's steps do where something else happened meanwhile."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

import httpx
import pytest

from activities.adapters.billing.billing import HttpBilling
from activities.adapters.billing.requests import BillingRequests
from activities.provisioning.effect import OutcomeKind
from domain.catalogue.actions import ItemAction
from domain.catalogue.products import Product
from domain.orders.planned_steps import NETWORK_ID
from domain.provisioning.network_dialect import NetworkDialect
from domain.provisioning.steps import Decision
from domain.provisioning.undoing import UndoReason
from services.catalogue.files import read_catalogue
from storage.provisioning import undoing
from tests.builders.people import JAAN, MARI
from tests.builders.product_orders import ProductOrders
from tests.builders.products import LIMIT, document, product
from tests.builders.rows import account, carry_out, put, put_service, rows, service
from tests.builders.step_runner import activation
from tests.clients import billing_client, network_client
from tests.fixtures.engine_plugin import connected

PRODUCTS = {each.product.id: each.product for each in read_catalogue(None)}
OWNER = account(MARI)
MOBILE = service(1, OWNER, phone="+37255500001")
ID = str(MOBILE.id)
READ = {"id": "read", "target": "network", "do": "read"}
DONE, STUCK = OutcomeKind.DONE, OutcomeKind.STUCK


class World:
    """One mobile service, and orders for it."""

    def __init__(
        self,
        orders: ProductOrders,
        network: network_client.Client,
        billing: billing_client.Client,
    ) -> None:
        self.orders = orders
        self.network = network
        self.billing = billing

    def order(self, product: str, action: ItemAction = ItemAction.MODIFY, **given: Any) -> UUID:
        return self.orders.order(PRODUCTS[product], action, given, MOBILE.id)

    def done(self, order: UUID, *actions: str) -> None:
        for action in actions:
            assert self.orders.until_settled(order, action) is DONE

    def listed(self, order: UUID, action: str) -> tuple[str, str]:
        row = self.orders.harness.listed(self.orders.step(order, action))
        return row.kind, row.code


@pytest.fixture(scope="module")
def simulators(
    http_servers: None,
) -> Iterator[tuple[network_client.Client, billing_client.Client]]:
    with network_client.running() as network, billing_client.running() as billing:
        yield network, billing


@pytest.fixture
def world(
    database_url: str, simulators: tuple[network_client.Client, billing_client.Client]
) -> Iterator[World]:
    network, billing = simulators
    network.reset()
    billing.reset()
    network.completion(0)
    network.tell_service(ID, characteristics={"package": "mobile-s", "msisdn": "+37255500001"})
    with (
        connected(database_url) as database,
        activation(network) as there,
        httpx.Client() as http,
    ):
        put(database, OWNER)
        put_service(database, MOBILE)
        requests = BillingRequests(http, billing.billing_url, billing_client.TOKEN, timeout=5)
        orders = ProductOrders(database, OWNER.id, there, HttpBilling(requests))
        yield World(orders, network, billing)


def test_order_12_an_undo_leaves_what_others_changed_since(world: World) -> None:
    """At the network and at billing; and what the step never changed."""
    order = world.order("spending-limit", spendingLimit=5000)
    world.done(order, "read.1", "network-limit.1")
    limited = {"package": "mobile-s", "spendingLimit": 7000, "spendingLimitAction": "bar"}
    world.network.tell_service(ID, characteristics=limited)

    world.orders.cancel(order)
    world.orders.undo_all(order)

    assert world.network.has(ID) == {"package": "mobile-s", "spendingLimit": 7000}


def test_order_12_nothing_is_sent_or_booked_for_a_service_that_has_ended(world: World) -> None:
    """What was done before is undone all the same."""
    order = world.order("roaming-pass", ItemAction.ADD)
    again = world.order("esim")
    world.done(order, "read.1", "charge.1")
    carry_out(world.orders.database, "UPDATE service SET status = 'ended'")

    world.orders.until_settled(order, "pass.1")
    undone = world.orders.undo_all(order)
    world.orders.until_settled(again, "charge.1")

    assert undone == ["charge.1"]
    assert [each["action"] for each in world.billing.booked()] == ["charge", "refund"]
    assert world.network.applied() == []
    assert {each.code for each in rows(world.orders.database, "SELECT code FROM step"
            " WHERE state = 'given_up'")} >= {"service_ended"}  # fmt: skip


@pytest.fixture
def final() -> Product:
    """A product that tells its network something once its point of no return is passed."""
    tell = {"id": "tell", "target": "network", "do": "set", "after": ["bill"]}
    return product(document(steps=[*LIMIT["steps"], tell]))


@pytest.mark.parametrize("was_asked", [False, True])
def test_order_1_nothing_more_is_sent_for_a_service_that_another_account_has(
    world: World, final: Product, *, was_asked: bool
) -> None:
    """Past its point of no return the item is held; what was on its way is found out."""
    given = {"spendingLimit": 5000}
    order = world.orders.order(final, ItemAction.MODIFY, given, MOBILE.id)
    world.done(order, "read.1", "set.1", "bill.1")
    if was_asked:
        world.network.fault("cut", source="activation", times=1)
        world.orders.try_once(world.orders.step(order, "tell.1"))
    sent = len(world.network.applied())
    moved(world)

    kind = world.orders.until_settled(order, "tell.1")

    assert len(world.network.applied()) == sent
    assert kind is (DONE if was_asked else STUCK)
    assert was_asked or world.listed(order, "tell.1")[1] == "service_ended"


def moved(world: World) -> None:
    """The service goes to another owner, as the operator tells."""
    other = account(JAAN, 2)
    put(world.orders.database, other)
    put_service(world.orders.database, replace(MOBILE, account_id=other.id))


def test_order_1_an_activation_code_that_comes_late_is_not_the_next_owners(world: World) -> None:
    order = world.order("esim")
    world.done(order, "charge.1")
    step = world.orders.step(order, "profile.1")
    world.orders.try_once(step)
    world.network.fault("http_503", source="service", times=1)
    world.orders.try_once(step)

    moved(world)
    world.network.control("DELETE", "/faults")
    world.done(order, "profile.1")

    assert rows(world.orders.database, "SELECT FROM service_secret") == []


def test_order_12_a_charge_that_billing_never_got_is_undone_and_void(world: World) -> None:
    """An operator aborts it in doubt: the undo is done, and the charge can come no more."""
    order = world.order("roaming-pass", ItemAction.ADD)
    world.done(order, "read.1")
    world.billing.control("PUT", "/faults", {"source": "all", "kind": "http_500"})
    charge = world.orders.step(order, "charge.1")
    world.orders.try_once(charge)
    assert world.listed(order, "charge.1")[0] == "doubt"
    world.orders.harness.decide(charge, Decision.ABORT)
    world.billing.control("DELETE", "/faults")
    world.orders.try_once(charge)

    assert world.orders.undo_all(order) == ["charge.1"]
    late = world.billing.book(billing_client.CHARGE, charge.key(1))
    assert (late.status_code, late.json()["code"]) == (409, "key_void")
    assert world.billing.booked() == []


def test_order_12_the_charge_of_a_retry_is_the_one_that_is_refunded(world: World) -> None:
    """A refused charge that was retried has another key."""
    order = world.order("mobile-package", package="mobile-l")
    world.done(order, "read.1", "credit.1", "package.1")
    world.billing.fault("refuse", code="dunning", times=1)
    assert world.orders.until_settled(order, "subscription.1") is STUCK
    step = world.orders.step(order, "subscription.1")
    world.orders.harness.decide(step, Decision.RETRY)
    assert world.orders.until_settled(order, "subscription.1") is DONE

    (_, booked) = world.billing.booked()
    assert booked["key"] == step.key(2)


def test_bill_1_a_booking_drops_what_billing_said_of_the_account(world: World) -> None:
    order = world.order("roaming-pass", ItemAction.ADD)
    world.done(order, "read.1")
    database = world.orders.harness.database
    assert rows(database, "SELECT FROM billing_change") == []

    world.done(order, "charge.1")

    (row,) = rows(database, "SELECT account_id, changed_at <= now() AS past FROM billing_change")
    assert (row.account_id, row.past) == (OWNER.id, True)


def test_order_12_an_urgent_bar_in_between_is_not_undone_by_a_step_it_overtook(
    world: World,
) -> None:
    slow = world.order("restrictions", dataBarred=False)
    world.done(slow, "read.1")
    world.network.tell_service(ID, characteristics={"dataBarred": True})
    carry_out(world.orders.database, "UPDATE step SET is_overtaken = TRUE WHERE ended_at IS NULL")

    world.orders.until_settled(slow, "restrict.1")

    assert world.network.has(ID) == {"dataBarred": True}
    (row,) = rows(world.orders.database, "SELECT code FROM step WHERE action = 'restrict.1'")
    assert row.code == "overtaken"


def test_order_12_the_activation_code_is_read_once_it_can_be(world: World) -> None:
    """The profile is reserved once, however often its code cannot be read."""
    order = world.order("esim")
    world.done(order, "charge.1")
    step = world.orders.step(order, "profile.1")
    world.orders.try_once(step)
    world.network.fault("http_503", source="service")
    for _ in range(3):
        world.orders.try_once(step)
    assert world.orders.harness.row(step).state == "accepted"
    world.network.control("DELETE", "/faults")
    world.done(order, "profile.1")

    code = world.network.has(ID)["activationCode"]
    assert world.orders.activation_code(order, MOBILE.id) == code
    assert len(world.network.applied(service=ID)) == 1


def test_order_12_with_another_sim_the_activation_code_is_forgotten(world: World) -> None:
    esim = world.order("esim")
    world.done(esim, "charge.1", "profile.1")
    assert world.orders.end(esim)
    card = world.order("sim-replacement", iccid="8937200000000000002")
    world.done(card, "charge.1", "swap.1")

    assert rows(world.orders.database, "SELECT FROM service_secret") == []


def test_order_12_a_corrected_id_of_the_service_is_kept(world: World) -> None:
    world.network.tell_service(ID, known=False)
    world.network.tell_service("NET-7", characteristics={"package": "mobile-s"})
    order = world.order("mobile-package", package="mobile-m")
    assert world.orders.until_settled(order, "read.1") is STUCK
    assert world.listed(order, "read.1") == ("refused", "service_unknown")

    step = world.orders.step(order, "read.1")
    world.orders.harness.decide(step, Decision.RETRY, **{NETWORK_ID: "NET-7"})
    world.done(order, "read.1", "credit.1", "package.1", "subscription.1")

    assert world.network.has("NET-7")["package"] == "mobile-m"
    (row,) = rows(world.orders.database, "SELECT network_id FROM service")
    assert row.network_id == "NET-7"


def test_order_12_a_secret_that_is_kept_no_more_is_not_set_to_nothing(world: World) -> None:
    router = service(2, OWNER, kind="router")
    put_service(world.orders.database, router)
    given = {"wifiPassword": "salajane-parool"}
    order = world.orders.order(PRODUCTS["router-wifi"], ItemAction.MODIFY, given, router.id)
    carry_out(world.orders.database, "DELETE FROM service_secret")

    world.orders.until_settled(order, "wifi.1")

    assert world.network.applied() == []
    assert world.network.has(str(router.id)) == {}


def test_order_12_a_booking_that_takes_its_time_is_undone_once_it_is_made(world: World) -> None:
    """Cancelled meanwhile: billing is asked until it is known, and its charge is refunded."""
    order = world.order("roaming-pass", ItemAction.ADD)
    world.done(order, "read.1")
    world.billing.fault("never", times=1)
    charge = world.orders.step(order, "charge.1")
    world.orders.try_once(charge)
    world.orders.cancel(order)
    world.orders.try_once(charge)
    waiting = world.orders.harness.row(charge).state
    world.billing.control("DELETE", "/faults")
    world.orders.until_settled(order, "charge.1")

    assert (waiting, world.orders.undo_all(order)) == ("accepted", ["charge.1"])
    assert [each["action"] for each in world.billing.booked()] == ["charge", "refund"]
    assert world.billing.owed(str(OWNER.id)) == 0


@pytest.mark.parametrize("fault", ["", "cut"])
def test_order_12_a_network_without_keys_may_hide_a_password(world: World, fault: str) -> None:
    """Its answer to the change is proof; after a lost one the password is set once more."""
    router = service(2, OWNER, kind="router")
    put_service(world.orders.database, router)
    world.network.behave("standard", hides=["wifiPassword"])
    given = {"wifiName": "Kodu", "wifiPassword": "salajane-parool"}
    with activation(world.network, dialect=NetworkDialect(repeat_after=timedelta())) as there:
        orders = world.orders.with_network(there)
        order = orders.order(PRODUCTS["router-wifi"], ItemAction.MODIFY, given, router.id)
        if fault:
            world.network.fault(fault, source="activation", times=1)
        assert orders.until_settled(order, "wifi.1") is DONE

    assert world.network.has(str(router.id)) == {"wifiName": "Kodu"}
    assert len(world.network.applied(service=str(router.id))) == (2 if fault else 1)


def test_order_12_a_number_is_released_before_it_is_taken(world: World) -> None:
    """Both are undone: the number is where it was."""
    other = service(2, OWNER)
    put_service(world.orders.database, other)
    step = {"target": "network", "undo": "restore", "after": ["read"]}
    release, take = (
        product(
            document(
                id=do.replace("_", "-"),
                specCharacteristic=[{"name": "number", "valueType": "string"}],
                steps=[READ, {"id": "move", "do": do, **step}, READ | {"id": "end"}],
            )
        )
        for do in ("release_number", "take_number")
    )
    number = {"number": MOBILE.number}
    early = world.orders.order(take, ItemAction.MODIFY, number, other.id)
    world.done(early, "read.1")
    assert world.orders.until_settled(early, "move.1") is STUCK
    assert world.listed(early, "move.1") == ("refused", "number_in_use")
    released = world.orders.order(release, ItemAction.MODIFY, number, MOBILE.id)
    world.done(released, "read.1", "move.1")
    world.orders.harness.decide(world.orders.step(early, "move.1"), Decision.RETRY)
    world.done(early, "move.1")
    moved = world.network.has(str(other.id))

    with world.orders.database.transaction() as session:
        for order in (early, released):
            undoing.want(session, order, UndoReason.ABORTED)
    world.orders.undo_all(early)
    world.orders.undo_all(released)

    assert moved == {"msisdn": MOBILE.number}
    assert world.network.has(str(other.id)) == {}
    assert world.network.has(ID)["msisdn"] == MOBILE.number

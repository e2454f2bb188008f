"""order.7: a number moves between accounts, at a simulated network and in the engine's own rows."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import httpx
import pytest

from activities.adapters.billing.billing import HttpBilling
from activities.adapters.billing.requests import BillingRequests
from activities.provisioning.effect import OutcomeKind
from domain.access.grants import Origin
from domain.catalogue.actions import ItemAction
from domain.contracts.port_outs import PortOutState
from domain.orders.states import OrderState
from domain.provisioning.network_dialect import NetworkDialect
from services.catalogue.files import read_catalogue
from storage.accounts import number_moves
from storage.contract_orders import port_outs
from storage.contract_orders.leaving import ToldPortOut
from storage.database import Database
from storage.orders import operator_word, refreshing
from tests.builders.days import ZONE
from tests.builders.people import JAAN, KATI, MARI
from tests.builders.product_orders import ProductOrders
from tests.builders.rows import BILLING, account, give, held, put, put_service, rows, service
from tests.builders.step_runner import EXTENDED, activation
from tests.clients import billing_client, network_client
from tests.fixtures.engine_plugin import connected

PRODUCTS = {each.product.id: each.product for each in read_catalogue(None)}
MOVE = PRODUCTS["number-move"]
READ, RELEASE, TAKE = "read-from.1", "release.1", "take.1"
FROM, TO = account(MARI, 1), account(JAAN, 2)
NUMBER = "+37255500001"
GIVER, TAKER = service(1, FROM, phone=NUMBER), service(2, TO)
MOBIIL_ID = service(3, FROM, kind="mobiil_id", phone=NUMBER)
DONE = OutcomeKind.DONE


class World:
    """Two mobile services on accounts of different owners; the first has a number."""

    def __init__(self, orders: ProductOrders, network: network_client.Client) -> None:
        self.orders = orders
        self.network = network

    @property
    def database(self) -> Database:
        return self.orders.database

    def move(self, giver: UUID = GIVER.id, taker: UUID = TAKER.id) -> UUID:
        return self.orders.order(MOVE, ItemAction.MODIFY, {"fromService": str(giver)}, taker)

    def done(self, order: UUID, *actions: str) -> None:
        for action in actions:
            assert self.orders.until_settled(order, action) is DONE

    def at_network(self) -> tuple[Any, Any]:
        """The number that the giver has there, and the taker's."""
        return tuple(self.network.has(str(each.id)).get("msisdn") for each in (GIVER, TAKER))  # type: ignore[return-value]

    def stored(self) -> tuple[Any, Any]:
        """The number that the giver has in the engine, and the taker's."""
        found = {
            row.id: row.number for row in rows(self.database, "SELECT id, number FROM service")
        }
        return found[GIVER.id], found[TAKER.id]

    def code(self, order: UUID, action: str) -> str:
        sql = "SELECT code FROM step WHERE process_id = :id AND action = :action"
        code: str = rows(self.database, sql, id=order, action=action)[0].code
        return code

    def fail(self, order: UUID, action: str) -> None:
        """The step is refused: its item is undone, and ends as failed."""
        self.orders.until_settled(order, action)
        self.network.control("DELETE", "/faults")
        self.orders.undo_all(order)
        assert self.orders.end(order)
        assert self.orders.state(order) is OrderState.FAILED

    def each_once(self) -> None:
        keys = [each["key"] for each in self.network.applied()]
        assert len(keys) == len(set(keys))


@pytest.fixture(scope="module")
def simulators(
    http_servers: None,
) -> Iterator[tuple[network_client.Client, billing_client.Client]]:
    with network_client.running() as network, billing_client.running() as billing:
        yield network, billing


@pytest.fixture(params=["async"])
def world(
    database_url: str,
    simulators: tuple[network_client.Client, billing_client.Client],
    request: pytest.FixtureRequest,
) -> Iterator[World]:
    network, billing = simulators
    network.reset()
    network.behave(request.param)
    network.completion(0)
    network.tell_service(str(GIVER.id), characteristics={"msisdn": NUMBER})
    network.tell_service(str(TAKER.id), characteristics={})
    dialect = EXTENDED if request.param == "async" else NetworkDialect()
    with (
        connected(database_url) as database,
        activation(network, dialect=dialect) as there,
        httpx.Client() as http,
    ):
        put(database, FROM, TO)
        put_service(database, GIVER, TAKER, MOBIIL_ID)
        requests = BillingRequests(http, billing.billing_url, billing_client.TOKEN, timeout=5)
        orders = ProductOrders(database, TO.id, there, HttpBilling(requests))
        yield World(orders, network)


BOTH = pytest.mark.parametrize("world", ["async", "standard"], indirect=True)


@BOTH
def test_order_7_a_number_is_released_and_then_taken_in_one_order(world: World) -> None:
    """What rested on it ends: access by the number, and the Mobiil-ID of the SIM."""
    give(world.database, KATI, FROM, on=GIVER, origin=Origin.NUMBER_VERIFICATION)
    order = world.move()
    world.done(order, READ, RELEASE)
    between = world.at_network(), world.stored()
    world.done(order, TAKE)
    assert world.orders.end(order)

    assert between == ((None, None), (NUMBER, None))
    assert world.at_network() == world.stored() == (None, NUMBER)
    assert world.orders.state(order) is OrderState.COMPLETED
    world.each_once()
    (shared,) = rows(world.database, "SELECT status FROM service WHERE kind = 'mobiil_id'")
    assert shared.status == "ended"
    assert KATI not in {each.person for each in held(world.database)}
    (moved,) = rows(world.database, "SELECT * FROM event WHERE kind = 'number:moved'")
    assert (moved.subject_id, moved.account_id) == (TAKER.id, TO.id)
    assert moved.after == {
        "order_id": str(order),
        "from": str(GIVER.id),
        "ended": [str(MOBIIL_ID.id)],
    }
    changed = rows(world.database, "SELECT subject_id FROM event WHERE kind = 'service:changed'")
    assert {each.subject_id for each in changed} == {GIVER.id, TAKER.id, MOBIIL_ID.id}


@BOTH
def test_order_7_a_number_that_cannot_be_taken_goes_back(world: World) -> None:
    order = world.move()
    world.done(order, READ, RELEASE)
    world.network.fault("refuse", source="activation", times=1)
    world.fail(order, TAKE)

    assert world.at_network() == world.stored() == (NUMBER, None)
    assert not rows(world.database, "SELECT FROM event WHERE kind = 'number:moved'")
    world.each_once()


@BOTH
def test_order_7_a_lost_answer_moves_the_number_once(world: World) -> None:
    order = world.move()
    world.done(order, READ)
    for action in (RELEASE, TAKE):
        world.network.fault("cut", source="activation", times=1)
        world.done(order, action)
    assert world.orders.end(order)

    assert world.at_network() == world.stored() == (None, NUMBER)
    world.each_once()


@pytest.mark.parametrize("last", [READ, RELEASE, TAKE])
def test_order_7_a_cancelled_move_leaves_the_number_where_it_was_unless_it_is_taken(
    world: World, last: str
) -> None:
    """The last answer is lost when the order is cancelled: what became of it is found out."""
    order = world.move()
    actions = [READ, RELEASE, TAKE]
    world.done(order, *actions[: actions.index(last)])
    world.network.fault("cut", source="activation", times=1)
    world.orders.try_once(world.orders.step(order, last))
    world.orders.cancel(order)
    world.network.control("DELETE", "/faults")
    for action in actions:
        world.orders.until_settled(order, action)
    world.orders.undo_all(order)
    assert world.orders.end(order)

    is_taken = last == TAKE
    ended = OrderState.COMPLETED if is_taken else OrderState.CANCELLED
    assert world.at_network() == world.stored() == ((None, NUMBER) if is_taken else (NUMBER, None))
    assert world.orders.state(order) is ended
    world.each_once()


def test_order_7_crossing_moves_take_turns_on_both_services(world: World) -> None:
    """The second one was about a number that its giver has not any more: it changes nothing."""
    other = "+37255500002"
    put_service(world.database, service(2, TO, phone=other))
    world.network.tell_service(str(TAKER.id), characteristics={"msisdn": other})
    first = world.move()
    second = world.move(TAKER.id, GIVER.id)

    assert world.orders.until_settled(second, READ) is OutcomeKind.WAITING
    world.done(first, READ, RELEASE, TAKE)
    assert world.orders.end(first)
    world.done(second, READ)
    world.fail(second, RELEASE)

    assert world.at_network() == world.stored() == (None, NUMBER)
    assert len(world.network.applied()) == 2


def test_order_7_orders_for_either_service_wait_until_the_number_has_moved(world: World) -> None:
    """Both places are taken when the move begins, also the one that is used last."""
    move = world.move()
    given = {"forwardTo": "+37255500008"}
    after = []
    for each in (GIVER, TAKER):
        world.orders.account_id = each.account_id
        forward = PRODUCTS["call-forwarding"]
        after.append(world.orders.order(forward, ItemAction.MODIFY, given, each.id))

    early = [world.orders.until_settled(order, "read.1") for order in after]
    world.done(move, READ, RELEASE, TAKE)
    assert world.orders.end(move)
    for order in after:
        world.done(order, "read.1")

    assert early == [OutcomeKind.WAITING, OutcomeKind.WAITING]


@pytest.mark.parametrize("lost", [GIVER, TAKER])
def test_order_7_a_service_that_is_lost_cancels_the_move(world: World, lost: Any) -> None:
    order = world.move()
    world.done(order, READ, RELEASE)
    with world.database.reading() as connection:
        opened = operator_word.open_orders(connection, [GIVER.id, TAKER.id])
    with world.database.transaction() as session:
        assert operator_word.service_lost(session, [lost.id], BILLING) == [order]
    world.orders.until_settled(order, TAKE)
    world.orders.undo_all(order)
    assert world.orders.end(order)

    assert opened == {GIVER.id: order, TAKER.id: order}
    assert world.orders.state(order) is OrderState.CANCELLED
    assert world.at_network() == (NUMBER, None)


def test_order_7_the_operators_word_about_the_number_counts_more(world: World) -> None:
    """The giver has another number by now: nothing is released, and nothing moves in our rows."""
    order = world.move()
    put_service(world.database, service(1, FROM, phone="+37255500009"))
    world.done(order, READ)
    world.orders.until_settled(order, RELEASE)
    with world.database.transaction() as session:
        moved = number_moves.move(
            session, NUMBER, GIVER.id, TAKER.id, order, actor=refreshing.ENGINE
        )

    assert not moved
    assert world.code(order, RELEASE) == "refused"
    assert world.network.applied() == []
    assert world.stored() == ("+37255500009", None)


def left_operator(world: World) -> None:
    with world.database.transaction() as session:
        at = datetime.now(UTC) + timedelta(hours=1)
        told = ToldPortOut(UUID(int=7), NUMBER, ["digest"], PortOutState.COMPLETED, at, at)
        assert port_outs.tell(session, told, ZONE, actor=BILLING)


def given_to_another(world: World) -> None:
    put_service(world.database, replace(GIVER, number=None), service(4, TO, phone=NUMBER))


@pytest.mark.parametrize("told", [left_operator, given_to_another])
def test_order_7_a_number_that_is_elsewhere_by_now_does_not_go_back(
    world: World, told: Callable[[World], None]
) -> None:
    """Between its release and its taking the operator tells where it is."""
    order = world.move()
    world.done(order, READ, RELEASE)
    told(world)
    world.orders.until_settled(order, TAKE)
    world.orders.undo_all(order)
    assert world.orders.end(order)

    assert world.at_network() == (None, None)
    assert world.orders.state(order) in {OrderState.FAILED, OrderState.CANCELLED}


def test_order_7_a_number_that_left_while_it_was_taken_is_nobodys(world: World) -> None:
    """The answer was lost: the network has it at the taker, and the operator says otherwise."""
    order = world.move()
    world.done(order, READ, RELEASE)
    world.network.fault("cut", source="activation", times=1)
    world.orders.try_once(world.orders.step(order, TAKE))
    left_operator(world)
    world.network.control("DELETE", "/faults")
    world.done(order, TAKE)
    assert world.orders.end(order)

    assert world.stored()[1] is None
    ended = rows(world.database, "SELECT id FROM service WHERE status = 'ended'")
    assert {each.id for each in ended} == {GIVER.id, MOBIIL_ID.id}
    assert not rows(world.database, "SELECT FROM event WHERE kind = 'number:moved'")

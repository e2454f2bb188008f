"""order.7: numbers that move, on a real Temporal server: two orders that cross, and a refusal."""

from domain.catalogue.actions import ItemAction
from domain.orders.planning import planned
from domain.orders.states import OrderState
from services.catalogue.files import read_catalogue
from tests.builders.orders import NewItem
from tests.builders.rows import put_service, rows, service
from tests.fixtures.order_stack import OFFICE, OrderStack

(MOVE,) = (each.product for each in read_catalogue(None) if each.product.id == "number-move")
NUMBERS = {1: "+37255500001", 2: "+37255500002", 3: None}


def move(giver: int, taker: int) -> NewItem:
    from_id = service(giver, OFFICE).id
    return NewItem(
        planned(MOVE, ItemAction.MODIFY),
        service(taker, OFFICE).id,
        parameters={"fromService": str(from_id), "number": NUMBERS[giver]},
        giver=from_id,
    )


def set_up(ordering: OrderStack) -> None:
    for number, phone in NUMBERS.items():
        put_service(ordering.database, service(number, OFFICE, phone=phone))
        has = {} if phone is None else {"msisdn": phone}
        ordering.network.tell_service(str(service(number, OFFICE).id), characteristics=has)


def everywhere(ordering: OrderStack) -> tuple[list[str | None], list[str | None]]:
    """The numbers that the services have at the network, and in the engine."""
    ids = [service(number, OFFICE).id for number in NUMBERS]
    found = rows(ordering.database, "SELECT id, number FROM service")
    stored = {row.id: row.number for row in found}
    return [ordering.network.has(str(i)).get("msisdn") for i in ids], [stored[i] for i in ids]


async def test_order_7_of_two_moves_that_cross_one_comes_after_the_other(
    ordering: OrderStack,
) -> None:
    """Neither waits for the other in a circle. The second one finds its number gone."""
    set_up(ordering)
    first = await ordering.place(move(1, 2))
    second = await ordering.place(move(2, 1))
    ends = [(await ordering.over(order)).state for order in (first, second)]

    assert ends == [OrderState.COMPLETED, OrderState.FAILED]
    assert everywhere(ordering) == ([None, NUMBERS[1], None], [None, NUMBERS[1], None])


async def test_order_7_a_number_that_is_refused_goes_back(ordering: OrderStack) -> None:
    set_up(ordering)
    taker = str(service(3, OFFICE).id)
    ordering.network.fault("refuse", source="activation", subject=taker)
    order = await ordering.place(move(1, 3))
    over = await ordering.over(order)

    assert over.state is OrderState.FAILED
    assert everywhere(ordering) == (list(NUMBERS.values()),) * 2
    assert ordering.sent(1) == [{"msisdn": None}, {"msisdn": NUMBERS[1]}]

"""order.6: an order that a group must confirm begins when its approval is carried out."""

from datetime import datetime
from functools import partial
from uuid import UUID

import pytest

from domain.approvals.acts import ActKind
from domain.approvals.ids import approval_of
from domain.approvals.states import ApprovalState
from domain.catalogue.products import Confirmation
from domain.numbers.sms_texts import Language
from domain.orders.states import OrderState
from services.parties.people import ensure_person
from storage.approvals import proposing, wakeups
from storage.approvals.proposing import Proposed, Proposer
from storage.database import Database, Session
from storage.orders import confirmation_notices, confirming, ending
from tests.builders import approvals
from tests.builders.approvals import LOGIN, ON
from tests.builders.delegations import FOREIGN, OTHER, actor, set_up_customers
from tests.builders.orders import PORTAL, NewItem, Orders
from tests.builders.people import JAAN, KATI, PEETER, TIIU
from tests.builders.register_states import TAMM, together
from tests.builders.rows import carry_out, history, rows, store_states

S, A = OrderState, ApprovalState


@pytest.fixture
def orders(database: Database) -> Orders:
    """Tiiu and Jaan represent Tamm together; its delegate Kati orders."""
    set_up_customers(database)
    return Orders(database, OTHER.id)


def waiting(orders: Orders) -> UUID:
    item = NewItem(service=FOREIGN.id, confirm=Confirmation.GROUP)
    order = orders.insert(item, person_id=ensure_person(orders.database, KATI))
    orders.refresh(order)
    return order


def propose(orders: Orders, order: UUID) -> UUID:
    """Tiiu confirms it first, which opens its approval."""
    database = orders.database
    tiiu, by = ensure_person(database, TIIU), actor(database, TIIU)
    who = Proposer(approval_of(order), tiiu, LOGIN, Language.ESTONIAN, 1)

    def prepare(session: Session, lapses_at: datetime) -> Proposed:
        return Proposed(confirming.act_of(session, order), order, lapses_at)

    with database.transaction() as session:
        company_id = proposing.lock_company(session, OTHER.id)
        assert company_id is not None
        ready = partial(prepare, session)
        proposing.propose(session, company_id, who, ready, ON, actor=by)
    return who.approval_id


def test_order_6_it_begins_when_the_last_of_the_group_confirms(orders: Orders) -> None:
    order = waiting(orders)
    approval = propose(orders, order)
    approvals.conclude(orders.database, approval)
    alone = orders.state(order)

    approvals.confirm(orders.database, approval, JAAN)
    approvals.conclude(orders.database, approval)
    approvals.conclude(orders.database, approval)

    assert (alone, orders.state(order)) == (S.PENDING, S.IN_PROGRESS)
    assert approvals.state_of(orders.database, approval) is A.CARRIED_OUT
    assert history(orders.database).count("order:confirmed") == 1
    assert rows(orders.database, "SELECT FROM order_confirmation") == []
    (process,) = rows(orders.database, "SELECT FROM process WHERE id = :id", id=order)
    assert process is not None


@pytest.mark.parametrize(
    ("how", "why"),
    [
        ("declined", "order_declined"),
        ("withdrawn", "order_cancelled"),
        ("lapsed", "order_not_confirmed"),
    ],
)
def test_order_6_it_is_cancelled_where_the_group_does_not_confirm(
    orders: Orders, how: str, why: str
) -> None:
    order = waiting(orders)
    approval = propose(orders, order)
    match how:
        case "declined":
            approvals.decline(orders.database, approval, JAAN)
        case "withdrawn":
            approvals.withdraw(orders.database, approval, TIIU)
        case "lapsed":
            carry_out(orders.database, "UPDATE approval SET lapses_at = clock_timestamp()")
            approvals.proceed(orders.database, approval)

    shown = orders.shown(order)
    assert (shown.state, shown.cancel_reason) == (S.CANCELLED, why)
    assert approvals.state_of(orders.database, approval) is A(how)


def test_order_6_an_order_that_was_cancelled_ends_its_approval(orders: Orders) -> None:
    order = waiting(orders)
    approval = propose(orders, order)
    approvals.proceed(orders.database, approval)
    with orders.database.transaction() as session:
        before = wakeups.touch_outdated(session)
        ending.cancel_unbegun(session, order, ending.CANCELLED, PORTAL)
    with orders.database.transaction() as session:
        after = wakeups.touch_outdated(session)

    approvals.proceed(orders.database, approval)

    assert (before, after) == (0, 1)
    assert approvals.state_of(orders.database, approval) is A.REFUSED
    assert orders.shown(order).cancel_reason == "order_cancelled"


def test_order_6_an_approval_that_ends_leaves_an_order_that_others_have_confirmed(
    orders: Orders,
) -> None:
    """One who represents the company alone has confirmed it; it begins later."""
    order = waiting(orders)
    approval = propose(orders, order)
    later = "now() + interval '1 day', confirmed_at = now()"
    carry_out(orders.database, f"UPDATE service_order SET requested_start_at = {later}")

    approvals.withdraw(orders.database, approval, TIIU)

    assert approvals.state_of(orders.database, approval) is A.WITHDRAWN
    assert orders.state(order) is S.PENDING


def test_order_6_who_left_does_not_count(orders: Orders) -> None:
    order = waiting(orders)
    approval = propose(orders, order)
    store_states(orders.database, together(JAAN, PEETER, of=TAMM, minute=1))
    approvals.confirm(orders.database, approval, JAAN)
    approvals.conclude(orders.database, approval)
    waits = orders.state(order)
    approvals.confirm(orders.database, approval, PEETER)
    approvals.conclude(orders.database, approval)

    assert (waits, orders.state(order)) == (S.PENDING, S.IN_PROGRESS)


def test_order_6_what_changed_after_it_was_proposed_is_not_carried_out(orders: Orders) -> None:
    order = waiting(orders)
    approval = propose(orders, order)
    price = '[{"cents": 100, "currency": "EUR", "is_vat_included": true, "period": "once"}]'
    carry_out(orders.database, "UPDATE service_order_item SET price = :price", price=price)
    approvals.confirm(orders.database, approval, JAAN)

    with pytest.raises(confirming.OrderNotWaiting):
        approvals.conclude(orders.database, approval)

    assert orders.state(order) is S.PENDING


def test_order_6_the_act_is_of_the_order(orders: Orders) -> None:
    order = waiting(orders)
    approval = approvals.read(orders.database, propose(orders, order))

    assert (approval.kind, approval.subject_id) == (ActKind.ORDER_PLACE, order)
    assert approval.act.data["order_id"] == str(order)


def test_order_6_representatives_are_asked_and_the_orderer_learns_how_it_ended(
    orders: Orders,
) -> None:
    database = orders.database
    kati = ensure_person(database, KATI)
    first, second = waiting(orders), waiting(orders)
    for order in (first, second):
        with database.transaction() as session:
            confirmation_notices.ask(session, order, ON.zone, actor=actor(database, KATI))
    approval = propose(orders, first)
    approvals.confirm(database, approval, JAAN)
    approvals.conclude(database, approval)
    approvals.decline(database, propose(orders, second), JAAN)

    found = rows(database, "SELECT kind, person_id, subject_id FROM notice")
    asked = {each.person_id for each in found if each.kind == "order_to_confirm"}
    ended = {(each.kind, each.subject_id) for each in found if each.person_id == kati}
    assert asked == {ensure_person(database, TIIU), ensure_person(database, JAAN)}
    assert ended == {("order_confirmed", first), ("order_not_confirmed", second)}

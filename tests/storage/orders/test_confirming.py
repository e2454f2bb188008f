"""order.6: an order that needs a confirmation begins with it, once, and is cancelled without it."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from domain.approvals.confirmations import Confirming
from domain.audit import Actor
from domain.catalogue.products import Confirmation
from domain.numbers.sms_texts import Language
from domain.orders.states import OrderState
from domain.people.erasure import NO_COUNTRY
from services.parties.people import ensure_person
from storage.database import Database, Session
from storage.orders import confirmation_notices, confirming, ending, ordered, reminding
from storage.orders.confirming import OrderNotWaiting
from tests.builders.approvals import LOGIN
from tests.builders.days import ZONE
from tests.builders.delegations import actor
from tests.builders.interleavings import meet
from tests.builders.orders import PORTAL, NewItem, Orders
from tests.builders.people import JAAN, MARI
from tests.builders.rows import account, carry_out, history, put, put_service, rows, service

S = OrderState
OWN = account(MARI)
PHONE = service(1, OWN)


@pytest.fixture
def orders(database: Database) -> Orders:
    put(database, OWN)
    put_service(database, PHONE)
    return Orders(database, OWN.id)


def waiting(orders: Orders, **more: object) -> UUID:
    """An order of Mari's that waits for her confirmation."""
    item = NewItem(service=PHONE.id, confirm=Confirmation.OWN, parameters={"spendingLimit": 5000})
    mari = ensure_person(orders.database, MARI)
    order = orders.insert(item, person_id=mari, **more)  # type: ignore[arg-type]
    assert not orders.begin(order)
    orders.refresh(order)
    return order


def digest(orders: Orders, order: UUID) -> str:
    with orders.database.reading() as connection:
        return ordered.acts_of(connection, [order])[order].digest()


def given(orders: Orders, order: UUID, shown: str = "") -> Confirming:
    mari = ensure_person(orders.database, MARI)
    return Confirming(mari, shown or digest(orders, order), 1, Language.ESTONIAN, LOGIN)


def confirm(orders: Orders, order: UUID, shown: str = "") -> bool:
    word, by = given(orders, order, shown), actor(orders.database, MARI)
    with orders.database.transaction() as session:
        return confirming.confirm(session, order, word, actor=by)


def passed_time(orders: Orders) -> None:
    carry_out(orders.database, "UPDATE service_order SET confirm_by = clock_timestamp()")


def lapse(orders: Orders) -> int:
    with orders.database.transaction() as session:
        return confirming.lapse(session)


def test_order_6_it_waits_for_its_confirmation_and_begins_with_it(orders: Orders) -> None:
    order = waiting(orders)
    before = orders.state(order)
    has_begun = confirm(orders, order)

    assert (before, has_begun) == (S.PENDING, True)
    assert orders.passed(order) == ["acknowledged", "inProgress", "pending", "inProgress"]
    (kept,) = rows(orders.database, "SELECT * FROM order_confirmation")
    assert (kept.digest, kept.issuer, kept.acr) == (
        digest(orders, order),
        LOGIN.issuer,
        LOGIN.acr.claim,
    )
    assert (kept.template_version, kept.language, kept.token_id) == (1, "et", "jti")
    assert history(orders.database).count("order:confirmed") == 1
    (process,) = rows(orders.database, "SELECT FROM process WHERE id = :id", id=order)
    assert process is not None


def test_order_6_it_is_confirmed_once(orders: Orders) -> None:
    order = waiting(orders)
    confirm(orders, order)

    with pytest.raises(OrderNotWaiting):
        confirm(orders, order)

    assert len(rows(orders.database, "SELECT FROM order_confirmation")) == 1


def test_order_6_two_confirmations_at_one_instant_begin_it_once(orders: Orders) -> None:
    order = waiting(orders)
    word, by = given(orders, order), actor(orders.database, MARI)

    def change(session: Session) -> None:
        confirming.confirm(session, order, word, actor=by)

    with pytest.raises(OrderNotWaiting):
        meet(orders.database, change, change)

    assert history(orders.database).count("order:confirmed") == 1


def test_order_6_what_was_shown_is_what_begins(orders: Orders) -> None:
    order = waiting(orders)

    with pytest.raises(OrderNotWaiting):
        confirm(orders, order, shown="0" * 64)

    assert orders.state(order) is S.PENDING
    assert rows(orders.database, "SELECT FROM order_confirmation") == []


def test_order_6_another_secret_is_another_act(orders: Orders) -> None:
    order = waiting(orders)
    without = digest(orders, order)
    digests = [without]
    for sealed in (b"one", b"other"):
        carry_out(
            orders.database,
            "INSERT INTO service_secret (order_id, item, name, service_id, sealed, kept_until)"
            " VALUES (:order, 1, 'wifiPassword', :service, :sealed, 'infinity')"
            " ON CONFLICT (order_id, item, name) DO UPDATE SET sealed = excluded.sealed",
            order=order,
            service=PHONE.id,
            sealed=sealed,
        )
        digests.append(digest(orders, order))

    assert len(set(digests)) == 3
    with pytest.raises(OrderNotWaiting):
        confirm(orders, order, shown=without)


def test_order_6_confirmed_before_its_date_it_begins_on_that_date(orders: Orders) -> None:
    order = waiting(orders, start=datetime.now(UTC) + timedelta(days=1))

    has_begun = confirm(orders, order)
    state = orders.state(order)
    carry_out(orders.database, "UPDATE service_order SET requested_start_at = ordered_at")

    assert (has_begun, state) == (False, S.IN_PROGRESS)
    assert orders.begin(order)


def test_order_6_nobody_confirmed_it_in_time(orders: Orders) -> None:
    order, early = waiting(orders), lapse(orders)
    passed_time(orders)
    with orders.database.reading() as connection:
        late = confirming.age_of_late(connection)
    ended = lapse(orders)

    assert (early, ended, lapse(orders)) == (0, 1, 0)
    assert late >= 0
    assert orders.state(order) is S.CANCELLED
    assert orders.shown(order).cancel_reason == "order_not_confirmed"
    with pytest.raises(OrderNotWaiting):
        confirm(orders, order)


def test_order_6_what_was_confirmed_never_lapses(orders: Orders) -> None:
    order = waiting(orders)
    confirm(orders, order)
    passed_time(orders)

    assert lapse(orders) == 0
    assert orders.state(order) is S.IN_PROGRESS


def test_order_6_who_waits_for_a_confirmation_blocks_nobody(orders: Orders) -> None:
    waiting(orders)
    other = orders.begun(NewItem(service=PHONE.id))

    orders.attempt(other, "set.1")

    assert orders.state(other) is S.IN_PROGRESS


def told(orders: Orders) -> list[tuple[str, UUID]]:
    """Who was told what, the earliest first."""
    found = rows(orders.database, "SELECT kind, person_id FROM notice ORDER BY created_at, id")
    return [(each.kind, each.person_id) for each in found]


def ask(orders: Orders, order: UUID, by: Actor) -> None:
    with orders.database.transaction() as session:
        confirmation_notices.ask(session, order, ZONE, actor=by)


def test_order_6_whoever_is_to_confirm_is_told_once(orders: Orders) -> None:
    mari = ensure_person(orders.database, MARI)
    order = waiting(orders)
    for _ in range(2):
        ask(orders, order, PORTAL)
    facts = rows(orders.database, "SELECT facts FROM notice")

    assert told(orders) == [("order_to_confirm", mari)]
    assert facts[0].facts.keys() == {"until"}


def test_order_6_whoever_orders_by_their_own_login_knows_that_it_waits(orders: Orders) -> None:
    ask(orders, waiting(orders), actor(orders.database, MARI))

    assert told(orders) == []


def remind(orders: Orders) -> list[str]:
    """Remind of what is due; returns the occasions of all reminders: days before the end."""
    with orders.database.transaction() as session:
        reminding.remind(session, ZONE)
    found = rows(
        orders.database,
        "SELECT occasion FROM notice WHERE kind = 'order_reminder' ORDER BY created_at, id",
    )
    return [each.occasion for each in found]


def ordered_ago(orders: Orders, order: UUID, age: str, left: str) -> None:
    """Let an order be so old, and its time to be confirmed so short."""
    carry_out(
        orders.database,
        "UPDATE service_order SET ordered_at = clock_timestamp() - CAST(:age AS interval),"
        " confirm_by = clock_timestamp() + CAST(:left AS interval) WHERE id = :id",
        id=order,
        age=age,
        left=left,
    )


def test_order_6_who_confirms_alone_is_reminded_before_it_is_cancelled(orders: Orders) -> None:
    mari = ensure_person(orders.database, MARI)
    order = waiting(orders)
    told_of = {}

    for left in ("4 days", "71 hours", "70 hours", "23 hours", "1 hour", "-1 hour"):
        ordered_ago(orders, order, "10 days", left)
        with orders.database.reading() as connection:
            late = reminding.age(connection)
        told_of[left] = (late > 0, remind(orders))

    assert told_of == {
        "4 days": (False, []),
        "71 hours": (True, ["3"]),
        "70 hours": (False, ["3"]),
        "23 hours": (True, ["3", "1"]),
        "1 hour": (False, ["3", "1"]),
        "-1 hour": (False, ["3", "1"]),
    }
    assert told(orders) == [("order_reminder", mari)] * 2


def test_order_6_nobody_is_reminded_on_the_day_of_the_order(orders: Orders) -> None:
    """Of what they have had no day to do."""
    ordered_ago(orders, waiting(orders), "20 hours", "23 hours")

    assert remind(orders) == []


def test_order_6_a_reminder_that_nobody_gave_in_time_is_not_made_up_for(orders: Orders) -> None:
    ordered_ago(orders, waiting(orders), "10 days", "2 hours")

    assert remind(orders) == ["1"]


@pytest.mark.parametrize("done", ["confirmed", "cancelled"])
def test_order_6_nobody_is_reminded_of_what_is_settled(orders: Orders, done: str) -> None:
    order = waiting(orders)
    ordered_ago(orders, order, "10 days", "2 hours")
    if done == "confirmed":
        confirm(orders, order)
    else:
        orders.cancel(order)

    assert remind(orders) == []


def test_order_6_the_owner_of_a_private_account_is_reminded(orders: Orders) -> None:
    jaan, mari = (ensure_person(orders.database, who) for who in (JAAN, MARI))
    item = NewItem(service=PHONE.id, confirm=Confirmation.GROUP)
    order = orders.insert(item, person_id=jaan)
    ordered_ago(orders, order, "10 days", "2 hours")

    remind(orders)

    assert told(orders) == [("order_reminder", mari)]


def test_order_6_an_erased_orderer_is_not_reminded(orders: Orders) -> None:
    ordered_ago(orders, waiting(orders), "10 days", "2 hours")
    erased = "UPDATE person SET country = :nowhere, erased_at = now()"
    carry_out(orders.database, erased, nowhere=NO_COUNTRY)

    assert remind(orders) == []


def test_order_6_whoever_ordered_learns_that_nobody_confirmed(orders: Orders) -> None:
    mari = ensure_person(orders.database, MARI)
    waiting(orders)
    passed_time(orders)
    lapse(orders)

    assert told(orders) == [("order_not_confirmed", mari)]


def test_order_6_a_confirmation_and_a_cancel_at_one_instant(orders: Orders) -> None:
    """Whichever comes first: the order begins, or is cancelled, and never both."""
    first, second = waiting(orders), waiting(orders)
    by = actor(orders.database, MARI)
    words = {order: given(orders, order) for order in (first, second)}

    def confirm_it(session: Session) -> bool:
        return confirming.confirm(session, first, words[first], actor=by)

    def cancel_it(session: Session) -> bool:
        return ending.cancel_unbegun(session, first, ending.CANCELLED, by)

    def cancel_other(session: Session) -> bool:
        return ending.cancel_unbegun(session, second, ending.CANCELLED, by)

    def confirm_other(session: Session) -> bool:
        return confirming.confirm(session, second, words[second], actor=by)

    assert meet(orders.database, confirm_it, cancel_it) is False
    with pytest.raises(OrderNotWaiting):
        meet(orders.database, cancel_other, confirm_other)

    assert (orders.state(first), orders.state(second)) == (S.IN_PROGRESS, S.CANCELLED)

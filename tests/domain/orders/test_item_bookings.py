"""order.12: what each step of an item books, by its action and prices."""

from uuid import UUID

import pytest

from domain.catalogue.actions import ItemAction
from domain.catalogue.products import Period
from domain.catalogue.step_actions import StepAction, UndoAction
from domain.orders.item_bookings import UNDOING, BookedItem, booking_of, undoing_of
from domain.orders.network_changes import change_of, restorable
from domain.provisioning.bookings import BookedPrice, Booking, BookingAction

A, S, B = StepAction, UUID(int=1), BookingAction
ONCE, MONTHLY = BookedPrice(900, "EUR", True), BookedPrice(1690, "EUR", False)
VALUES = {"spendingLimit": 5000, "spendingLimitAction": None}


def item(action: ItemAction = ItemAction.MODIFY, *prices: BookedPrice) -> BookedItem:
    by_period = {
        Period.ONCE: [each for each in prices if each is ONCE],
        Period.MONTHLY: [each for each in prices if each is MONTHLY],
    }
    return BookedItem(S, S, "p", action, by_period, VALUES)


BOTH = item(ItemAction.ADD, ONCE, MONTHLY)
FREE, GONE = item(), item(ItemAction.DELETE)


@pytest.mark.parametrize(
    ("do", "about", "expected"),
    [
        (A.CHECK_CREDIT, BOTH, (B.CHECK_CREDIT, [ONCE, MONTHLY], {})),
        (A.CHECK_CREDIT, FREE, None),
        (A.CHARGE, BOTH, (B.CHARGE, [ONCE], {})),
        (A.CHARGE, item(ItemAction.ADD, MONTHLY), None),
        (A.SUBSCRIBE, BOTH, (B.SUBSCRIBE, [MONTHLY], VALUES)),
        (A.SUBSCRIBE, FREE, (B.END_SUBSCRIPTION, [], {})),
        (A.SUBSCRIBE, GONE, (B.END_SUBSCRIPTION, [], {})),
        (A.SET_LIMIT, FREE, (B.SET_LIMIT, [], VALUES)),
        (A.READ, BOTH, None),
    ],
)
def test_order_12_a_step_books_what_its_item_costs_or_sets(
    do: StepAction, about: BookedItem, expected: tuple[BookingAction, list[BookedPrice], object]
) -> None:
    found = booking_of(do, about)
    if expected is None:
        assert found is None
    else:
        assert found is not None
        assert (found.action, list(found.prices), found.characteristics) == expected
        assert (found.account_id, found.service_id, found.product) == (S, S, "p")


def test_order_12_what_undoes_a_booking_names_its_key() -> None:
    assert set(UNDOING) == set(UndoAction) - {UndoAction.RESTORE, UndoAction.TERMINATE}
    assert undoing_of("refund", BOTH, "k-1") == Booking(B.REFUND, S, S, "p", of="k-1")


@pytest.mark.parametrize(
    ("do", "settings", "is_state"),
    [
        (A.SET, VALUES, True),
        (A.SWAP_SIM, VALUES, True),
        (A.RESTART, {"restart": True}, False),
        (A.DOWNLOAD_ESIM, {**VALUES, "esimDownload": True}, False),
        (A.RELEASE_NUMBER, {"msisdn": None}, True),
        (A.TAKE_NUMBER, {"msisdn": "+37255500001"}, True),
        (A.READ, {}, True),
    ],
)
def test_order_12_a_step_changes_what_its_item_says(
    do: StepAction, settings: object, *, is_state: bool
) -> None:
    change = change_of(do, "NET-7", VALUES, "+37255500001")
    assert (change.network_id, change.settings, change.is_state) == ("NET-7", settings, is_state)


def test_order_12_a_service_takes_the_number_that_the_item_names() -> None:
    change = change_of(A.TAKE_NUMBER, "NET-7", {"number": "+37255500002"}, "+37255500001")
    assert change.settings == {"msisdn": "+37255500002"}


def test_order_12_a_reading_keeps_no_secret() -> None:
    names = restorable({"wifiName": "Kodu", "wifiPassword": "salajane-parool"})
    assert names == {"wifiName", "msisdn"}

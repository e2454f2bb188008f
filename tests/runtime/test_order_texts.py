"""Orders as people read them (order.10): in plain words, in their language."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from domain.numbers.sms_texts import Language
from domain.orders.refusals import TEXTS, OrderRefusal, Rejection
from domain.orders.states import OrderState
from domain.orders.waiting import ItemWait, OrderWait
from runtime.order_texts import ItemProgress, OrderProgress, OrderTexts
from runtime.texts import text

ET, RU, EN = Language.ESTONIAN, Language.RUSSIAN, Language.ENGLISH
S = OrderState
UNTIL = datetime(2026, 12, 13, 22, 30, tzinfo=UTC)


def texts(language: Language) -> OrderTexts:
    return OrderTexts(language, ZoneInfo("Europe/Tallinn"))


@pytest.mark.parametrize(
    ("progress", "said"),
    [
        (
            OrderProgress(S.PENDING, OrderWait.YOUR_CONFIRMATION, 0, 2, until=UNTIL),
            (
                "The order waits for your confirmation. If nobody confirms it before 14 December"
                " 2026, it is cancelled."
            ),
        ),
        (
            OrderProgress(S.ACKNOWLEDGED, OrderWait.START, 0, 1, starts_at=UNTIL),
            "The order begins on 14 December 2026.",
        ),
        (
            OrderProgress(S.IN_PROGRESS, None, 1, 3),
            "The order is being carried out. Done: 1 of 3.",
        ),
        (
            OrderProgress(S.HELD, OrderWait.OPERATIONS, 2, 3),
            (
                "Something got in the way of the order, and we are dealing with it. Done: 2 of 3."
                " You need not do anything."
            ),
        ),
        (
            OrderProgress(S.CANCELLED, None, 0, 1, why="order_not_confirmed"),
            "The order is cancelled. Nobody confirmed it in time.",
        ),
        (
            OrderProgress(S.CANCELLED, None, 0, 1, why="whatever a client wrote"),
            "The order is cancelled.",
        ),
        (
            OrderProgress(
                S.REJECTED,
                None,
                0,
                1,
                rejection=Rejection(OrderRefusal.PARAMETER_VALUE, "spendingLimit"),
            ),
            (
                "The order was not accepted. The product does not allow this value of a"
                " characteristic: Spending limit."
            ),
        ),
    ],
)
def test_order_10_an_order_says_how_far_it_is(progress: OrderProgress, said: str) -> None:
    assert texts(EN).order(progress) == said


@pytest.mark.parametrize(
    ("progress", "said"),
    [
        (ItemProgress(S.COMPLETED, None), "Done."),
        (
            ItemProgress(S.ACKNOWLEDGED, ItemWait.ITEMS, after=(1, 3)),
            "Waits until this is done: 1, 3.",
        ),
        (
            ItemProgress(S.FAILED, None, code="credit_refused"),
            (
                "It could not be done, and what was done of it is undone. The account's credit"
                " does not allow it."
            ),
        ),
        (
            ItemProgress(S.HELD, ItemWait.OPERATIONS, code="unreachable"),
            "Something got in the way, and we are dealing with it.",
        ),
        (ItemProgress(S.COMPLETED, None, code="unreachable"), "Done."),
        (
            ItemProgress(S.FAILED, None, code="SELECT 1"),
            "It could not be done, and what was done of it is undone.",
        ),
    ],
)
def test_order_10_an_item_says_what_it_waits_for_and_why_it_failed(
    progress: ItemProgress, said: str
) -> None:
    assert texts(EN).item(progress) == said


@pytest.mark.parametrize("language", Language)
def test_order_10_every_state_and_wait_is_said_in_every_language(language: Language) -> None:
    said = texts(language)
    orders = [
        said.order(OrderProgress(state, waits, 1, 2, until=UNTIL, starts_at=UNTIL))
        for state in OrderState
        for waits in (None, *OrderWait)
    ]
    items = [
        said.item(ItemProgress(state, waits, after=(1,)))
        for state in OrderState
        if state is not S.PARTIAL  # of an order only
        for waits in (None, *ItemWait)
    ]

    assert all(each.endswith(".") and "{" not in each for each in orders + items)


@pytest.mark.parametrize("refusal", OrderRefusal)
def test_order_10_a_refusal_is_worded_alike_everywhere(refusal: OrderRefusal) -> None:
    assert text(f"refusal.order.{refusal}", EN) == TEXTS[refusal]
    assert texts(ET).refusal(Rejection(refusal)) == text(f"refusal.order.{refusal}", ET)


def test_order_10_a_refusal_in_estonian_and_russian_names_the_parameter() -> None:
    missing = Rejection(OrderRefusal.PARAMETER_MISSING, "wifiName")

    assert texts(ET).refusal(missing) == "Puudub: Wifi-võrgu nimi"
    assert texts(RU).refusal(missing) == "Не указано: Имя сети Wi-Fi"

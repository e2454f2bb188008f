"""Turns of threads: how many at once, in which order, and what is left behind."""

import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import timedelta
from threading import Event

import pytest

from runtime.turns import TurnMissed, Turns
from tests.fixtures.patience import PATIENCE, patience_ends

LONG = timedelta(seconds=30)


def until(true: Callable[[], bool]) -> None:
    deadline = patience_ends()
    while not true():
        assert time.monotonic() < deadline
        time.sleep(0.001)


def test_waiters_are_served_in_order_and_kinds_alternate() -> None:
    turns, order, may_go = Turns(("a", "b"), 1), list[str](), Event()

    def first() -> None:
        with turns.turn("a", LONG):
            may_go.wait(PATIENCE)

    def come(name: str) -> None:
        with turns.turn(name[0], LONG):
            order.append(name)

    with ThreadPoolExecutor(8) as threads:
        done: list[Future[None]] = [threads.submit(first)]
        for place, name in enumerate(["a1", "a2", "a3", "a4", "b1", "b2"]):
            until(lambda: turns.waiting() == place and done[0].running())  # noqa: B023
            done.append(threads.submit(come, name))
        until(lambda: turns.waiting() == 6)
        may_go.set()
        for each in done:
            each.result(PATIENCE)

    assert order == ["a1", "b1", "a2", "b2", "a3", "a4"]


def test_a_waiter_that_times_out_takes_no_turn() -> None:
    turns = Turns(("a",), 1)

    with turns.turn("a", LONG), pytest.raises(TurnMissed), turns.turn("a", timedelta()):
        pass

    assert turns.waiting() == 0
    with turns.turn("a", timedelta()):
        pass


def test_a_turn_is_handed_on_where_the_work_fails() -> None:
    turns = Turns(("a",), 1)

    for _ in range(2):
        with pytest.raises(ZeroDivisionError), turns.turn("a", timedelta()):
            raise ZeroDivisionError


def test_no_more_than_agreed_have_a_turn_at_once() -> None:
    turns, inside = Turns(("a", "b"), 2), list[int]()
    most = list[int]()

    def come(number: int) -> None:
        with turns.turn("ab"[number % 2], LONG):
            inside.append(number)
            most.append(len(inside))
            time.sleep(0)  # lets another thread run
            inside.remove(number)

    with ThreadPoolExecutor(10) as threads:
        list(threads.map(come, range(300)))

    assert max(most) <= 2
    assert turns.waiting() == 0

"""bill.1: a target whose answer never ends holds nobody up, and fills no memory."""

import gzip
import json
from collections.abc import Callable, Iterator
from itertools import repeat

import httpx
import pytest

from activities.adapters import limited_answers
from activities.adapters.json_requests import JsonRequests
from domain.ops.stuck_reasons import StuckReason
from domain.provisioning.steps import InDoubt, Trouble

SECONDS = 3.0


class Clock:
    """A clock that goes on by this much each time that a piece comes."""

    def __init__(self) -> None:
        self.now = 0.0

    def monotonic(self) -> float:
        return self.now

    def late(self, pieces: Iterator[bytes], each: float) -> Iterator[bytes]:
        for piece in pieces:
            self.now += each
            yield piece


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    found = Clock()
    monkeypatch.setattr(limited_answers, "time", found)
    return found


def requests(answer: Callable[[], httpx.Response]) -> JsonRequests:
    http = httpx.Client(transport=httpx.MockTransport(lambda _: answer()))
    return JsonRequests(http, "http://target.example", None, timeout=SECONDS)


def test_bill_1_an_answer_that_comes_byte_by_byte_is_given_up(clock: Clock) -> None:
    asked = requests(lambda: httpx.Response(200, content=clock.late(repeat(b" "), SECONDS / 2)))

    with pytest.raises(Trouble) as read:
        asked.get("/balance")
    with pytest.raises(InDoubt) as written:
        asked.write("POST", "/bookings", {}, "k1")

    assert (read.value.code, written.value.code) == (
        StuckReason.UNREACHABLE,
        StuckReason.ANSWER_LOST,
    )


def test_bill_1_an_answer_that_comes_slowly_is_read(clock: Clock) -> None:
    pieces = [*(bytes([each]) for each in b'{"a": 1}')]
    asked = requests(lambda: httpx.Response(200, content=clock.late(iter(pieces), SECONDS)))

    assert asked.get("/balance").json() == {"a": 1}


def test_bill_1_an_answer_without_an_end_is_not_read_to_the_end() -> None:
    asked = requests(lambda: httpx.Response(200, content=repeat(b" " * 2**20)))

    with pytest.raises(Trouble) as read:
        asked.get("/customerBill")
    with pytest.raises(InDoubt) as written:
        asked.write("POST", "/bookings", {}, "k1")

    too_large = (StuckReason.TARGET_ERROR, "too_large")
    assert (read.value.code, read.value.detail) == too_large
    assert (written.value.code, written.value.detail) == too_large


def test_bill_1_a_compressed_answer_is_read_once() -> None:
    """As large as it is when it is decompressed."""
    content = gzip.compress(json.dumps([1] * 1000).encode())
    headers = {"Content-Encoding": "gzip", "X-Total-Count": "1000"}
    asked = requests(lambda: httpx.Response(200, headers=headers, content=content))

    answer = asked.get("/customerBill")

    assert (len(answer.json()), answer.headers["X-Total-Count"]) == (1000, "1000")

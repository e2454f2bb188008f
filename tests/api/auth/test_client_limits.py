"""Limits of each caller: a rate and a number of requests at once, which hit nobody else."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest
from prometheus_client import CollectorRegistry, Counter

from api.auth.client_limits import CallerLimit, CallerLimits, ClientLimits
from api.auth.errors import TooManyRequests
from api.auth.principals import ClientCaller, Scope
from domain.rates import Rate
from storage.database import Database
from tests.builders.people import JAAN, MARI
from tests.clients.api_client import (
    OTHER_OTP,
    OTP,
    SUPPORT,
    client_token,
    open_front,
    person_token,
    staff_token,
)

WIDE = Rate(1000, timedelta(seconds=1))
SLOW = Rate(2, timedelta(hours=2))
CHECKERS = [client_token(name, Scope.EVENTS) for name in ("watcher", "checker")]


def limits(rate: Rate = WIDE, concurrency: int = 100) -> CallerLimits:
    limit = CallerLimit(rate, concurrency)
    return CallerLimits(program=limit, person=limit)


@pytest.mark.parametrize(
    ("path", "flooding", "other"),
    [
        pytest.param("/v1/events", *CHECKERS, id="programs"),
        pytest.param("/v1/me", person_token(MARI), person_token(JAAN), id="persons"),
        pytest.param("/v1/ops/targets", SUPPORT, staff_token(subject="eve"), id="staff"),
    ],
)
async def test_fault_14_a_caller_above_its_rate_gets_429_and_others_are_served(
    database: Database, path: str, flooding: str, other: str
) -> None:
    registry = CollectorRegistry()
    async with open_front(database, registry=registry, limits=limits(SLOW)) as front:
        answers = [await front.get(path, flooding) for _ in range(4)]
        others = await front.get(path, other)

    assert [answer.status_code for answer in answers[2:]] == [429, 429]
    assert 429 not in {answers[0].status_code, answers[1].status_code, others.status_code}
    assert answers[2].json()["code"] == "too_many_requests"
    assert 3000 < int(answers[2].headers["Retry-After"]) <= 3600
    limited = next(s for s in registry.collect() if s.name == "volitus_http_limited").samples
    assert [s.value for s in limited if s.name.endswith("_total")] == [2]


async def test_fault_14_the_limit_below_the_camara_path_answers_in_its_form(
    database: Database,
) -> None:
    body = {"authenticationId": "x", "code": "12345"}
    path = "/one-time-password-sms/v1/validate-code"
    async with open_front(database, limits=limits(SLOW)) as front:
        answers = [await front.post(path, OTP, body, x_correlator="mine") for _ in range(3)]
        other = await front.post(path, OTHER_OTP, body)

    assert [answer.status_code for answer in answers] == [404, 404, 429]
    assert answers[2].json()["code"] == "TOO_MANY_REQUESTS"
    assert answers[2].headers["x-correlator"] == "mine"
    assert int(answers[2].headers["Retry-After"]) > 3000
    assert other.status_code == 404


async def test_fault_14_a_caller_has_a_share_of_the_requests_in_progress(
    database: Database,
) -> None:
    mari, jaan = person_token(MARI), person_token(JAAN)
    async with open_front(database, limits=limits(concurrency=1)) as front:
        await front.get("/v1/me", mari)
        together = await asyncio.gather(*(front.get("/v1/me", mari) for _ in range(5)))
        with_other = await asyncio.gather(front.get("/v1/me", mari), front.get("/v1/me", jaan))

    statuses = [answer.status_code for answer in together]
    assert statuses.count(200) >= 1
    assert statuses.count(429) >= 1
    refused = next(answer for answer in together if answer.status_code == 429)
    assert refused.headers["Retry-After"] == "1"
    assert [answer.status_code for answer in with_other] == [200, 200]


class Counted:
    """Limits with a clock that is set by hand."""

    def __init__(self, limit: CallerLimits) -> None:
        self.now = 0.0
        self.meter = Counter("limited", "x", ("client", "limit"), registry=CollectorRegistry())
        self.limits = ClientLimits(limit, self.meter, clock=lambda: self.now)

    def enter(self, client: str) -> float:
        """Send a request that ends at once; returns how long to wait, 0: it was allowed."""
        state: dict[str, Any] = {}
        caller = ClientCaller("https://issuer", client, "", frozenset())
        try:
            self.limits.enter(caller, state)
        except TooManyRequests as reached:
            return reached.retry_after
        for leave in state.values():
            leave()
        return 0


def test_a_burst_is_allowed_and_then_one_request_each_step() -> None:
    counted = Counted(limits(Rate(4, timedelta(seconds=40))))

    assert [counted.enter("a") for _ in range(5)] == [0, 0, 0, 0, 10]
    counted.now = 10
    assert [counted.enter("a") for _ in range(2)] == [0, 10]
    counted.now = 1000
    assert [counted.enter("a") for _ in range(5)] == [0, 0, 0, 0, 10]


def test_api_1_each_item_of_a_batch_counts_and_what_is_beyond_the_burst_is_waited_for() -> None:
    counted = Counted(limits(Rate(4, timedelta(seconds=40))))
    caller = ClientCaller("https://issuer", "a", "", frozenset())

    assert counted.enter("a") == 0
    counted.limits.count_more(caller, 99)

    assert counted.enter("a") == 970
    assert counted.enter("b") == 0
    counted.now = 970
    assert [counted.enter("a") for _ in range(2)] == [0, 10]


def test_callers_that_are_quiet_take_no_memory() -> None:
    counted = Counted(limits(Rate(4, timedelta(seconds=40))))
    for number in range(1000):
        counted.enter(str(number))

    counted.now = 100
    counted.enter("a")

    remembered = counted.limits._program
    assert list(remembered._due) == [("https://issuer", "a")]
    assert not remembered._active


def test_a_request_counts_once_however_often_it_is_authorised() -> None:
    counted = Counted(limits(Rate(1, timedelta(hours=1))))
    state: dict[str, Any] = {}
    caller = ClientCaller("https://issuer", "a", "", frozenset())

    counted.limits.enter(caller, state)
    counted.limits.enter(caller, state)

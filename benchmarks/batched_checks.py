"""A hundred access checks in one request, against a hundred requests and against a bare route."""

import json
from collections.abc import Iterator, Sequence
from statistics import median

from benchmarks.customers import Access
from benchmarks.load import Load, Target, evenly, in_turns, post
from benchmarks.measuring import Line, Size, alone, ratio
from benchmarks.place import Place, running
from benchmarks.portal import ALLOWED, CONNECTIONS, portal
from dev.stack.ports import free_ports
from simulators.identity.client import client_token

_TOGETHER = 100
_LEAST_GAIN = 5


def lines(place: Place, size: Size) -> list[Line]:
    """Measure all three under the same load, in turns."""
    (port,) = free_ports(1)
    with portal(place, size) as asked, running(place.bare_route(asked.database_url, port)):
        batches = list(_batches(asked.access))
        reads = [post("/grants", json.dumps([_pair(each) for each in b]), "") for b in batches]
        token = client_token(asked.identity_url, "portal")
        alone_ = [asked.question(each, token) for each in asked.access]
        targets = [
            Target(port, reads, b'"role"'),
            Target(asked.port, [_question(b, token) for b in batches], ALLOWED),
            Target(asked.port, alone_, ALLOWED),
        ]
        rounds = 1 + 2 * size.rounds  # the first is for warming up
        loads = alone(in_turns, targets, CONNECTIONS, size.seconds, rounds).result
    return _told(*(each[1:] for each in loads))


def _batches(access: Sequence[Access]) -> Iterator[Sequence[Access]]:
    for first in range(0, len(access) - _TOGETHER + 1, _TOGETHER):
        yield access[first : first + _TOGETHER]


def _pair(access: Access) -> dict[str, str]:
    return {"account": str(access.account_id), "who": str(access.person_id)}


def _question(batch: Sequence[Access], token: str) -> bytes:
    questions = [
        {
            "account_id": str(each.account_id),
            "person_id": str(each.person_id),
            "permission": "invoice:view",
        }
        for each in batch
    ]
    return post("/v1/access/checks", json.dumps({"questions": questions}), token)


def _told(bare: list[Load], batch: list[Load], single: list[Load]) -> list[Line]:
    base, ours, one = evenly(bare), evenly(batch), evenly(single)
    questions = [_TOGETHER * each for each in ours["rate"]]
    gain = ratio(questions, one["rate"])
    return [
        Line(
            f"Batches of {_TOGETHER} access checks a second, {CONNECTIONS} connections",
            f"{median(ours['rate']):,.1f}",
            f"bare route {median(base['rate']):,.1f}",
            ratio(ours["rate"], base["rate"]),
        ),
        Line(
            "…median time",
            f"{median(ours['p50']):.1f} ms",
            f"bare route {median(base['p50']):.1f} ms",
            ratio(ours["p50"], base["p50"]),
        ),
        Line(
            "…questions a second",
            f"{median(questions):,.0f}",
            f"one by one {median(one['rate']):,.0f}",
            gain,
            f"≥ {_LEAST_GAIN}×",
            gain >= _LEAST_GAIN,
        ),
    ]

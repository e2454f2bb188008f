"""The access check through the API, against a bare route that makes one indexed read."""

from statistics import median

from benchmarks.load import Load, Target, evenly, get, in_turns
from benchmarks.measuring import Line, Size, alone, ratio
from benchmarks.place import Place, running
from benchmarks.portal import CONNECTIONS, portal
from dev.stack.ports import free_ports

_LEAST_RATE = 0.8
_MOST_P99 = 1.5


def lines(place: Place, size: Size) -> list[Line]:
    """Measure both under the same load, in turns."""
    (port,) = free_ports(1)
    with portal(place, size) as asked, running(place.bare_route(asked.database_url, port)):
        reads = [get(f"/accounts/{a.account_id}/people/{a.person_id}") for a in asked.access]
        targets = [Target(port, reads, b'"role"'), asked.target()]
        rounds = 1 + 2 * size.rounds  # the first is for warming up
        bare, api = alone(in_turns, targets, CONNECTIONS, size.seconds, rounds).result
    return _told(bare[1:], api[1:])


def _told(bare: list[Load], api: list[Load]) -> list[Line]:
    base, ours = evenly(bare), evenly(api)
    rate, p50, p99 = (ratio(ours[name], base[name]) for name in ("rate", "p50", "p99"))
    figures = {name: f"{median(ours[name]):.1f} ms" for name in ("p50", "p99")}
    floors = {name: f"bare route {median(base[name]):.1f} ms" for name in ("p50", "p99")}
    return [
        Line(
            f"Access checks a second, {CONNECTIONS} connections, one process",
            f"{median(ours['rate']):,.0f}",
            f"bare route {median(base['rate']):,.0f}",
            rate,
            f"≥ {_LEAST_RATE}×",
            rate >= _LEAST_RATE,
        ),
        Line("…median time", figures["p50"], floors["p50"], p50),
        Line(
            "…99th percentile",
            figures["p99"],
            floors["p99"],
            p99,
            f"≤ {_MOST_P99}×",
            p99 <= _MOST_P99,
        ),
    ]

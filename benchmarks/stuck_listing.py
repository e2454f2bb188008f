"""Listing very many stuck steps through the API, and reading their metrics."""

from collections.abc import Mapping
from statistics import median
from uuid import UUID

from benchmarks import caller_limits
from benchmarks.load import Load, Target, bearing, get, in_turns
from benchmarks.measuring import Line, Size, alone, ratio
from benchmarks.place import Place, named, running
from benchmarks.stuck_rows import fill
from dev.stack.ports import free_ports
from dev.stack.services import here
from simulators.identity.client import staff_token
from storage.database import Database

_MOST = 50
_PAGE = "/v1/ops/stuck"
_FLOOR, _FIRST, _METRICS = "floor", "first page", "metrics"
_GROUPS = "…counted by target and reason"


def lines(place: Place, size: Size) -> list[Line]:
    """Measure one operator who waits for each answer, beside a bare route with the same read."""
    programs, settings, _ = place.programs()
    identity = named(programs.servers(), "identity")
    (port,) = free_ports(1)
    with place.database() as url:
        database = Database(url)
        account_id = fill(database, size.stuck)
        database.close()
        api = named(programs.product(programs.environment(url) | caller_limits.WIDE), "api")
        with running(identity, api, place.bare_route(url, port)):
            token = staff_token(here(settings.identity_port), "ops")
            targets = {_FLOOR: Target(port, [get("/stuck")], b'"since"')}
            targets |= _calls(settings.api_port, token, account_id)
            metrics = [get("/metrics")]
            targets[_METRICS] = Target(settings.api_internal_port, metrics, b"volitus_stuck{")
            rounds = 1 + 2 * size.rounds  # the first is for warming up
            seen = alone(in_turns, list(targets.values()), 1, size.seconds / 3, rounds).result
    loads = dict(zip(targets, (each[1:] for each in seen), strict=True))
    return _told(loads, size.stuck)


def _calls(port: int, token: str, account_id: UUID) -> dict[str, Target]:
    asked = {
        _FIRST: "",
        "…of one target": "?target=network",
        "…with one reason": "?reason=service_unknown",
        "…of one target, with one reason": "?target=network&reason=service_unknown",
        "…of one process": "?process=number_verification",
        "…of one account": f"?account_id={account_id}",
        "…older than a day": "?older_than=P1D",
        "…that finds nothing": "?process=refresh",
    }
    calls = {
        name: Target(port, [bearing(_PAGE + query, token)], b'"items":[')
        for name, query in asked.items()
    }
    calls[_GROUPS] = Target(port, [bearing(f"{_PAGE}/groups", token)], b'"count":')
    return calls


def _told(loads: Mapping[str, list[Load]], number: int) -> list[Line]:
    floor = loads[_FLOOR]
    first, *others = (
        _line(name, of, floor, claimed=name != _GROUPS)
        for name, of in loads.items()
        if name not in {_FLOOR, _METRICS}
    )
    whole = Line(
        f"Listing {number:,} stuck rows, first page: {first.what}",
        *(first.measured, first.against, first.ratio, first.reach, first.reached),
    )
    metrics = _line("…all of it in /metrics", loads[_METRICS], floor, claimed=False)
    return [whole, *others, metrics]


def _line(name: str, loads: list[Load], floor: list[Load], *, claimed: bool) -> Line:
    p50, p99 = (median(getattr(each, part) for each in loads) for part in ("p50", "p99"))
    share = ratio([each.p50 for each in loads], [each.p50 for each in floor])
    bare = median(each.p50 for each in floor)
    reach, reached = (f"< {_MOST} ms", p99 < _MOST) if claimed else ("", None)
    what = "p50" if name == _FIRST else f"{name}, p50"
    against = f"p99 {p99:.1f} ms; bare route {bare:.1f} ms"
    return Line(what, f"{p50:.1f} ms", against, share, reach, reached)

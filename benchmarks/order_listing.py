"""Listing very many orders: TMF641's first page with its counts, and a person's of an account."""

from statistics import median
from urllib.parse import quote

from benchmarks import caller_limits
from benchmarks.load import Load, Target, bearing, get, in_turns
from benchmarks.measuring import Line, Size, alone, ratio
from benchmarks.place import Place, named, running
from benchmarks.placed_orders import fill
from dev.stack.ports import free_ports
from dev.stack.services import here
from simulators.identity.client import client_token
from storage.database import Database

_MOST = 50
_PAGE = "/tmf-api/serviceOrdering/v4/serviceOrder"
_FLOOR = "floor"
_ASKED = {
    "first page": "?limit=20",
    "…of one state": "?limit=20&state=partial",
    "…by the client's own id": "?externalId=P-50",
    "…deep inside": "?limit=20&offset=500",
}


def lines(place: Place, size: Size) -> list[Line]:
    """Measure one program that waits for each answer, beside a bare route with an indexed read."""
    programs, settings, _ = place.programs()
    identity = named(programs.servers(), "identity")
    (port,) = free_ports(1)
    with place.database() as url:
        issuer = here(settings.identity_port)
        database = Database(url)
        client = f"{issuer} portal"
        fill(database, size.orders, client)
        database.close()
        api = named(programs.product(programs.environment(url) | caller_limits.WIDE), "api")
        with running(identity, api, place.bare_route(url, port)):
            token = client_token(issuer, "portal")
            bare = [get(f"/orders?by={quote(client)}")]
            targets = {_FLOOR: Target(port, bare, b'"ordered_at"')}
            targets |= {
                name: Target(settings.api_port, [bearing(_PAGE + query, token)], b'"orderDate"')
                for name, query in _ASKED.items()
            }
            rounds = 1 + 2 * size.rounds  # the first is for warming up
            seen = alone(in_turns, list(targets.values()), 1, size.seconds / 3, rounds).result
    loads = dict(zip(targets, (each[1:] for each in seen), strict=True))
    floor = loads.pop(_FLOOR)
    return [_line(name, of, floor, size.orders) for name, of in loads.items()]


def _line(name: str, loads: list[Load], floor: list[Load], number: int) -> Line:
    p50, p99 = (median(getattr(each, part) for each in loads) for part in ("p50", "p99"))
    bare = median(each.p50 for each in floor)
    of_all = f"Listing {number:,} orders over TMF641, counted: {name}"
    return Line(
        f"{name if name.startswith('…') else of_all}, p50",
        f"{p50:.1f} ms",
        f"p99 {p99:.1f} ms; bare route {bare:.1f} ms",
        ratio([each.p50 for each in loads], [each.p50 for each in floor]),
        f"< {_MOST} ms",
        p99 < _MOST,
    )

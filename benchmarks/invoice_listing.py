"""Listing the invoices of an account that has very many, while what billing said is fresh."""

from statistics import median
from uuid import UUID

from sqlalchemy import text

from benchmarks import caller_limits
from benchmarks.customers import Access, settle
from benchmarks.load import Load, Target, bearing, get, in_turns
from benchmarks.measuring import Line, Size, alone, ratio
from benchmarks.place import Place, named, running, vacuum
from dev.stack.ports import free_ports
from dev.stack.services import here
from simulators.identity.client import person_token
from storage.database import Database

_MOST = 50
_FLOOR = "floor"
_ASKED = {"first page": "", "…of the open ones": "?state=open", "…25 of them": "?limit=25"}
# So long fresh that billing, which is not there, is never asked.
_FRESH = {"VOLITUS_BILLING_FRESH_FOR": "P1D"}
_INVOICES = text("""
INSERT INTO invoice (id, account_id, billing_id, number, category, bill_state, settlement,
    issued_on, due_on, period_start, period_through, currency, total, left_amount,
    payment_reference, has_document, details, read_at, is_listed)
SELECT gen_random_uuid(), :account, 'B-' || n, CAST(n AS text), 'normal',
    CASE WHEN n % 10 = 0 THEN 'sent' ELSE 'settled' END,
    CASE WHEN n % 10 = 0 THEN 'open' ELSE 'paid' END,
    current_date - n, current_date - n + 14, current_date - n - 30, current_date - n - 1, 'EUR',
    24.8, CASE WHEN n % 10 = 0 THEN 24.8 ELSE 0 END, CAST(n AS text), true,
    '{"net": {"amount": "20.00", "currency": "EUR"}, "paid": [], "pay_to": null,
      "vat": [{"rate": "24", "net": null, "vat": {"amount": "4.80", "currency": "EUR"}}]}',
    clock_timestamp(), true
FROM generate_series(1, :number) n
""")
_SNAPSHOT = text("""
INSERT INTO billing_snapshot (account_id, kind, subject, body, read_at)
VALUES (:account, 'invoices', '', '{"invoices": [], "is_whole": true}', clock_timestamp())
""")


def fill(database: Database, number: int) -> Access:
    """Create an account with so many invoices, and return one who may see them."""
    access = settle(database, 1)[0]
    with database.transaction() as session:
        session.execute(_INVOICES, {"account": access.account_id, "number": number})
        session.execute(_SNAPSHOT, {"account": access.account_id})
    vacuum(database)
    return access


def lines(place: Place, size: Size) -> list[Line]:
    """Measure one person who waits for each answer, beside a bare route with an indexed read."""
    programs, settings, _ = place.programs()
    identity = named(programs.servers(), "identity")
    (port,) = free_ports(1)
    with place.database() as url:
        database = Database(url)
        access = fill(database, size.orders)
        database.close()
        environment = programs.environment(url) | caller_limits.WIDE | _FRESH
        api = named(programs.product(environment), "api")
        with running(identity, api, place.bare_route(url, port)):
            token = person_token(here(settings.identity_port), access.code)
            targets = _targets(port, settings.api_port, access.account_id, token)
            rounds = 1 + 2 * size.rounds  # the first is for warming up
            seen = alone(in_turns, list(targets.values()), 1, size.seconds / 3, rounds).result
    loads = dict(zip(targets, (each[1:] for each in seen), strict=True))
    floor = loads.pop(_FLOOR)
    return [_line(name, of, floor, size.orders) for name, of in loads.items()]


def _targets(bare: int, api: int, account_id: UUID, token: str) -> dict[str, Target]:
    path = f"/v1/accounts/{account_id}/invoices"
    targets = {_FLOOR: Target(bare, [get(f"/invoices?account={account_id}")], b'"issued_on"')}
    return targets | {
        name: Target(api, [bearing(path + query, token)], b'"stale":null')
        for name, query in _ASKED.items()
    }


def _line(name: str, loads: list[Load], floor: list[Load], number: int) -> Line:
    p50, p99 = (median(getattr(each, part) for each in loads) for part in ("p50", "p99"))
    bare = median(each.p50 for each in floor)
    return Line(
        f"{name if name.startswith('…') else f'Listing {number:,} invoices: {name}'}, p50",
        f"{p50:.1f} ms",
        f"p99 {p99:.1f} ms; bare route {bare:.1f} ms",
        ratio([each.p50 for each in loads], [each.p50 for each in floor]),
        f"< {_MOST} ms",
        p99 < _MOST,
    )

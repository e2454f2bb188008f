"""The server time of pages, against the same calls of the API made alone by the same client."""

from statistics import median
from uuid import UUID

from sqlalchemy import text

from benchmarks import caller_limits, delegated, stuck_rows
from benchmarks.customers import Access, estonians, settle
from benchmarks.drafted_contracts import Customer
from benchmarks.measuring import Line, Size, alone, ratio
from benchmarks.page_visits import AskedPage, Visits, measure
from benchmarks.place import PAGES, Place, named, running
from dev.stack.services import here
from simulators.identity.client import person_token, staff_token
from storage.database import Database

_MOST = 1.3
_PEOPLE, _STUCK, _CONTRACTS = 1_000, 1_000, 100
_VISITS = 20
"""In a round."""


def lines(place: Place, size: Size) -> list[Line]:
    """Measure one person who waits for each page, in turns with its calls alone."""
    programs, settings, _ = place.programs()
    identity = named(programs.servers(), "identity")
    with place.database() as url:
        database = Database(url)
        member, private = _filled(database)
        database.close()
        pages = {"VOLITUS_WEB_DATABASE_URL": PAGES.of(url)}
        environment = programs.environment(url) | caller_limits.WIDE | pages
        with running(identity, named(programs.product(environment), "api")):
            asked = _asked(here(settings.identity_port), member, private)
            seen = alone(measure, environment, asked, _VISITS * size.rounds).result
    return [_line(each.name, visits) for each, visits in zip(asked, seen, strict=True)]


def _filled(database: Database) -> tuple[Access, UUID]:
    """Return a person with access to an account of many people, and their account of contracts."""
    code = next(estonians()).code
    member = next(each for each in settle(database, 1) if each.code == code)
    delegated.fill(database, [member] * _PEOPLE, passed_on=0)
    Customer(database).drafts(_CONTRACTS)
    stuck_rows.fill(database, _STUCK)
    with database.reading() as connection:
        private = text("SELECT id FROM account WHERE reference = 'C-1'")
        return member, connection.execute(private).scalar_one()


def _asked(identity_url: str, member: Access, private: UUID) -> list[AskedPage]:
    own = (f"EE{member.code}", person_token(identity_url, member.code))
    staff = ("staff-kati", staff_token(identity_url, "ops"))
    account = f"/et/c/{member.account_id}"
    return [
        AskedPage("start", "/et/", *own),
        AskedPage("an account", account, *own),
        AskedPage(f"people, 50 of {_PEOPLE:,}", f"{account}/people", *own),
        AskedPage(f"contracts, 25 of {_CONTRACTS}", f"/et/c/{private}/contracts", *own),
        AskedPage("overview of the console", "/et/console", *staff),
        AskedPage(f"stuck, 50 of {_STUCK:,}", "/et/console/stuck", *staff),
    ]


def _line(name: str, seen: Visits) -> Line:
    share = ratio(seen.pages, seen.calls)
    return Line(
        f"Server time of a page, {name}: p50",
        f"{1000 * median(seen.pages):.1f} ms",
        f"its {seen.count} calls alone {1000 * median(seen.calls):.1f} ms",
        share,
        f"≤ {_MOST}×",
        share <= _MOST,
    )

"""``volitus drift``: what networks have and services should not, and what is done about it."""

import json
from collections.abc import Sequence
from dataclasses import asdict
from typing import Annotated, Any

import typer

from api.auth.principals import StaffRole
from api.inventory.drift_schemas import Drift as Shape
from api.inventory.drift_schemas import DriftGroup
from cli import lookup
from cli.connections import operator_settings
from cli.console import say
from cli.groups import Group
from cli.inventory.options import InState, OfCharacteristic, OfNetwork, OfService, find
from cli.on_demand import OnDemand, on_demand
from cli.printing.as_json import Json, print_json
from cli.printing.facts import print_facts
from cli.printing.tables import Columns, Wide, print_table
from cli.printing.values import short
from cli.staff import reading
from domain.inventory.drift import UNDECIDED
from storage.inventory import drift_queries
from storage.inventory.drift_queries import Drift, DriftFilter

app = Group(
    cls=on_demand(
        {
            "check": OnDemand(
                "cli.inventory.drift_checks:check",
                "Compare what networks have with what services should have, besides the schedule.",
            ),
            "checks": OnDemand(
                "cli.inventory.drift_checks:checks",
                "List the last checks: what each read of every network, and what it found.",
            ),
            "repair": OnDemand(
                "cli.inventory.drift_decisions:repair",
                "Send services to their networks again, each with all that differs of it.",
            ),
            "accept": OnDemand(
                "cli.inventory.drift_decisions:accept",
                "Make what networks have what services should have.",
            ),
        }
    ),
    help="Compare what networks have with what services should have; repair or accept what"
    " differs.",
)

Groups = Annotated[bool, typer.Option("--groups", help="Count by characteristic and state.")]
Limit = Annotated[int, typer.Option(min=1, help="Maximum number of differences.")]
DriftId = Annotated[
    str, typer.Argument(metavar="ID", help="Id of the difference, or its first digits.")
]


@app.command("list")
def list_(
    *,
    state: InState = None,
    characteristic: OfCharacteristic = None,
    network: OfNetwork = None,
    service: OfService = None,
    groups: Groups = False,
    limit: Limit = 50,
    wide: Wide = False,
    as_json: Json = False,
) -> None:
    """List open differences. The one that was found first comes first."""
    with reading(operator_settings(), StaffRole.OPS) as database, database.reading() as connection:
        of = lookup.perhaps(connection, service, lookup.SERVICE)
        which = DriftFilter(state, characteristic, network, of)
        counted = drift_queries.groups(connection, which)
        found = [] if groups else drift_queries.page(connection, which, after=None, limit=limit)
    if as_json:
        shown = (
            [DriftGroup(**each._asdict()) for each in counted] if groups else map(Shape.of, found)
        )
        print_json(list(shown))
    elif groups and counted:
        print_table(("characteristic", "state", "differences", "oldest"), counted, wide=wide)
    elif found:
        print_table(_COLUMNS, map(_line, found), wide=wide)
    total = sum(each.differences for each in counted)
    if not total:
        say("Nothing differs." if which == DriftFilter() else "No open difference matches.")
    elif not groups and total > limit:
        say(f"Showing {limit} of {total} differences: use `--limit {total}` or `--groups`.")


@app.command()
def show(id_: DriftId, *, as_json: Json = False) -> None:
    """Show a difference, open or ended."""
    with reading(operator_settings(), StaffRole.OPS) as database, database.reading() as connection:
        (found_id,) = find(connection, [id_])
        found = drift_queries.one(connection, found_id)
    assert found is not None  # noqa: S101 # found above, and kept for months
    if as_json:
        print_json(Shape.of(found))
        return
    facts = {name.replace("_", " "): value for name, value in asdict(found).items()}
    by = found.decided_by.shown if found.decided_by else None
    values = (
        {} if found.ended_at else {"expected": value(found.expected), "shown": value(found.shown)}
    )
    print_facts(facts | {"decided by": by} | values)
    if found.ended_at is None and found.state in UNDECIDED:
        say(f"Decide: `volitus drift repair|accept {short(found.id)} --reason '…'`")


_COLUMNS = Columns(
    ("id", "state", "since", "service", "network", "characteristic", "should have", "shown"),
    spare=("network", "service"),
)


def _line(found: Drift) -> Sequence[object]:
    where = (found.service_id, found.network, found.characteristic)
    values = (value(found.expected), value(found.shown))
    return found.id, found.state, found.found_at, *where, *values


def value(of: Any) -> str:
    """Write a value for a person: text as it is, anything else as JSON."""
    return of if isinstance(of, str) else json.dumps(of, ensure_ascii=False)

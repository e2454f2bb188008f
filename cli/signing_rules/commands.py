"""``volitus signing-rules``: signing rules that wait for an officer, or that officers have read."""

from typing import Annotated

import typer

from api.signing_rules.schemas import SigningRuleDetails, SigningRuleLine
from cli import lookup
from cli.connections import operator_settings
from cli.console import say
from cli.groups import Group
from cli.printing.as_json import Json, print_json
from cli.printing.tables import Wide, print_table
from cli.refusals import refused_in_one_line
from cli.signing_rules import acts, render
from cli.signing_rules.render import COLUMNS, NAMES, facts
from cli.staff import EVERYONE, reading
from services.signing_rules import rules
from storage.signing_rules import rule_queries
from storage.signing_rules.rule_queries import RuleWaitsFor

app = Group(
    help="List and read signing rules that stand in words or wait for an officer's look. One"
    " mandate officer records how a rule is read, another confirms (docs/runbook.md)."
)
acts.register(app)

Waits = Annotated[
    RuleWaitsFor | None,
    typer.Option(metavar="WHAT", help=f"Only those that wait for a {', '.join(RuleWaitsFor)}."),
]
After = Annotated[
    str | None,
    typer.Option(metavar="ID", help="The next page: those after this company, the last shown."),
]
Limit = Annotated[int, typer.Option(min=1, max=10_000, help="Maximum number of rows.")]


@app.command("list")
def list_(
    waits_for: Waits = None,
    after: After = None,
    limit: Limit = 100,
    *,
    wide: Wide = False,
    as_json: Json = False,
) -> None:
    """List signing rules of customers by company id, and what each waits for."""
    settings = operator_settings()
    with reading(settings, *EVERYONE) as database, database.reading() as connection:
        place = lookup.perhaps(connection, after, lookup.COMPANY)
        found = rule_queries.rules(connection, waits_for=waits_for, after=place, limit=limit)
    if as_json:
        print_json([SigningRuleLine.of(line) for line in found])
        return
    shown = map(facts, found)
    print_table(COLUMNS, ([each[name] for name in NAMES] for each in shown), wide=wide)
    if len(found) == limit:
        say(f"Showing {limit} rows; there may be more: use --after {found[-1].company_id}.")


@app.command()
def show(company: acts.Company, *, wide: Wide = False, as_json: Json = False) -> None:
    """Show what the register says of who may act for a company, and what officers made of it.

    Exit code 1 for an unknown one.
    """
    with (
        reading(operator_settings(), *EVERYONE) as database,
        refused_in_one_line(acts.UNKNOWN_COMPANY),
    ):
        with database.reading() as connection:
            id_ = lookup.one(connection, company, lookup.COMPANY)
        found = rules.signing_rule(database, id_)
    render.show_rule(SigningRuleDetails.of(found), wide=wide, as_json=as_json)

"""``volitus signing-rules``: signing rules that wait for an officer, or that officers have read."""

from typing import Annotated
from uuid import UUID

import typer

from cli.connections import database_settings, open_database
from cli.console import Json, print_json, print_table, say
from storage.signing_rules import rule_queries
from storage.signing_rules.rule_queries import RuleLine, RuleWaitsFor

app = typer.Typer(
    help="List signing rules that stand in words or wait for an officer's look. Reading one takes"
    " two mandate officers, each with a login of their own: `/v1/ops/signing-rules`"
    " (docs/runbook.md).",
    no_args_is_help=True,
)

Waits = Annotated[
    RuleWaitsFor | None,
    typer.Option(metavar="WHAT", help=f"Only those that wait for a {', '.join(RuleWaitsFor)}."),
]
After = Annotated[
    UUID | None,
    typer.Option(metavar="ID", help="The next page: those after this company, the last shown."),
]
Limit = Annotated[int, typer.Option(min=1, max=10_000, help="Maximum number of rows.")]


@app.command("list")
def list_(
    waits_for: Waits = None, after: After = None, limit: Limit = 100, *, as_json: Json = False
) -> None:
    """List signing rules of customers by company id, and what each waits for."""
    with open_database(database_settings()) as database, database.reading() as connection:
        found = rule_queries.rules(connection, waits_for=waits_for, after=after, limit=limit)
    facts = [_facts(line) for line in found]
    if as_json:
        print_json(facts)
        return
    columns = ("company_id", "registry_code", "name", "opaque", "waits_for", "read_through")
    names = [name.replace("_", " ") for name in columns]
    print_table(names, ([each[name] for name in columns] for each in facts))
    if len(found) == limit:
        say(f"Showing {limit} rows; there may be more: use --after {found[-1].company_id}.")


def _facts(line: RuleLine) -> dict[str, object]:
    return {
        "company_id": line.company_id,
        "country": line.company.country,
        "registry_code": line.company.code,
        "name": line.company_name,
        "as_of": line.as_of,
        "opaque": line.opaque,
        "waits_for": ", ".join(line.waits_for),
        "read_through": line.read_through,
    }

"""``volitus freeze``: freeze a person or an account, and see what is frozen."""

from collections.abc import Mapping
from typing import Annotated, Any
from uuid import UUID

import typer

from cli.connections import database_settings, open_database, operator_settings
from cli.console import Failure, Json, confirm, print_facts, print_json, print_table, say
from cli.ops import lookup
from cli.reasons import Why
from cli.staff import acting
from domain.access.suspensions import Freeze, FreezeReason, Subject
from domain.audit import Actor
from services.access import freezes
from services.errors import NotFound
from settings.commands import OperatorCommandSettings
from storage.access import suspension_queries
from storage.database import Database

app = typer.Typer(
    help="Freeze a person or an account, and list freezes. Lifting takes two members of staff, each"
    " with a login of their own: `POST /v1/ops/freezes/ID/lift-requests`, then `…/ID/lift`.",
    no_args_is_help=True,
)

PersonId = Annotated[UUID, typer.Argument(metavar="ID", help="Id of the person.")]
Account = Annotated[str, typer.Argument(metavar="ID", help="Id or reference of the account.")]
Code = Annotated[FreezeReason, typer.Option(help="Why, as a code. Recorded in the history.")]
Yes = Annotated[bool, typer.Option("--yes", help="Skip the confirmation.")]
All = Annotated[bool, typer.Option("--all", help="Also list those that were lifted.")]
Limit = Annotated[int, typer.Option(min=1, max=10_000, help="Maximum number of rows.")]
FreezeId = Annotated[UUID, typer.Argument(metavar="FREEZE", help="Id of a freeze.")]

_LIFT = (
    "Lifting takes two members of staff, over HTTP with their own tokens (docs/runbook.md):"
    " POST /v1/ops/freezes/{id}/lift-requests, then another one POST /v1/ops/freezes/{id}/lift."
)


@app.command()
def person(
    id_: PersonId, code: Code, reason: Why, *, yes: Yes = False, as_json: Json = False
) -> None:
    """Freeze a person: they can log in, and every access of theirs is refused from now on.

    One who is frozen already stays as they are. Exit code 1 where the person is unknown.
    """
    settings = operator_settings()
    with open_database(settings) as database:
        _freeze(database, settings, Subject(person_id=id_), code, reason, yes=yes, as_json=as_json)


@app.command()
def account(
    id_: Account, code: Code, reason: Why, *, yes: Yes = False, as_json: Json = False
) -> None:
    """Freeze an account: every access to it is refused from now on, whoever asks.

    One that is frozen already stays as it is. Exit code 1 where the account is unknown.
    """
    settings = operator_settings()
    with open_database(settings) as database:
        with database.reading() as connection:
            subject = Subject(account_id=lookup.account_id(connection, id_))
        _freeze(database, settings, subject, code, reason, yes=yes, as_json=as_json)


def _freeze(
    database: Database,
    settings: OperatorCommandSettings,
    subject: Subject,
    code: FreezeReason,
    why: str,
    *,
    yes: bool,
    as_json: bool,
) -> None:
    if not yes:
        confirm(
            f"Freeze the {subject.frozen} {subject.id}? Only two members of staff can lift it.",
            unattended="Nothing was frozen: there is no terminal for the confirmation. Use --yes.",
            refused="Nothing was frozen.",
        )
    actor: Actor = acting(settings, database)
    try:
        frozen = freezes.freeze(database, subject, code, actor=actor, note=why)
    except NotFound:
        raise Failure(f"No {subject.frozen} has this id here.") from None
    if as_json:
        print_json(_facts(frozen))
    say(f"Frozen: the {subject.frozen} {subject.id}. {_LIFT.format(id=frozen.id)}")


@app.command("list")
def list_(limit: Limit = 100, *, all_: All = False, as_json: Json = False) -> None:
    """List freezes in force, the newest first."""
    with open_database(database_settings()) as database, database.reading() as connection:
        found = suspension_queries.freezes(connection, lifted_too=all_, before=None, limit=limit)
    facts = [_facts(each) for each in found]
    if as_json:
        print_json(facts)
        return
    columns = ("id", "frozen", "subject", "code", "since", "lift requested by", "lifted at")
    print_table(columns, ([each[name.replace(" ", "_")] for name in columns] for each in facts))
    if len(found) == limit:
        say(f"Showing {limit} rows; there may be more: use --limit.")


@app.command()
def show(freeze: FreezeId, *, as_json: Json = False) -> None:
    """Show one freeze: why, by whom, and how far its lifting is. Exit code 1 for an unknown one."""
    with open_database(database_settings()) as database:
        try:
            found = freezes.read_freeze(database, freeze)
        except NotFound:
            raise Failure("No freeze has this id: see `volitus freeze list --all`.") from None
    facts = _facts(found)
    if as_json:
        print_json(facts)
        return
    print_facts({name.replace("_", " "): value for name, value in facts.items()})
    if found.lifted_at is None:
        say(_LIFT.format(id=found.id))


def _facts(found: Freeze) -> Mapping[str, Any]:
    return {
        "id": found.id,
        "frozen": found.subject.frozen,
        "subject": found.subject.id,
        "code": found.reason.code,
        "since": found.begun_at,
        "frozen_by": found.begun_by.shown,
        "note": found.note,
        "lift_requested_by": _shown(found.lift_requested_by),
        "lift_requested_at": found.lift_requested_at,
        "lift_note": found.lift_note,
        "lifted_by": _shown(found.lifted_by),
        "lifted_at": found.lifted_at,
    }


def _shown(by: Actor | None) -> str | None:
    return by.shown if by else None

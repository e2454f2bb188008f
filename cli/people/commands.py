"""``volitus people``: what is held about a person, and its erasure (docs/data.md)."""

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, TextIO
from uuid import UUID

import typer

from api.auth.principals import StaffRole
from cli.connections import operator_settings
from cli.console import Failure, confirm, require_terminal, say
from cli.groups import Group
from cli.new_file import new_file
from cli.people.person import FromStdin, Person, require_person, the_person
from cli.printing.as_json import Json, print_json
from cli.printing.tables import print_table
from cli.staff import operating
from domain.audit import Actor
from domain.people.erasure import OBSTACLES, Erasure, ErasureGround
from domain.people.held_data import as_markdown
from services.errors import NotFound
from services.people.erase import ErasureBlocked, erase_person, try_erasing
from services.people.export import export_person
from storage.database import Database

app = Group(help="Export or erase the data about a person.")

Out = Annotated[
    Path,
    typer.Option(
        allow_dash=True,
        help="File to write, readable by you alone; it must not exist yet. `-` writes to stdout.",
    ),
]
Ground = Annotated[
    ErasureGround, typer.Option(help="Why, by GDPR Article 17(1). Recorded in the history.")
]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Show what would change, and change none.")]
Yes = Annotated[bool, typer.Option("--yes", help="Skip the confirmation.")]

_UNKNOWN = "No person has this id here."


@app.command()
def export(out: Out, person: Person = None, *, code_from_stdin: FromStdin = False) -> None:
    """Write everything held about a person into one JSON file, and record the export as an event.

    Exit code 1 where the person is unknown or the file exists.
    """
    require_person(person, code_from_stdin=code_from_stdin)
    with operating(operator_settings(), StaffRole.OPS) as operator:
        database = operator.database
        with database.reading() as connection:
            who = the_person(connection, person, code_from_stdin=code_from_stdin)
        with _new_file(out) as file:
            try:
                document = export_person(database, who, actor=operator.acting()).as_json()
            except NotFound:
                raise Failure(_UNKNOWN) from None
            json.dump(document, file, ensure_ascii=False, indent=2)
            file.write("\n")
    rows = sum(len(table["rows"]) for table in document["data"].values())
    target = "stdout" if str(out) == "-" else out
    say(f"Written to {target}: {rows} rows. Read the notes before you hand it out (docs/data.md).")


@app.command()
def erase(
    ground: Ground,
    person: Person = None,
    *,
    code_from_stdin: FromStdin = False,
    dry_run: DryRun = False,
    yes: Yes = False,
    as_json: Json = False,
) -> None:
    """Erase what is held about a person: remove it, or pseudonymise what must stay. Repeatable.

    Shows what would change and asks for confirmation. Cannot be undone. Exit code 1 where the
    person is unknown, or something blocks the erasure.
    """
    require_person(person, code_from_stdin=code_from_stdin)
    with operating(operator_settings(), StaffRole.OPS) as operator:
        database = operator.database
        with database.reading() as connection:
            who = the_person(connection, person, code_from_stdin=code_from_stdin)
        try:
            erasing = _Erasing(database, who, ground, operator.acting(dry_run=dry_run))
            result = erasing.carry_out(dry_run=dry_run, yes=yes)
        except NotFound:
            raise Failure(_UNKNOWN) from None
    if as_json:
        print_json(_document(result, dry_run=dry_run))
    elif dry_run or yes:
        _print(result)
    if dry_run:
        say("Nothing was changed.")
    elif result.changes:
        say("The person's data is erased.")
    else:
        say("Nothing was left to erase.")


@app.command()
def tables() -> None:
    """Print what each table holds, why and how long, as Markdown (docs/data.md)."""
    for line in as_markdown():
        sys.stdout.write(f"{line}\n")


@dataclass(frozen=True, slots=True)
class _Erasing:
    database: Database
    person_id: UUID
    ground: ErasureGround
    actor: Actor

    def carry_out(self, *, dry_run: bool, yes: bool) -> Erasure:
        """Try it out, ask, and do it. Raises Failure, or NotFound."""
        would = try_erasing(self.database, self.person_id, self.ground, actor=self.actor)
        if would.obstacles:
            blocked = "; ".join(f"{OBSTACLES[each]} ({n})" for each, n in would.obstacles.items())
            raise Failure(f"Nothing was erased. {blocked}.")
        if dry_run:
            return would
        if not yes and would.changes:
            _confirm(would)
        try:
            return erase_person(self.database, self.person_id, self.ground, actor=self.actor)
        except ErasureBlocked as blocked_since:
            raise Failure(f"Nothing was erased. {blocked_since.detail}.") from None


def _confirm(would: Erasure) -> None:
    unattended = "Nothing was erased: there is no terminal for the confirmation. Use --yes."
    require_terminal(unattended)
    _print(would)
    question = "Erase this? It cannot be undone."
    confirm(question, unattended=unattended, refused="Nothing was erased.")


def _print(result: Erasure) -> None:
    rows = ((each.table, each.removed, each.pseudonymised) for each in result.changes)
    print_table(("table", "removed", "pseudonymised"), rows)


def _document(result: Erasure, *, dry_run: bool) -> dict[str, Any]:
    return {
        "person_id": result.person_id,
        "dry_run": dry_run,
        "erased_at": result.erased_at,
        "changes": result.changes,
    }


@contextmanager
def _new_file(path: Path) -> Iterator[TextIO]:
    """Open a new file that its owner alone can read, or stdout. Raises Failure."""
    if str(path) == "-":
        yield sys.stdout
        return
    with new_file(path) as file:
        yield file

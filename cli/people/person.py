"""How commands name a person: by id, or by a code on standard input, never by an argument."""

import sys
from datetime import UTC, datetime
from typing import Annotated
from uuid import UUID

import typer

from cli.console import USAGE, Failure
from domain.identifiers import InvalidIdentifier, PersonKey
from storage.database import Database
from storage.parties import people

Person = Annotated[UUID | None, typer.Option(help="Id of the person.")]
FromStdin = Annotated[
    bool,
    typer.Option(
        "--person-code-stdin",
        help="Read country and personal code (EE…) from standard input instead: arguments are "
        "seen by everyone on the machine and kept in the shell's history.",
    ),
]


def require_person(person: UUID | None, *, code_from_stdin: bool) -> None:
    """Raise Failure unless the person is named in one of the two ways."""
    if (person is None) is not code_from_stdin:
        raise Failure("Specify the person: --person ID or --person-code-stdin.", USAGE)


def person_of_stdin(database: Database) -> UUID:
    """Return the id of the person whose code is on standard input. Raises Failure."""
    try:
        key = PersonKey.from_subject(sys.stdin.readline().strip(), today=datetime.now(UTC).date())
    except InvalidIdentifier as error:
        raise Failure(f"Standard input: {error}", USAGE) from None
    with database.reading() as connection:
        found = people.id_of(connection, key)
    if found is None:
        raise Failure("No person with this code exists here: no grant was ever made.")
    return found

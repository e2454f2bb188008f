"""How commands name a person: by id, or by a code on standard input, never by an argument."""

import sys
from datetime import UTC, datetime
from typing import Annotated
from uuid import UUID

import typer

from cli import lookup
from cli.console import USAGE, Failure
from domain.identifiers import InvalidIdentifier, PersonKey
from storage.database import Connection
from storage.parties import people

Person = Annotated[
    str | None, typer.Option(metavar="ID", help="Id of the person, or its first digits.")
]
FromStdin = Annotated[
    bool,
    typer.Option(
        "--person-code-stdin",
        help="Read country and personal code (EE…) from standard input instead: arguments are "
        "seen by everyone on the machine and kept in the shell's history.",
    ),
]


def require_person(
    person: str | None, *, code_from_stdin: bool, argument: str = "--person ID"
) -> None:
    """Raise Failure unless the person is named in one of the two ways."""
    if (person is None) is not code_from_stdin:
        raise Failure(f"Specify the person: {argument} or --person-code-stdin.", USAGE)


def person_id(connection: Connection, person: str | None, *, code_from_stdin: bool) -> UUID | None:
    """Return the id of the person who is named; None where nobody is. Raises Failure."""
    if person is not None and code_from_stdin:
        raise Failure("Specify the person once: --person ID or --person-code-stdin.", USAGE)
    if code_from_stdin:
        return _of_stdin(connection)
    return None if person is None else lookup.person(connection, person)


def the_person(connection: Connection, person: str | None, *, code_from_stdin: bool) -> UUID:
    """Return the id of the person who is named in one of the two ways. Raises Failure."""
    require_person(person, code_from_stdin=code_from_stdin)
    found = person_id(connection, person, code_from_stdin=code_from_stdin)
    assert found is not None  # noqa: S101 # required above
    return found


def _of_stdin(connection: Connection) -> UUID:
    try:
        key = PersonKey.from_subject(sys.stdin.readline().strip(), today=datetime.now(UTC).date())
    except InvalidIdentifier as error:
        raise Failure(
            f"Standard input: {error}. It takes country and personal code, like EE60001019906.",
            USAGE,
        ) from None
    found = people.id_of(connection, key)
    if found is None:
        raise Failure(
            "No person with this code exists here: they never logged in, and never had a grant."
        )
    return found

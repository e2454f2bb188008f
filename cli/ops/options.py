"""Which of what is stuck is meant: one's id as a person types it, or a filter."""

import re
from collections.abc import Sequence
from datetime import timedelta
from typing import Annotated, Any
from uuid import UUID

import typer
from pydantic import TypeAdapter, ValidationError
from sqlalchemy import Row, text

from cli.console import USAGE, Failure
from domain.ops.stuck_reasons import StuckKind, StuckReason
from domain.provisioning.targets import Target
from storage.database import Connection
from storage.ops import stuck_queries

SHORTEST = 6
SHOWN = 8
"""Digits of an id in tables, enough among a hundred thousand rows for all but one in a while."""


_LONGEST = timedelta(days=3650)


def _span(value: str) -> timedelta:
    try:
        span = TypeAdapter(timedelta).validate_python(value)
    except ValidationError:
        raise typer.BadParameter("not a length of time like PT10M, PT2H or P1D") from None
    if not timedelta() <= span <= _LONGEST:
        raise typer.BadParameter("less than nothing, or more than ten years")
    return span


def why(value: str) -> str:
    """Why somebody decides so, as the history wants it."""
    if not 3 <= len(value.strip()) <= 500:  # as the API asks for
        raise typer.BadParameter("say in 3 to 500 characters why")
    return value.strip()


Id = Annotated[
    str, typer.Argument(metavar="ID", help="As `volitus ops stuck` shows it, or the whole id.")
]
Why = Annotated[
    str,
    typer.Option("--reason", parser=why, help="Why; goes into the history. No names, no numbers."),
]
OfTarget = Annotated[Target | None, typer.Option("--target", help="Steps on this target.")]
OfCode = Annotated[
    StuckReason | None,
    typer.Option("--code", help="Stuck for this reason.", show_choices=False, metavar="CODE"),
]
OfKind = Annotated[StuckKind | None, typer.Option("--kind", help="This sort of standstill.")]
OfProcess = Annotated[
    str | None, typer.Option("--process", metavar="NAME", help="Of this process, like: resend.")
]
OfAccount = Annotated[
    str | None, typer.Option("--account", metavar="ACCOUNT", help="An account's id or reference.")
]
OlderThan = Annotated[
    timedelta | None,
    typer.Option("--older-than", parser=_span, metavar="PT10M", help="Stuck for at least so long."),
]


def account_id(connection: Connection, account: str | None) -> UUID | None:
    """The account of this id or reference. Failure where there is none."""
    if account is None:
        return None
    found: UUID | None = connection.execute(
        text("SELECT id FROM account WHERE CAST(id AS text) = :said OR reference = :as_is LIMIT 1"),
        {"said": account.lower(), "as_is": account},
    ).scalar_one_or_none()
    if found is None:
        raise Failure(f"There is no account `{account}`: give its id or its reference.")
    return found


def find(connection: Connection, id_: str) -> Row[Any]:
    """What is or was stuck under this id, or under the one that begins so. Failure if not one."""
    ids = begins(connection, "stuck", id_)
    if not ids:
        raise Failure(f"Nothing is or was stuck under `{id_}`: `volitus ops stuck` lists what is.")
    found = stuck_queries.read(connection, the_one(id_, ids))
    assert found is not None  # noqa: S101 # rows of this table are never deleted while read
    return found


def begins(connection: Connection, table: str, id_: str, where: str = "TRUE") -> Sequence[UUID]:
    """Up to five ids of this table that begin so. Failure where what was typed is too short."""
    digits = id_.lower().replace("-", "")
    if not re.fullmatch("[0-9a-f]{0,32}", digits):
        return []
    if len(digits) < SHORTEST:
        raise Failure(f"`{id_}` is too short: give at least {SHORTEST} digits of the id.", USAGE)
    # As a range, which the primary key answers: an id's text has no index.
    least, most = UUID(digits.ljust(32, "0")), UUID(digits.ljust(32, "f"))
    statement = (
        f"SELECT id FROM {table} WHERE id BETWEEN :least AND :most AND {where}"  # noqa: S608 # both are the code's own words
        " ORDER BY id LIMIT 5"
    )
    return connection.execute(text(statement), {"least": least, "most": most}).scalars().all()


def the_one(id_: str, ids: Sequence[UUID]) -> UUID:
    """The only one. Failure that tells them apart where there are several."""
    if len(ids) > 1:
        told = ", ".join(str(each) for each in ids)
        raise Failure(f"Several ids begin with {id_}: {told}. Give more of the id.")
    return ids[0]

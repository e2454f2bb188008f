"""``volitus sync release-logins``: release every held run that a login opened."""

import asyncio
from typing import Annotated
from uuid import uuid4

import typer

from api.auth.principals import StaffRole
from cli.connections import read_settings
from cli.console import Failure, confirm, say
from cli.printing.as_json import Json, print_json
from cli.reasons import Why
from cli.staff import Operator, operating
from cli.temporal import open_engine
from services.errors import Refused
from services.registry.release_logins import release_logins as release_held_logins
from settings.commands import CliSettings
from storage.registry import held_login_queries

Yes = Annotated[bool, typer.Option("--yes", help="Skip the confirmation.")]


def release_logins(reason: Why, *, yes: Yes = False, as_json: Json = False) -> None:
    """Release every held run that a login opened, after showing what all of them would do.

    Each is about one company whose register answer a login did not apply, because register
    answers had ended too much access already. Without a terminal it needs --yes.
    """
    settings = read_settings()
    with operating(settings, StaffRole.OPS) as operator:
        with operator.database.reading() as connection:
            found = held_login_queries.preview(connection)
        say(
            f"Held runs that logins opened: {found.runs}. Grants that would end or be"
            f" suspended: {found.ending}, start: {found.starting}."
        )
        if found.runs and not yes:
            _confirm()
        released = asyncio.run(_release_logins(settings, operator, found.ending, reason))
    if as_json:
        print_json({"released": released})
    say(f"Released: {released}." + (" Follow them: `volitus sync list`" if released else ""))


def _confirm() -> None:
    confirm(
        "Release them?",
        unattended="Nothing was released: there is no terminal for the confirmation. Use --yes.",
        refused="Nothing was released.",
    )


async def _release_logins(
    settings: CliSettings, operator: Operator, max_endings: int, reason: str
) -> int:
    actor, released = operator.acting(), 0
    async with open_engine(settings, operator.database) as engine:
        try:
            while True:
                done = await release_held_logins(
                    engine, actor=actor, reason=reason, max_endings=max_endings, decision_id=uuid4()
                )
                released += done.released
                if not (done.released and done.left):
                    return released
        except Refused as refused:
            raise Failure(f"{refused.detail} Repeat the command to see what.") from None

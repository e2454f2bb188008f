"""``volitus freeze request-lift``, ``withdraw-lift`` and ``lift``: two people lift a freeze."""

from collections.abc import Callable
from typing import Annotated

import typer

from api.auth.principals import StaffRole
from api.ops import freeze_schemas as schemas
from cli import lookup
from cli.connections import operator_settings
from cli.console import say
from cli.printing.as_json import Json, print_json
from cli.reasons import Why
from cli.refusals import refused_in_one_line
from cli.staff import SignedIn, operating
from domain.access.suspensions import Freeze
from services.access import freezes

FreezeId = Annotated[
    str, typer.Argument(metavar="FREEZE", help="Id of a freeze, or its first digits.")
]
UNKNOWN = "No freeze has this id: see `volitus freeze list --all`."


def register(app: typer.Typer) -> None:
    """Add the commands to ``volitus freeze``."""
    app.command("request-lift")(request_lift)
    app.command("withdraw-lift")(withdraw_lift)
    app.command()(lift)


def request_lift(freeze: FreezeId, reason: Why, *, as_json: Json = False) -> None:
    """Ask to lift a freeze. It stays in force until another member of staff lifts it."""
    _act(freezes.request_lift, freeze, reason, only=SignedIn.TOGETHER, as_json=as_json)
    say(f"Requested. Another one lifts it: `volitus freeze lift {freeze} --reason '…'`")


def withdraw_lift(freeze: FreezeId, reason: Why, *, as_json: Json = False) -> None:
    """Withdraw the request to lift a freeze, whoever made it."""
    _act(freezes.withdraw_lift, freeze, reason, as_json=as_json)
    say("Withdrawn: the freeze stays.")


def lift(freeze: FreezeId, reason: Why, *, as_json: Json = False) -> None:
    """Lift a freeze that another member of staff asked to lift: access is in force at once."""
    _act(freezes.lift, freeze, reason, only=SignedIn.TOGETHER, as_json=as_json)
    say("Lifted: access is in force again.")


def _act(
    use_case: Callable[..., Freeze],
    freeze: str,
    why: str,
    *,
    as_json: bool,
    only: SignedIn | None = None,
) -> None:
    with (
        operating(operator_settings(), StaffRole.OPS, only=only) as operator,
        refused_in_one_line(UNKNOWN),
    ):
        with operator.database.reading() as connection:
            id_ = lookup.one(connection, freeze, lookup.FREEZE)
        done = use_case(operator.database, id_, actor=operator.acting(), note=why)
    if as_json:
        print_json(schemas.Freeze.of(done, operator.member.actor))

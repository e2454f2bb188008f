"""``volitus contracts suspend|resume``: after a loss or a theft, on a caller's word."""

from enum import StrEnum
from typing import Annotated

import typer

from api.auth.principals import StaffRole
from api.contracts.suspensions import ContractSuspension
from cli.connections import read_settings
from cli.console import say
from cli.contracts.by_id import UNKNOWN, Id, found, run
from cli.printing.as_json import Json, print_json
from cli.printing.facts import print_facts
from cli.reasons import Why
from cli.refusals import refused_in_one_line
from cli.staff import READERS, operating
from domain.contracts.reasons import SuspendReason
from services.contracts import suspensions
from services.contracts.suspensions import Asker
from settings.commands import CliSettings
from storage.contracts.rows import StoredContract


class LossReason(StrEnum):
    """Why a contract is suspended."""

    LOST = SuspendReason.LOST
    STOLEN = SuspendReason.STOLEN


Code = Annotated[LossReason, typer.Option(help="What became of the telephone, as a code.")]


def register(app: typer.Typer) -> None:
    """Add the commands to ``volitus contracts``."""
    app.command()(suspend)
    app.command()(resume)


def suspend(contract: Id, code: Code, reason: Why, *, as_json: Json = False) -> None:
    """Suspend a contract after a loss or a theft: its services are shut off ahead of all else.

    A Mobiil-ID that rests on them is suspended as well. One that is reported already stays as it
    is.
    """
    settings = read_settings(CliSettings)
    with operating(settings, *READERS) as operator, refused_in_one_line(UNKNOWN):
        id_, asker = found(operator, contract), Asker(operator.acting(), note=reason)
        why = SuspendReason(code)
        done = run(settings, operator, lambda engine: suspensions.suspend(engine, id_, why, asker))
    _show(done, as_json=as_json)
    say("It is suspended.")


def resume(contract: Id, reason: Why, *, as_json: Json = False) -> None:
    """End the suspension of a contract, once you know who asks for it: its services are opened.

    A Mobiil-ID that rests on them stays suspended until its user opens it. A service that another
    contract shuts off stays so; what the operator's systems suspended, they alone open.
    """
    settings = read_settings(CliSettings)
    with operating(settings, StaffRole.OPS) as operator, refused_in_one_line(UNKNOWN):
        id_, asker = found(operator, contract), Asker(operator.acting(), note=reason)
        resumed = run(settings, operator, lambda engine: suspensions.resume(engine, id_, asker))
    done = resumed.contract
    _show(done, as_json=as_json)
    if done.suspend_reason is None:
        say("It is suspended no more.")
    else:
        say("The operator's systems suspend it still, and alone end that.")


def _show(contract: StoredContract, *, as_json: bool) -> None:
    if as_json:
        print_json(ContractSuspension.of(contract, None))
        return
    print_facts(
        {
            "id": contract.id,
            "state": contract.state,
            "suspended because": contract.suspend_reason,
            "order": contract.suspend_order_id,
        }
    )

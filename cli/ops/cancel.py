"""``volitus ops cancel``: cancel an operation while it runs."""

import asyncio
from typing import Annotated

import typer

from api.auth.principals import StaffRole
from cli.connections import read_settings
from cli.console import Failure, say
from cli.lookup import find_operation
from cli.ops.options import DryRun
from cli.ops.render_forecast import forecast_json, undoing
from cli.printing.as_json import Json, print_json
from cli.printing.values import short
from cli.reasons import Why
from cli.staff import operating
from cli.temporal import open_engine
from domain.audit import Actor
from domain.ops.forecasts import Undoing
from domain.processes import ProcessType
from domain.provisioning.undoing import CancelResult, UndoReason
from services.errors import Refused
from services.ops import decision_forecasts
from services.ops.cancel_operation import CANCELLABLE, CancelledOperation, cancel_operation
from settings.commands import CliSettings
from storage.database import Database
from storage.requests.operation_queries import Operation

OperationId = Annotated[
    str, typer.Argument(metavar="OPERATION_ID", help="Id of the operation, or its first digits.")
]
_RESULTS = {
    CancelResult.CANCELLED: "nothing more is sent, and what was done is undone",
    CancelResult.ASSESSING: "undone, unless it turns out to be past the point of no return",
    CancelResult.PAST_POINT_OF_NO_RETURN: "past the point of no return, carried out to its end",
    CancelResult.OVER: "over already",
}
_WITHOUT_ITEMS = {
    ProcessType.RESEND: "nothing of it was sent",
    ProcessType.BULK_RETRY: "no further item is retried",
    ProcessType.USAGE_EXTRACT: "what it had read is deleted",
}


def cancel(
    operation_id: OperationId, reason: Why, *, dry_run: DryRun = False, as_json: Json = False
) -> None:
    """Cancel a resend, a bulk retry or an extract while it runs.

    What a resend has done is undone, and what an extract has read is deleted.
    """
    settings = read_settings()
    with operating(settings, StaffRole.OPS) as operator:
        database = operator.database
        with database.reading() as connection:
            found = find_operation(connection, operation_id)
        if dry_run:
            _try_out(database, found, as_json=as_json)
            return
        actor = operator.acting()
        try:
            done = asyncio.run(_cancel(settings, database, found, actor, reason))
        except Refused as refused:
            raise _refused(found, refused.detail) from None
    if as_json:
        print_json(_json(done) | {"dry_run": False})
    say(_line(done))


async def _cancel(
    settings: CliSettings, database: Database, found: Operation, actor: Actor, reason: str
) -> CancelledOperation:
    async with open_engine(settings, database) as engine:
        return await cancel_operation(engine, found.id, actor=actor, reason=reason)


def _try_out(database: Database, found: Operation, *, as_json: bool) -> None:
    if found.kind not in CANCELLABLE or found.state.has_ended:
        raise _refused(found)
    if found.undo_reason is UndoReason.ABORTED:
        raise _refused(found, "It is being aborted")
    with database.reading() as connection:
        forecast = decision_forecasts.of_cancelling(connection, found.id)
    if as_json:
        operation = {"id": found.id, "kind": found.kind, "state": found.state}
        print_json(operation | {"dry_run": True} | forecast_json(forecast))
    say(f"Would cancel the {found.kind}: {_effect(found, forecast.undoing or Undoing())}")


def _refused(found: Operation, why: str = "") -> Failure:
    because = why or f"It is a {found.kind}, {found.state}"
    return Failure(f"Operation {short(found.id)} cannot be cancelled. {because}.")


def _effect(found: Operation, undone: Undoing) -> str:
    if found.kind is ProcessType.BULK_RETRY:
        return "items not reached stay as they are. Nothing was changed."
    if found.kind is ProcessType.USAGE_EXTRACT:
        return "what it has read is deleted. Nothing was changed."
    return f"nothing more of it is sent. {undoing(undone)} Nothing was changed."


def _json(done: CancelledOperation) -> dict[str, object]:
    operation = done.operation
    return {
        "id": operation.id,
        "kind": operation.kind,
        "state": operation.state,
        "undo_reason": operation.undo_reason,
        "items": [{"item": item, "result": result} for item, result in done.items.items()],
        "notified": done.notified,
    }


def _line(done: CancelledOperation) -> str:
    items = (f"{item or 'its only item'}: {_RESULTS[how]}" for item, how in done.items.items())
    what = "; ".join(items) or _WITHOUT_ITEMS[done.operation.kind]
    later = "" if done.notified else " Temporal is unavailable: a worker wakes the process later."
    return f"Cancelled: {what}.{later}"

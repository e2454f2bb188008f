"""``volitus orders``: what was ordered, how far it is, and cancelling it."""

import asyncio
from typing import Annotated
from uuid import UUID, uuid4

import typer

from api.auth.principals import StaffRole
from cli.connections import operator_settings, read_settings
from cli.console import Failure, Json, print_json, print_table, say
from cli.ops import lookup
from cli.orders import render
from cli.reasons import Why
from cli.staff import READERS, operating, reading
from cli.temporal import open_engine
from domain.audit import Actor
from domain.orders.states import OrderState
from services.orders.cancel import WantedCancel
from services.orders.cancel import cancel as cancel_order
from services.orders.ordered_by import OrderedBy
from settings.commands import CliSettings
from storage.accounts import account_queries
from storage.database import Database
from storage.orders import order_queries
from storage.orders.cancel_tasks import CancelTask
from storage.orders.cancelling import CancelOpen, OrderOver
from storage.orders.order_queries import OrderFilter

app = typer.Typer(
    help="List service orders, show one, and cancel one. They are placed over HTTP (TMF641, and"
    " /v1). What is stuck of one is in `volitus ops stuck`.",
    no_args_is_help=True,
)

Account = Annotated[
    str | None, typer.Option(metavar="ID", help="Only those on this account: id or reference.")
]
Service = Annotated[
    UUID | None, typer.Option(metavar="ID", help="Only those with an item for this service.")
]
State = Annotated[
    OrderState | None,
    typer.Option(metavar="STATE", help=f"Only those that are {', '.join(OrderState)}."),
]
ExternalId = Annotated[
    str | None, typer.Option(metavar="ID", help="Only those to which their client gave this id.")
]
Before = Annotated[
    UUID | None,
    typer.Option(metavar="ID", help="The next page: those before this id, the last shown."),
]
Limit = Annotated[int, typer.Option(min=1, max=10_000, help="Maximum number of rows.")]
Id = Annotated[str, typer.Argument(metavar="ID", help="Id of an order, or its first digits.")]

_CLIENT = "volitus orders"
"""The client of cancellations that operations request."""


@app.command("list")
def list_(
    account: Account = None,
    service: Service = None,
    state: State = None,
    external_id: ExternalId = None,
    *,
    before: Before = None,
    limit: Limit = 100,
    as_json: Json = False,
) -> None:
    """List orders, the newest first."""
    settings = operator_settings()
    with reading(settings, *READERS) as database, database.reading() as connection:
        on = lookup.account_id(connection, account)
        wanted = OrderFilter(on, service, state, external_id, before)
        shown = order_queries.newest(connection, wanted, limit=limit)
        if as_json:
            print_json(shown)
            return
        accounts = {line.account_id for line in shown if line.account_id is not None}
        names = account_queries.references(connection, accounts)
    print_table(render.COLUMNS, (render.line(line, names) for line in shown))
    if len(shown) == limit:
        say(f"Showing {limit} rows; there may be more: use --before {shown[-1].id}.")


@app.command()
def show(order: Id, *, as_json: Json = False) -> None:
    """Show one order: its items, their steps, alerts, requests to cancel, and its events.

    Exit code 1 for an unknown one.
    """
    settings = operator_settings()
    with reading(settings, *READERS) as database, database.snapshot() as connection:
        story = render.read(connection, lookup.order_id(connection, order))
    if as_json:
        print_json(story.as_json())
    else:
        story.print()


@app.command()
def cancel(order: Id, reason: Why, *, as_json: Json = False) -> None:
    """Cancel an order, or what still can be cancelled of it. What was done is undone, later.

    Exit code 1 for one that has ended or is being cancelled.
    """
    settings = read_settings()
    with operating(settings, StaffRole.OPS) as operator:
        with operator.database.reading() as connection:
            id_ = lookup.order_id(connection, order)
        actor = operator.acting()
        try:
            task = asyncio.run(_cancel(settings, operator.database, id_, actor, reason))
        except OrderOver:
            raise _refused(id_, "has ended: there is nothing to cancel") from None
        except CancelOpen:
            raise _refused(id_, "is being cancelled already") from None
    if as_json:
        print_json(task)
    say(f"{task.state}: {task.completion_message or 'what can be cancelled is being found out.'}")


async def _cancel(
    settings: CliSettings, database: Database, order_id: UUID, actor: Actor, reason: str
) -> CancelTask:
    wanted = WantedCancel(uuid4(), order_id, reason)
    async with open_engine(settings, database) as engine:
        return await cancel_order(engine, wanted, OrderedBy(_CLIENT, actor, None))


def _refused(order_id: UUID, why: str) -> Failure:
    return Failure(f"Order {lookup.short(order_id)} {why}.")

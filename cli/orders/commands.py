"""``volitus orders``: what was ordered, how far it is, and cancelling it."""

import asyncio
from typing import Annotated
from uuid import UUID, uuid4

import typer

from api.auth.principals import StaffRole
from api.ops.order_schemas import ListedOrder
from cli import lookup
from cli.connections import operator_settings, read_settings
from cli.console import Failure, say
from cli.groups import Group
from cli.orders import render
from cli.printing.as_json import Json, print_json
from cli.printing.tables import Wide, print_table
from cli.printing.values import short
from cli.reasons import Why
from cli.staff import READERS, operating, reading
from cli.temporal import open_engine
from domain.audit import Actor
from domain.orders.states import OrderState
from services.errors import Refused
from services.orders import cancel_as_operator, reads
from settings.commands import CliSettings, ExplainSettings
from storage.accounts import account_queries
from storage.database import Connection, Database
from storage.orders import order_queries
from storage.orders.cancel_tasks import CancelTask
from storage.orders.order_queries import OrderFilter, Place

app = Group(
    help="List service orders, show one, and cancel one. They are placed over HTTP (TMF641, and"
    " /v1). What is stuck of one is in `volitus ops stuck`."
)

Account = Annotated[
    str | None, typer.Option(metavar="ID", help="Only those on this account: id or reference.")
]
Service = Annotated[
    str | None, typer.Option(metavar="ID", help="Only those with an item for this service.")
]
State = Annotated[
    OrderState | None,
    typer.Option(metavar="STATE", help=f"Only those that are {', '.join(OrderState)}."),
]
ExternalId = Annotated[
    str | None, typer.Option(metavar="ID", help="Only those to which their client gave this id.")
]
Before = Annotated[
    str | None,
    typer.Option(metavar="ID", help="The next page: those before this id, the last shown."),
]
Limit = Annotated[int, typer.Option(min=1, max=10_000, help="Maximum number of rows.")]
Id = Annotated[str, typer.Argument(metavar="ID", help="Id of an order, or its first digits.")]


@app.command("list")
def list_(
    account: Account = None,
    service: Service = None,
    state: State = None,
    external_id: ExternalId = None,
    *,
    before: Before = None,
    limit: Limit = 100,
    wide: Wide = False,
    as_json: Json = False,
) -> None:
    """List orders, the newest first."""
    settings = operator_settings()
    with reading(settings, *READERS) as database, database.reading() as connection:
        on = lookup.account_id(connection, account)
        place = _place(connection, before)
        of = lookup.perhaps(connection, service, lookup.SERVICE)
        wanted = OrderFilter(on, of, state, external_id, place)
        shown = order_queries.newest(connection, wanted, limit=limit)
        if as_json:
            print_json([ListedOrder.of(line) for line in shown])
            return
        accounts = {line.account_id for line in shown if line.account_id is not None}
        names = account_queries.references(connection, accounts)
    print_table(render.COLUMNS, (render.line(line, names) for line in shown), wide=wide)
    if len(shown) == limit:
        say(f"Showing {limit} rows; there may be more: use --before {shown[-1].id}.")


@app.command()
def show(order: Id, *, wide: Wide = False, as_json: Json = False) -> None:
    """Show one order: its items, their steps, alerts, requests to cancel, and its events.

    Exit code 1 for an unknown one.
    """
    settings = read_settings(ExplainSettings)
    with reading(settings, *READERS) as database, database.reading() as connection:
        story = render.read(connection, lookup.one(connection, order, lookup.ORDER))
        if as_json:
            shown = reads.shown_to_staff(connection, story.view, settings.zone)
            print_json(story.as_json(shown, settings.zone))
            return
    story.print(wide=wide)


@app.command()
def cancel(order: Id, reason: Why, *, as_json: Json = False) -> None:
    """Cancel an order, or what still can be cancelled of it. What was done is undone, later.

    Exit code 1 for one that has ended or is being cancelled.
    """
    settings = read_settings()
    with operating(settings, StaffRole.OPS) as operator:
        with operator.database.reading() as connection:
            id_ = lookup.one(connection, order, lookup.ORDER)
        actor = operator.acting()
        try:
            task = asyncio.run(_cancel(settings, operator.database, id_, actor, reason))
        except Refused as error:
            shown = f"`volitus orders show {short(id_)}` shows what became of it"
            raise Failure(f"Order {short(id_)}: {error.detail} {shown}.") from None
        if as_json:
            with operator.database.reading() as connection:
                print_json(ListedOrder.of(order_queries.one(connection, id_)))
    say(f"{task.state}: {task.completion_message or 'what can be cancelled is being found out.'}")


async def _cancel(
    settings: CliSettings, database: Database, order_id: UUID, actor: Actor, reason: str
) -> CancelTask:
    async with open_engine(settings, database) as engine:
        return await cancel_as_operator.cancel(engine, uuid4(), order_id, reason, actor=actor)


def _place(connection: Connection, order: str | None) -> Place | None:
    id_ = lookup.perhaps(connection, order, lookup.ORDER)
    return None if id_ is None else order_queries.place(connection, id_)

"""What commands about one contract share: its id as typed, and an act that is carried out."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Annotated, TypeVar
from uuid import UUID

import typer

from cli import lookup
from cli.staff import Operator
from cli.temporal import open_engine
from services.engine import Engine
from settings.commands import CliSettings

T = TypeVar("T")

Id = Annotated[str, typer.Argument(metavar="ID", help="Id of a contract, or its first digits.")]
UNKNOWN = "No contract has this id: see `volitus contracts list`."


def found(operator: Operator, typed: str) -> UUID:
    """Return the id of the contract that was typed. Raises Failure."""
    with operator.database.reading() as connection:
        return lookup.one(connection, typed, lookup.CONTRACT)


def run(settings: CliSettings, operator: Operator, act: Callable[[Engine], Awaitable[T]]) -> T:
    """Carry out an act of the services."""

    async def carry_out() -> T:
        async with open_engine(settings, operator.database) as engine:
            return await act(engine)

    return asyncio.run(carry_out())

"""Options of ``volitus drift`` that say which differences are meant."""

from collections.abc import Sequence
from typing import Annotated
from uuid import UUID

import typer

from cli import lookup
from domain.inventory.drift import COMPARED, DriftState
from storage.database import Connection


def _characteristic(value: str) -> str:
    if value not in COMPARED:
        raise typer.BadParameter(f"must be one of: {', '.join(sorted(COMPARED))}")
    return value


def _network(value: str) -> str:
    return "" if value == "network" else value


InState = Annotated[DriftState | None, typer.Option("--state", help="Only those in this state.")]
OfCharacteristic = Annotated[
    str | None,
    typer.Option(
        "--characteristic", metavar="NAME", parser=_characteristic, help="Only those of this name."
    ),
]
OfNetwork = Annotated[
    str | None,
    typer.Option(
        "--network",
        metavar="NAME",
        parser=_network,
        help="Only those at this network; `network`: the usual one.",
    ),
]
OfService = Annotated[
    str | None, typer.Option("--service", metavar="ID", help="Only those of this service.")
]
Ids = Annotated[
    list[str] | None,
    typer.Argument(metavar="[ID]...", help="Ids of differences, or their first digits."),
]


def find(connection: Connection, typed: Sequence[str]) -> list[UUID]:
    """Find the differences with these ids, or whose ids begin so. Failure unless each is one."""
    return [lookup.one(connection, each, lookup.DIFFERENCE) for each in typed]

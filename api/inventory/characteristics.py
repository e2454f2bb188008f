"""Characteristics of services in bodies: as the operator's systems tell them, and as people see."""

from collections.abc import Mapping
from typing import Annotated, Any
from uuid import UUID

from pydantic import Field, StrictBool, StrictInt, StrictStr, WithJsonSchema

from api.http.problems import Problem
from api.http.schemas import ResponseModel
from api.http.validation_errors import ValidationIssue
from domain.access.sight import Sight
from domain.accounts import ServiceKind
from domain.inventory import told
from domain.inventory.characteristics import LONGEST
from domain.inventory.inventories import Inventory

Value = Annotated[StrictStr, Field(max_length=LONGEST)] | StrictInt | StrictBool
Values = dict[str, Value | None]
# What is no value is refused by ``check``, which names only what the table has.
_Given = Annotated[Any, WithJsonSchema({"type": ["string", "integer", "boolean", "null"]})]
Told = Annotated[
    dict[str, _Given],
    Field(
        max_length=100,
        description="What the operator has of the service, by name: `package`, `spendingLimit`"
        " (cents of EUR), `iccid` and others. Null: it has none. What is not told is not known."
        " What an order set stays what the service should be; where they differ, both are shown.",
    ),
]


class Characteristic(ResponseModel):
    """One characteristic of a service. Null: it has none, or none is known."""

    name: str = Field(description="Name of the characteristic, as the catalogue has it.")
    should_be: Value | None = Field(
        description="What an order set last, else what the operator told. Null also where the"
        " network decides."
    )
    told: Value | None = Field(description="What the operator's systems told.")
    has: Value | None = Field(description="What the network has, as of `read_at` of the service.")


def check(kind: ServiceKind, characteristics: Mapping[str, Any]) -> None:
    """Raise Problem for characteristics that such a service does not have."""
    issues = [
        ValidationIssue("/characteristics" + (f"/{each.name}" if each.name else ""), str(each))
        for each in told.defects(kind, characteristics)
    ]
    if issues:
        raise Problem("invalid", errors=issues)


def visible(inventory: Inventory, service_id: UUID, sight: Sight) -> list[Characteristic]:
    """Return those characteristics that the caller has the permission to see."""
    return [
        Characteristic(
            name=each.characteristic.name,
            should_be=_shown(each.should_be),
            told=_shown(each.told),
            has=_shown(each.has),
        )
        for each in inventory.lines()
        if sight.sees(each.characteristic.permission, service_id)
    ]


def _shown(value: Any) -> Any:
    """A network may show anything: what is no value of ours is shown as text."""
    if value is None or isinstance(value, bool | int):
        return value
    return str(value)[:LONGEST]

"""Sections of settings, and the environment variable of every setting in them.

A setting's variable is ``VOLITUS_`` and its path in capitals: ``database.pool_size`` is
``VOLITUS_DATABASE_POOL_SIZE``.
"""

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, get_args, get_origin

from pydantic import BaseModel, SecretStr
from pydantic.fields import FieldInfo

PREFIX = "VOLITUS_"


class Section(BaseModel, frozen=True, extra="forbid", validate_default=True):
    """Settings of one subject. Each field has a description: docs/settings.md is made of them."""


@dataclass(frozen=True, slots=True)
class AlsoFrom:
    """Metadata of a field: a second variable, read where the first is not set."""

    variable: str


@dataclass(frozen=True, slots=True)
class Named:
    """Metadata of a field: its name in variables, where Python reserves that name."""

    name: str


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting of a process: its place in the model, its field there, and its variable."""

    path: tuple[str, ...]
    field: FieldInfo
    variable: str

    @property
    def variables(self) -> tuple[str, ...]:
        """Variable of the setting, and those that are read where that one is not set."""
        also = [each.variable for each in self.field.metadata if isinstance(each, AlsoFrom)]
        return self.variable, *also

    @property
    def secret(self) -> bool:
        """Return whether the setting's value must not be shown."""
        return _holds_secret(self.field.annotation)

    def parsed(self, text: str) -> Any:
        """The value that the field validates: lists are JSON. Raises ValueError."""
        return parse_json(text) if get_origin(self.field.annotation) is tuple else text


def parse_json(text: str) -> Any:
    """Parse JSON. Raises ValueError, also where it is nested too deeply or names a member twice."""
    try:
        return json.loads(text, object_pairs_hook=_members, parse_constant=_no_constant)
    except RecursionError:
        raise ValueError("nested too deeply") from None


def _members(pairs: Sequence[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) < len(pairs):  # JSON leaves open which of the two counts
        raise ValueError("a member is there twice")
    return members


def _no_constant(name: str) -> Any:
    raise ValueError(f"{name} is no JSON")


def _holds_secret(annotation: Any) -> bool:
    parts: Iterable[Any] = get_args(annotation)
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        parts = (field.annotation for field in annotation.model_fields.values())
    return annotation is SecretStr or any(map(_holds_secret, parts))


def settings_of(
    model: type[BaseModel], path: tuple[str, ...] = (), prefix: str = PREFIX
) -> Iterator[Setting]:
    """Every setting of this process or section, in order."""
    for name, field in model.model_fields.items():
        section, variable = section_of(field), prefix + called(name, field).upper()
        if section is None:
            yield Setting((*path, name), field, variable)
        else:
            yield from settings_of(section, (*path, name), f"{variable}_")


def called(name: str, field: FieldInfo) -> str:
    """The name of this field in variables."""
    return next((each.name for each in field.metadata if isinstance(each, Named)), name)


def section_of(field: FieldInfo) -> type[Section] | None:
    """The section that this field holds; None for a setting."""
    kind = field.annotation
    return kind if isinstance(kind, type) and issubclass(kind, Section) else None

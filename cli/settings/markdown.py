"""docs/settings.md, made from the settings themselves so that it cannot be out of date."""

import json
from collections.abc import Iterator
from typing import Any

from pydantic import AliasChoices, BaseModel, TypeAdapter
from pydantic.fields import FieldInfo

from settings import PREFIX

_HEAD = """\
# Settings

Every process reads these environment variables once, where it starts; there is no configuration
file. `volitus config` prints those in force, secrets hidden. What is wrong stops the start with
one line that names the variable. Durations are ISO 8601 (`PT10S` is ten seconds) or seconds;
lists and objects are JSON.

*Made by `volitus config --markdown > docs/settings.md`; a test compares.*

| variable | default | what it is |
|---|---|---|
"""


def page(model: type[BaseModel]) -> str:
    """The whole page, a line for each setting in the order of the class."""
    return _HEAD + "".join(f"{row}\n" for row in _rows(model))


def variable(name: str, field: FieldInfo) -> str:
    """The environment variable that sets this field."""
    alias = field.validation_alias
    if isinstance(alias, AliasChoices):
        return str(alias.choices[0])
    return PREFIX + name.upper()


def _rows(model: type[BaseModel]) -> Iterator[str]:
    for name, field in model.model_fields.items():
        cells = (f"`{variable(name, field)}`", _default(field), field.description or "")
        yield "| " + " | ".join(cell.replace("|", r"\|") for cell in cells) + " |"


def _default(field: FieldInfo) -> str:
    if field.is_required():
        return "**required**"
    if field.default is None:
        return "none"
    return f"`{as_written(field.default)}`"


def as_written(value: Any) -> str:
    """A value as it would be written into its variable; a secret's is hidden."""
    plain = TypeAdapter(type(value)).dump_python(value, mode="json")
    return plain if isinstance(plain, str) else json.dumps(plain)

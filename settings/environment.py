"""Reading settings: from environment variables, or from files that hold their values.

A setting's variable is ``VOLITUS_`` and its path in capitals: ``database.pool_size`` is
``VOLITUS_DATABASE_POOL_SIZE`` (``Named`` says otherwise). In order of precedence its value is

1. the variable itself,
2. the content of the file that ``VOLITUS_DATABASE_POOL_SIZE_FILE`` names,
3. the content of the file ``VOLITUS_DATABASE_POOL_SIZE`` in ``/run/secrets``, where Docker mounts
   secrets (``VOLITUS_SECRETS_DIR`` names another directory),
4. its default.

An empty value counts as unset, wherever it stands.
"""

import json
import os
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar, Self, get_args, get_origin

from pydantic import BaseModel, SecretStr, ValidationError
from pydantic.fields import FieldInfo
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

PREFIX = "VOLITUS_"
SECRETS_DIR = "VOLITUS_SECRETS_DIR"
_USUAL_SECRETS_DIR = "/run/secrets"


class SettingsError(Exception):
    """Settings that no process should start with; ``str()`` names each variable, not its value."""


class Section(BaseModel, frozen=True, extra="forbid", validate_default=True):
    """Settings of one subject. Each field has a description: docs/settings.md is made of them."""


@dataclass(frozen=True, slots=True)
class AlsoFrom:
    """Metadata of a field: a second variable, read where the first is not set."""

    variable: str


@dataclass(frozen=True, slots=True)
class Named:
    """Metadata of a field: what variables call it, where Python cannot call it so."""

    name: str


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting of a process: its place in the model, its field there, and its variable."""

    path: tuple[str, ...]
    field: FieldInfo
    variable: str

    @property
    def variables(self) -> tuple[str, ...]:
        """Its variable and those read where that one is not set."""
        also = [each.variable for each in self.field.metadata if isinstance(each, AlsoFrom)]
        return self.variable, *also

    @property
    def secret(self) -> bool:
        """Its value is to be hidden."""
        return _holds_secret(self.field.annotation)

    def parsed(self, text: str) -> Any:
        """Lists are JSON. Raises ValueError."""
        return json.loads(text) if get_origin(self.field.annotation) is tuple else text


def _holds_secret(annotation: Any) -> bool:
    return annotation is SecretStr or any(map(_holds_secret, get_args(annotation)))


@dataclass(frozen=True, slots=True)
class Found:
    """The text of a setting, and whether it stood in the ``environment`` or in a ``file``."""

    text: str
    source: str


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
    """What variables call this field."""
    return next((each.name for each in field.metadata if isinstance(each, Named)), name)


def section_of(field: FieldInfo) -> type[Section] | None:
    """The section that this field holds; None for a setting."""
    kind = field.annotation
    return kind if isinstance(kind, type) and issubclass(kind, Section) else None


def find(setting: Setting, environ: Mapping[str, str]) -> Found | None:
    """The text of a setting; None where it is unset. Raises SettingsError."""
    for name in setting.variables:
        text, file = environ.get(name), environ.get(f"{name}_FILE")
        if text and file:
            raise SettingsError(f"{name}: set twice, {name}_FILE is set as well")
        if text:
            return Found(text, "environment")
        if file:
            return _content(f"{name}_FILE", Path(file))
        for secret in (name, name.lower()):
            path = Path(environ.get(SECRETS_DIR) or _USUAL_SECRETS_DIR) / secret
            if path.is_file():
                return _content(name, path)
    return None


def _content(name: str, file: Path) -> Found | None:
    try:
        text = file.read_text(encoding="utf-8").rstrip("\r\n")
    except OSError as error:
        raise SettingsError(f"{name}: the file cannot be read: {error.strerror}") from None
    except UnicodeDecodeError:
        raise SettingsError(f"{name}: the file is not UTF-8 text") from None
    return Found(text, "file") if text else None


class _Environment(PydanticBaseSettingsSource):
    """Reads the variables of one class of settings, and no others."""

    def get_field_value(self, field: FieldInfo, field_name: str) -> tuple[Any, str, bool]:
        """See PydanticBaseSettingsSource. Unused: ``__call__`` reads all of them."""
        raise NotImplementedError

    def __call__(self) -> dict[str, Any]:
        """All values, sections nested. Raises SettingsError with a line for each bad one."""
        values: dict[str, Any] = {}
        wrong: list[str] = []
        _add_sections(values, self.settings_cls)
        for setting in settings_of(self.settings_cls):
            try:
                found = find(setting, os.environ)
                if found is not None:
                    _put(values, setting, found.text)
            except SettingsError as error:
                wrong.append(str(error))
            except ValueError:
                wrong.append(f"{setting.variable}: must be JSON")
        if wrong:
            raise SettingsError("; ".join(wrong))
        return values


def _add_sections(values: dict[str, Any], model: type[BaseModel]) -> None:
    # Even where nothing of a section is set: what it demands must be missed by name.
    for name, field in model.model_fields.items():
        section = section_of(field)
        if section is not None:
            values[name] = {}
            _add_sections(values[name], section)


def _put(values: dict[str, Any], setting: Setting, text: str) -> None:
    *sections, name = setting.path
    for section in sections:
        values = values[section]
    values[name] = setting.parsed(text)


class ProcessSettings(BaseSettings):
    """What one process reads, section by section. It knows and demands nothing else."""

    model_config = SettingsConfigDict(frozen=True, extra="forbid", validate_default=True)
    process: ClassVar[str]
    """The process's name in documentation and in ``volitus config``."""

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,  # noqa: ARG003 # pydantic-settings' signature
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003 # the same
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003 # the same
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """One source instead of pydantic-settings' own, whose nested names are not flat."""
        return init_settings, _Environment(settings_cls)

    @classmethod
    def for_process(cls) -> Self:
        """Read them all, or end this process: one line on stderr, exit code 2."""
        try:
            return cls.from_environment()
        except SettingsError as error:
            sys.stderr.write(f"volitus: {error}\n")
            sys.exit(2)

    @classmethod
    def from_environment(cls) -> Self:
        """Read them all. Raises SettingsError with one line that names every variable at fault."""
        try:
            return cls()
        except ValidationError as error:
            known = {setting.path: setting for setting in settings_of(cls)}
            lines = [_line(known, e["loc"], e["msg"]) for e in error.errors(include_input=False)]
            raise SettingsError("; ".join(dict.fromkeys(lines))) from None


def _line(
    known: Mapping[tuple[str, ...], Setting], place: tuple[int | str, ...], message: str
) -> str:
    said = message.removeprefix("Value error, ")
    said = "required, but not set" if said == "Field required" else said[0].lower() + said[1:]
    for length in range(len(place), 0, -1):
        path = tuple(str(part) for part in place[:length])
        if path in known:
            inside = ".".join(str(part) for part in place[length:])
            return f"{known[path].variable}: {inside}{': ' if inside else ''}{said}"
    # About several settings: such a message names them itself.
    return message.removeprefix("Value error, ")

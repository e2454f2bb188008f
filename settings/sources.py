"""Sources of settings' values.

In order of precedence, the value of ``VOLITUS_X`` is

1. the environment variable ``VOLITUS_X``,
2. the content of the file that ``VOLITUS_X_FILE`` names,
3. the content of the file ``VOLITUS_X`` in ``/run/secrets``, where Docker mounts secrets
   (``VOLITUS_SECRETS_DIR`` names another directory),
4. its default.

An empty value counts as unset, wherever it stands.
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import BaseModel
from pydantic.fields import FieldInfo
from pydantic_settings import PydanticBaseSettingsSource

from settings.sections import Setting, section_of, settings_of

SECRETS_DIR = "VOLITUS_SECRETS_DIR"
_USUAL_SECRETS_DIR = "/run/secrets"
_LONGEST = 1024 * 1024
"""Characters of a setting. A device or a log named by mistake would be read without end."""


class SettingsError(Exception):
    """Settings that no process should start with; ``str()`` names each variable, not its value."""


@dataclass(frozen=True, slots=True)
class Found:
    """The text of a setting, and its source: ``environment`` or ``file``."""

    text: str
    source: str


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
        secret = _mounted(environ, name)
        if secret is not None:
            return _content(name, secret)
    return None


def _mounted(environ: Mapping[str, str], name: str) -> Path | None:
    """The file of the mounted secret with this name."""
    folder = Path(environ.get(SECRETS_DIR) or _USUAL_SECRETS_DIR)
    try:
        return next((path for n in (name, name.lower()) if (path := folder / n).is_file()), None)
    except OSError as error:
        raise SettingsError(f"{SECRETS_DIR}: secrets cannot be read: {error.strerror}") from None


def _content(name: str, file: Path) -> Found | None:
    try:
        with file.open(encoding="utf-8-sig") as content:  # some editors put a mark first
            text = content.read(_LONGEST + 1).rstrip("\r\n")
    except OSError as error:
        raise SettingsError(f"{name}: the file cannot be read: {error.strerror}") from None
    except UnicodeDecodeError:
        raise SettingsError(f"{name}: the file is not UTF-8 text") from None
    if len(text) > _LONGEST:
        raise SettingsError(f"{name}: the file is too long for a setting")
    return Found(text, "file") if text else None


class EnvironmentSource(PydanticBaseSettingsSource):
    """Reads the variables of one class of settings, and no others."""

    def get_field_value(self, field: FieldInfo, field_name: str) -> tuple[Any, str, bool]:
        """See PydanticBaseSettingsSource. Unused: ``__call__`` reads all of them."""
        raise NotImplementedError

    def __call__(self) -> dict[str, Any]:
        """All values, sections nested. Raises SettingsError, which names every bad variable."""
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
            raise SettingsError("; ".join(dict.fromkeys(wrong)))
        return values


def _add_sections(values: dict[str, Any], model: type[BaseModel]) -> None:
    # Sections of which nothing is set are validated too, so that each missing variable is named.
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
